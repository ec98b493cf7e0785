-- Tether inside the programs that people run: each host goes on while verbs wait. The hosts are Debian's, as they are.
local files = require "spec.support.files"
local given = require "spec.support.portal"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local socket = require "socket"
local tether = require "tether"

-- The hosts bring their own interpreter: a sanitized run would see the same once more.
if not process.interpreter():match "lua5%.4$" then return end

-- Milliseconds of processor time that may pass between two ticks of 10. Some 20 do on a quiet machine, and more when
-- other programs use its caches; 1,000,000 rows in one go would take 100.
local MOST_CPU = 60
local MOST_LATE = 15 -- ticks so late that a verb may have stopped the loop: of 100 verbs

local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1; echo \"exit $?\""))
  local text = pipe:read "a"
  pipe:close()
  local said, code = text:match "^(.*)exit (%d+)\n$"
  return said, math.tointeger(tonumber(code))
end

-- Runs a scenario, and prints what spec/hosts/work.lua says of it. The clock on the wall depends on what else the
-- machine does, so it is printed; what is asserted does not. `overlap`: so many requests are under way at a time.
local function measured(host, scenario, overlap)
  local said, code = run(("lua5.4 spec/hosts/%s.lua %s"):format(host, scenario))
  assert.equal(0, code, said)
  assert.matches("ended\n$", said) -- the loop has nothing of ours left in it
  local gap, cpu, late, most, took, ideal =
    said:match "gap (%S+) cpu (%S+) late (%S+) most (%S+) took (%S+) ideal (%S+)"
  local ratio = tonumber(ideal) > 0 and took / ideal or 0
  print(("  %-8s %-5s longest gap %s ms%s"):format(host, scenario, gap,
    ratio > 0 and (", %.3f of the ideal time"):format(ratio) or ""))
  assert.is_true(tonumber(cpu) <= MOST_CPU, cpu .. " ms of processor time between two ticks")
  assert.is_true(tonumber(late) <= MOST_LATE, late .. " late ticks")
  assert.is_true(tonumber(most) >= (overlap or 0), most .. " requests at a time: the tasks do not overlap")
end

for _, host in ipairs { "luv", "cqueues", "copas" } do
  describe(host, function()
    it("ticks on beside 100 verbs in one task", function() measured(host, "one") end)
    it("ticks on beside 16 tasks of 20 verbs, which take little more than their own time", function()
      measured(host, "many", 16)
    end)
    it("is left in order by verbs that are cancelled or whose hub is closed, at each request in turn", function()
      measured(host, "given_up")
    end)
    it("ticks on beside a set of 1,000,000 rows", function() measured(host, "set") end)
    it("has room for 600 tasks that sleep, and suspends no coroutine of the script's own", function()
      measured(host, "sleepers")
    end)
  end)
end

describe("an example of a host", function()
  local portal, environment
  before_each(function()
    portal = given.open()
    environment = ('LUA_PATH="%s" LUA_CPATH="%s" HUBSPOT_TOKEN=%s TETHER_URL=%s'):format(package.path, package.cpath,
      portal.token, portal.url)
  end)
  after_each(function()
    portal:close()
    files.remove_all()
  end)

  local function example(name, arguments)
    return run(("%s lua5.4 examples/hosts/%s %s"):format(environment, name, arguments))
  end

  it("imports beside a luv program's own timer", function()
    local said, code = example("luv_import.lua", files.write("from,to\n101,9001\n102,9002\n", ".csv"))
    assert.equal(0, code, said)
    assert.matches("linked +2", said)
  end)

  it("looks companies up under cqueues", function()
    local hub <close> = portal:connect()
    hub:associate("contacts", "companies", { { 101, 9001 }, { 101, 9002 }, { 102, 9003 } })
    local said, code = example("cqueues_job.lua", "101 102 103")
    assert.equal(0, code, said)
    assert.equal("101\t9001 9002\n102\t9003\n103\t\n", said)
  end)

  it("serves labels from copas to several clients at once", function()
    local served = process.background(environment .. " lua5.4 examples/hosts/copas_job.lua")
    local port = tonumber(served:printed "port (%d+)")
    local clients = {}
    for i = 1, 5 do clients[i] = assert(socket.connect("127.0.0.1", port)) end
    for _, client in ipairs(clients) do
      client:settimeout(30)
      assert.matches("%(unlabeled%)", client:receive "*a")
      client:close()
    end
    served:signal "TERM"
    served:finish()
  end)

  it("links in lighttpd, and answers what failed", function()
    local port = nginx.free_port()
    local conf = files.write(([[
      server.modules = ("mod_magnet") server.bind = "127.0.0.1" server.port = %d server.document-root = "/tmp"
      $HTTP["url"] =~ "^/link" { magnet.attract-raw-url-to = ("%s/examples/hosts/magnet.lua") }]])
      :format(port, run("pwd"):match "[^\n]+"), ".conf")
    local served = process.background(environment .. " PATH=$PATH:/usr/sbin lighttpd -D -f " .. conf)
    process.wait_until(function()
      local client = socket.connect("127.0.0.1", port)
      if client then client:close() end
      return client
    end, "lighttpd listens")
    local status, said = given.ask({ url = "http://127.0.0.1:" .. port, token = "x" }, "GET", "/link?from=101&to=9001")
    assert.same({ 200, "1 linked, 0 unchanged, 0 rejected, 0 unknown\n" }, { status, said })
    status, said = given.ask({ url = "http://127.0.0.1:" .. port, token = "x" }, "GET", "/link?from=999&to=9001")
    assert.equal(502, status)
    assert.matches("NOT_FOUND", said)
    served:signal "TERM"
    served:finish()
    assert.same({ [9001] = "279" }, given.links(portal, "contacts", 101, "companies"))
  end)

  it("is a C program with a ceiling on Lua's memory, which ends in order when that is reached", function()
    local folder = files.write ""
    os.remove(folder)
    local compile = "cc -o %s examples/hosts/host.c $(pkg-config --cflags --libs lua5.4) -Wall -Werror"
    assert(os.execute(compile:format(folder)))
    local fine = files.write [[
      local tether = require "tether"
      local hub <close> = tether.connect()
      print(hub:associate("contacts", 101, "companies", 9001))]]
    local said, code = run(("%s %s %s"):format(environment, folder, fine))
    assert.equal(0, code, said)
    assert.matches("1 linked.*host: 0 bytes left", said)
    local greedy = files.write 'require "tether" local all = {} for i = 1, 1e9 do all[i] = ("x"):rep(100) .. i end'
    said, code = run(("%s %s %s 8"):format(environment, folder, greedy))
    assert.equal(1, code)
    assert.matches("not enough memory", said)
    assert.matches("host: 0 bytes left", said)
    os.remove(folder)
  end)
end)

describe("Prosody", function()
  local portal, server, folder, url

  setup(function()
    portal = tether.portal()
    local facts = { contacts = {}, companies = { { id = 9001 } } }
    for i = 1, 400 do facts.contacts[i] = { id = 100 + i } end
    portal:seed(facts)
    portal:fault { operation = "associate*", path = "*/contacts/11*", delay = 3 }
    portal:fault { operation = "record_get", delay = 0.05 }
    local port = nginx.free_port()
    folder = files.write ""
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    local here = run("pwd"):match "[^\n]+"
    local config = files.write(([[
      run_as_root = true; daemonize = false; data_path = "%s"; pidfile = "%s/pid"
      plugin_paths = { "%s/examples/hosts/prosody", "%s/spec/hosts/prosody" }
      modules_disabled = { "s2s", "offline", "c2s", "posix" }
      modules_enabled = { "http", "tether_link", "tether_gap" }
      c2s_ports = {}; s2s_ports = {}; https_ports = {}; http_ports = { %d }; http_interfaces = { "127.0.0.1" }
      log = { { levels = { min = "warn" }, to = "console" } }
      tether_url = "%s"; tether_token = "%s"
      VirtualHost "127.0.0.1" ]]):format(folder, folder, here, here, port, portal.url, portal.token), ".lua")
    server = process.background(('LUA_PATH="%s" LUA_CPATH="%s" PROSODY_CONFIG=%s prosody -F --config %s')
      :format(package.path, package.cpath, config, config))
    url = "http://127.0.0.1:" .. port
    process.wait_until(function()
      return (given.ask({ url = url, token = "x" }, "GET", "/link")) == 200
    end, "Prosody serves: " .. server:output())
  end)
  teardown(function()
    server:signal "TERM"
    server:finish()
    portal:close()
    os.execute("rm -rf " .. folder)
    files.remove_all()
  end)

  -- Sends a request to link a contact; its answer is read later.
  local function begin(contact)
    local client = assert(socket.connect(url:match "//(.-):(%d+)"))
    local body = ('{"from":"contacts:%d","to":"companies:9001"}'):format(contact)
    client:settimeout(60)
    assert(client:send(("POST /link HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s")
      :format(#body, body)))
    return client
  end

  it("links by an HTTP endpoint, and tells what failed", function()
    local status, said = given.ask({ url = url, token = "x" }, "POST", "/link",
      '{"from":"contacts:101","to":"companies:9001"}')
    assert.same({ 200, "1 linked, 0 unchanged, 0 rejected, 0 unknown" }, { status, said.result })
    status, said = given.ask({ url = url, token = "x" }, "POST", "/link", '{"from":"contacts:9","to":"companies:9001"}')
    assert.equal(400, status)
    assert.matches("NOT_FOUND", said.error)
  end)

  it("ticks on beside 100 verbs in one task", function()
    local status, said = given.ask({ url = url, token = "x" }, "GET", "/gap")
    assert.equal(200, status)
    local gap, late = said:match "(%S+) (%S+)"
    print(("  prosody  one   longest gap %s ms"):format(gap))
    assert.is_true(tonumber(late) <= MOST_LATE, late .. " late ticks")
  end)

  it("answers pings beside 8 requests at once, before any of these is answered", function()
    local clients, slowest = {}, 0
    for i = 1, 8 do clients[i] = begin(110 + i) end
    for _ = 1, 5 do
      local start = socket.gettime()
      assert.equal(200, (given.ask({ url = url, token = "x" }, "GET", "/link")))
      slowest = math.max(slowest, (socket.gettime() - start) * 1000)
    end
    assert.equal(0, #socket.select(clients, nil, 0))
    for _, client in ipairs(clients) do
      assert.matches("1 linked", client:receive "*a")
      client:close()
    end
    print(("  prosody  slowest ping beside 8 requests %.1f ms"):format(slowest))
  end)
end)
