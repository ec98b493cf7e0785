-- Machines that share an account by Redis, each a network of its own: one has the account and Redis, two have clients.
-- SHARING_SECONDS=60 makes it long.
local files = require "spec.support.files"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local redis_server = require "spec.support.redis"
local socket = require "socket"

local SECONDS = tonumber(os.getenv "SHARING_SECONDS") or 8
local ADDRESS = "10.213.77.1"
local MAIN = ("tether-%d"):format(math.random(1, 1 << 30))
local CLIENTS = { MAIN .. "-a", MAIN .. "-b" }

local SEED = '{"kind":"record","type":"contacts","id":101}\n{"kind":"record","type":"companies","id":9001}\n'

local function shell(line, ...) return os.execute(line:format(...)) end

-- One cable from each client to the machine that has the servers.
local function lay_cables()
  local lines = { "ip netns add " .. MAIN, ("ip -n %s link set lo up"):format(MAIN),
    ("ip -n %s addr add %s/32 dev lo"):format(MAIN, ADDRESS) }
  for i, name in ipairs(CLIENTS) do
    for _, line in ipairs { "ip netns add NAME", "ip -n NAME link set lo up",
      "ip -n NAME link add eth0 type veth peer name downI netns MAIN", "ip -n NAME addr add 10.213.7I.2/24 dev eth0",
      "ip -n MAIN addr add 10.213.7I.1/24 dev downI", "ip -n MAIN link set downI up", "ip -n NAME link set eth0 up",
      "ip -n NAME route add default via 10.213.7I.1" } do
      lines[#lines + 1] = (line:gsub("NAME", name):gsub("MAIN", MAIN):gsub("7I", "7" .. i):gsub("I", tostring(i)))
    end
  end
  return shell("( %s ) >/dev/null 2>&1", table.concat(lines, " && "))
end

local function tear_down()
  for _, name in ipairs { MAIN, table.unpack(CLIENTS) } do shell("ip netns del %s 2>/dev/null", name) end
end

describe("machines with a network each", function()
  local allowed, server, portal, url, token
  setup(function()
    allowed = lay_cables()
    if not allowed then return end
    server = redis_server.start { environment = ("ip netns exec %s env"):format(MAIN),
      options = ("--bind %s --protected-mode no"):format(ADDRESS) }
    local port = nginx.free_port()
    portal = process.background(("ip netns exec %s build/tether portal --host %s --port %d --set burst=40 --set " ..
      "exemptions=off --seed %s"):format(MAIN, ADDRESS, port,
      files.write(SEED)))
    token = portal:printed '"token":"([^"]+)"'
    url = ("http://%s:%d"):format(ADDRESS, port)
  end)
  teardown(function()
    if portal then
      portal:signal "TERM"
      portal:finish()
    end
    if server then server:close() end
    tear_down()
    files.remove_all()
  end)

  local function number(said, name) return (assert(tonumber(said:match(name .. "=(%d+)")), said)) end

  it("share its window; one whose cable is cut is told so, waits, and comes back", function()
    if not allowed then return pending "needs the right to make networks" end
    local go, programs, said = files.write "", {}, {}
    os.remove(go)
    local share = ("redis://%s:%d"):format(ADDRESS, server.port)
    for i, name in ipairs(CLIENTS) do
      programs[i] = process.background(("ip netns exec %s timeout 120 %s spec/support/" ..
        "sharing_client.lua steady %s %s %s %d alone %s"):format(name, process.interpreter(), url, token, share,
        SECONDS, go))
    end
    local owners
    process.wait_until(function()
      owners = server:cli "keys '*:owners'"
      return owners ~= "" and server:cli(("hlen '%s'"):format(owners)) == "2"
    end, "two that share")
    redis_server.touch(go)
    socket.sleep(2)
    shell("ip -n %s link set eth0 down", CLIENTS[1])
    socket.sleep(4)
    shell("ip -n %s link set eth0 up && ip -n %s route add default via 10.213.71.1", CLIENTS[1], CLIENTS[1])
    for i, program in ipairs(programs) do
      local code
      code, said[i] = program:finish()
      assert.equal(0, code, said[i])
      assert.equal(0, number(said[i], "refused"), said[i])
      assert.equal(0, number(said[i], "failed"), said[i])
      assert.is_true(number(said[i], "longest") < 30000, said[i])
      assert.is_true(number(said[i], "requests") >= 5, said[i])
    end
    assert.is_true(number(said[1], "losses") >= 1, said[1])
    assert.matches("told=Redis_at_[^\n]*|shared\n", said[1])
    assert.equal(0, number(said[2], "losses"), said[2])
  end)

  -- The owner and the worker of a job: nothing but Redis and the account is between them.
  local OWNER = [[
    local hub, folder = ...
    local plan = hub:plan(require "tether".links("contacts", "companies"):add(101, 9001))
    plan:save(folder .. "/x.job")
    local report = hub:apply(plan, { workers = arg[3] })
    print(report.done, report:fine(), #hub:associations("contacts", 101, "companies"))]]
  local WORKER = [[
    local hub = ...
    local settled
    local done = hub:work(arg[3], { on_batch = function() settled = true end, stop = function() return settled end })
    print(done.batches, done.rows)]]

  it("do a job together: one has its file, another one writes it", function()
    if not allowed then return pending "needs the right to make networks" end
    local share, programs = ("redis://%s:%d/1"):format(ADDRESS, server.port), {}
    for i, work in ipairs { OWNER, WORKER } do
      local script = files.write(([[
        local hub <close> = require "tether".connect { url = arg[1], token = arg[2], plain_http = true }
        local function work(...) %s end
        work(hub, arg[4])]]):format(work), ".lua")
      programs[i] = process.background(("ip netns exec %s timeout 120 %s %s %s %s %s %s"):format(CLIENTS[i],
        process.interpreter(), script, url, token, share, files.folder()))
    end
    for i, wanted in ipairs { "1\ttrue\t1\n", "1\t1\n" } do
      local code, text = programs[i]:finish()
      assert.same({ 0, wanted }, { code, text })
    end
  end)
end)
