-- Promise: secrets stay secret. A token is planted, and everything that Tether puts out is searched for it: what it
-- prints, raises, writes, sends, and what a core dump of it would hold.
local files = require "spec.support.files"
local shell = require "spec.support.shell"
local tether = require "tether"
local certificates = require "spec.support.certificates"
local memory = require "spec.support.memory"
local nginx = require "spec.support.nginx"

local TOKEN = "pat-na1-5f0c1a2b-3d4e-4f5a-8b6c-7d8e9fa0b1c2"
local SECRET, REFRESH = "planted-client-secret", "planted-refresh-token"

local function lacks(text, what, ...)
  for _, secret in ipairs { TOKEN, TOKEN:sub(9), SECRET, REFRESH, ... } do
    assert.is_nil(text:find(secret, 1, true), what .. " shows it:\n" .. text:sub(1, 2000))
  end
end

local function write(text, mode)
  local name = os.tmpname()
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
  assert(os.execute(("chmod %s %s"):format(mode or "600", name)))
  return name
end

local function run(command) return (shell.output(command)) end

-- All that stands in a value, keys too.
local function flatten(value, seen, into)
  into, seen = into or {}, seen or {}
  if type(value) == "table" and not seen[value] then
    seen[value] = true
    for key, field in pairs(value) do
      flatten(key, seen, into)
      flatten(field, seen, into)
    end
    into[#into + 1] = tostring(value)
  else
    into[#into + 1] = tostring(value)
  end
  return into
end

describe("the planted token", function()
  local portal
  before_each(function()
    portal = tether.portal { token = TOKEN, refresh_token = REFRESH }
    portal:seed { contacts = { { id = 101, properties = { email = "jane@example.com" } } },
      companies = { { id = 9001 } } }
  end)
  after_each(function() portal:close() end)

  it("is in the output of no command and no example, at debug, with the environment's token", function()
    local environment = ("TETHER_LOG=debug HUBSPOT_TOKEN=%s TETHER_URL=%s "):format(TOKEN, portal.url)
    local other = tether.portal() -- which refuses it
    local wrong = ("TETHER_LOG=debug HUBSPOT_TOKEN=%s TETHER_URL=%s "):format(TOKEN, other.url)
    local failing, failures = write "hub:get('contacts', 1); error(hub)", os.tmpname()
    local commands = { "build/tether --version", "build/tether --help", "build/tether types contacts companies",
      "build/tether doctor contacts", "build/tether doctor --json contacts --write", "build/tether run " .. failing,
      "build/tether run examples/verbs.lua", "build/tether run examples/verbs_schema.lua",
      "build/tether run examples/overview.lua", "build/tether run examples/export_links.lua",
      "build/tether import --preflight examples/data/links.csv --from contacts --to companies",
      "build/tether import examples/data/wrong_rows.csv --from contacts --to companies",
      "build/tether export contacts companies", "build/tether count contacts companies",
      "build/tether run examples/import_links.lua examples/data/wrong_rows.csv " .. failures,
      "lua5.4 examples/type_ids.lua deals companies" }
    for _, command in ipairs(commands) do
      lacks(run(environment .. command), command)
      lacks(run(wrong .. command), command)
    end
    assert.matches("200", run(environment .. "build/tether doctor contacts")) -- the log is there indeed
    lacks(run(("TETHER_LOG=debug HUBSPOT_TOKEN=%s TETHER_URL=http://127.0.0.1:1 build/tether doctor"):format(TOKEN)),
      "doctor without a server")
    local file <close> = assert(io.open(failures))
    lacks(file:read "a", "the rows that failed")
    other:close()
    os.remove(failing)
    os.remove(failures)
  end)

  it("is in no error, event, notice, counter and no field of a hub", function()
    local hub = portal:connect { retry_pause = 0.01, oauth = { client_id = "id", client_secret = SECRET,
      refresh_token = REFRESH, access_token = TOKEN } }
    local shown = {}
    for _, event in ipairs { "request", "response", "retry", "wait" } do
      hub:on(event, function(one) shown[#shown + 1] = table.concat(flatten(one), " ") end)
    end
    for _, path in ipairs { "/crm/objects/2026-03/contacts/" .. TOKEN, "/oauth/v1/access-tokens/" .. TOKEN,
      "/x?token=" .. TOKEN, "/oauth/v1/refresh-tokens/" .. REFRESH } do
      local ok, problem = pcall(hub.request, hub, "GET", path)
      shown[#shown + 1] = ok and "" or table.concat(flatten(problem), " ")
    end
    portal:fault { status = 503, times = 2 }
    hub:get("contacts", 101)
    shown[#shown + 1] = table.concat(flatten(hub.notices), " ") .. table.concat(flatten(hub:stats()), " ")
    shown[#shown + 1] = table.concat(flatten(hub), " ")
    assert.is_true(#shown > 10)
    lacks(table.concat(shown, "\n"), "a hub")
    for _, request in ipairs(portal:log()) do
      if not request.path:find("/oauth/", 1, true) then lacks(request.path, "the portal's log") end
    end
    hub:close()
  end)

  it("is in no argument of a command: none takes it, but the portal one of its own", function()
    for _, command in ipairs { "", "run", "doctor", "types", "import", "export", "count" } do
      assert.is_nil(run("build/tether " .. command .. " --help"):match "%-%-token[^-]")
    end
  end)

  it("is in no file that is written: outcomes, schema, backup, quota, dump", function()
    local folder = os.tmpname()
    os.remove(folder)
    local hub = portal:connect { share = folder }
    local set = tether.links("contacts", "companies"):add(101, 9001):add(999, 9001)
    local outcome, name = hub:associate(set), os.tmpname()
    outcome:write(name)
    lacks(files.content(name), "the outcome")
    hub:export_schema(name)
    lacks(files.content(name), "the schema")
    os.remove(name)
    hub:backup("contacts:companies", name, { key = "email" })
    assert.matches("jane@example.com", files.content(name)) -- the key that was asked for
    lacks(files.content(name), "the backup")
    os.remove(name)
    lacks(portal:dump(), "the portal's dump")
    local listing = run("ls -la " .. folder)
    assert.matches("quota%-", listing)
    lacks(listing, "a file's name")
    lacks(run(("cat %s/*"):format(folder)), "the shared quota")
    hub:close()
    os.execute("rm -rf " .. folder)
  end)

  it("is in no file of a portal that keeps its account", function()
    local name = os.tmpname()
    local given = tether.portal { path = name, token = TOKEN, refresh_token = REFRESH }
    given:seed("contacts", 101)
    given:connect { oauth = { client_id = "id", client_secret = SECRET, refresh_token = REFRESH } }:get("contacts", 101)
    given:close()
    lacks(run(("cat %s*"):format(name)), "the database")
    os.execute(("rm -f %s*"):format(name))
  end)

  it("is in no table of strings of the modules: none has a token in it", function()
    for _, module in ipairs { "", "session/", "portal/", "webhook/", "archive/" } do
      local text = files.content(("build/plain/tether/%snative.so"):format(module))
      assert.is_nil(text:match "pat%-%l%l%d%-%x%x%x%x%x%x%x%x%-", module)
      lacks(text, module)
    end
  end)

  describe("comes back from a server that repeats it", function()
    local server, port, hub
    setup(function()
      port = nginx.free_port()
      local escaped = TOKEN:gsub("-", "\\\\u002d")
      server = nginx.start { port = port, servers = ([[server { listen 127.0.0.1:%d;
        if ($http_authorization ~ "Bearer (.*)") { set $token $1; }
        location /header { add_header x-hubspot-correlation-id $token always; add_header content-type $token always;
          return 400 "{\"message\":\"no\"}"; }
        location /cut { add_header x-hubspot-correlation-id "0123456789012345678901234567890123456789$token" always;
          return 400 "{\"message\":\"no\"}"; }
        location /id { return 400 "{\"message\":\"no\",\"correlationId\":\"$token\",\"category\":\"$token\",
          \"subCategory\":\"$token\",\"policyName\":\"$token\",\"errors\":[{\"message\":\"$token\"}]}"; }
        location /page { return 502 "<html>$http_authorization</html>"; }
        location /escaped { return 401 "{\"message\":\"not %s\",\"category\":\"INVALID_AUTHENTICATION\"}"; }
        location /success { return 200 "{\"echo\":\"$token\"}"; }
        location /redirect { return 302 "https://example.com/?$token"; }
        location / { return 403 "{\"message\":\"bad token $token\",\"category\":\"MISSING_SCOPES\"}"; } }]]):format(
        port, escaped) }
    end)
    teardown(function() server.stop() end)
    before_each(function()
      hub = tether.connect { url = "http://127.0.0.1:" .. port, token = TOKEN, retry_for = 0 }
    end)
    after_each(function() hub:close() end)

    it("and no error shows it", function()
      for _, path in ipairs { "/header", "/cut", "/id", "/page", "/escaped", "/redirect", "/" } do
        local ok, problem = pcall(hub.request, hub, "GET", path)
        assert.is_false(ok)
        lacks(table.concat(flatten(problem), "\n"), path, TOKEN:sub(1, 23))
      end
      local _, problem = pcall(hub.get, hub, "contacts", 1)
      assert.matches("bad token %*%*%*", problem.message)
      _, problem = pcall(hub.request, hub, "GET", "/escaped")
      assert.matches("not %*%*%*", problem.message)
    end)

    it("and no log shows it", function()
      local script = write [[local hub = require("tether").connect { retry_for = 0 }
        for _, path in ipairs { "/header", "/cut", "/id", "/page", "/escaped", "/success", "/redirect", "/" } do
          pcall(hub.request, hub, "GET", path)
        end]]
      local text = run(("TETHER_LOG=debug HUBSPOT_TOKEN=%s TETHER_URL=http://127.0.0.1:%d lua5.4 %s"):format(TOKEN,
        port, script))
      assert.equal(8, select(2, text:gsub("\n", "")))
      assert.matches('received={"echo":"%*%*%*', text)
      lacks(text, "the log", TOKEN:sub(1, 23))
      os.remove(script)
    end)

    it("and what the account's data hold stays as it is", function()
      assert.equal(TOKEN, hub:request("GET", "/success").echo)
    end)
  end)
end)

describe("in memory", function()
  local portal, server, authority, port, token_file, gate

  setup(function()
    portal = tether.portal { token = TOKEN, refresh_token = REFRESH }
    for id = 1, 200 do
      portal:seed("contacts", id)
      portal:seed("companies", 1000 + id)
    end
    authority = certificates.authority()
    local certificate, key = authority.sign("good", "IP:127.0.0.1")
    port = nginx.free_port()
    server = nginx.start { port = port, servers = ([[server { listen 127.0.0.1:%d ssl http2; ssl_certificate %s;
      ssl_certificate_key %s; location / { proxy_pass %s; } }]]):format(port, certificate, key, portal.url) }
    token_file = write(TOKEN .. "\n")
    gate = os.tmpname()
    os.remove(gate)
    assert(os.execute("mkfifo " .. gate))
  end)
  teardown(function()
    server.stop()
    portal:close()
    authority.remove()
    os.remove(token_file)
    os.remove(gate)
  end)

  local work = [[
    local tether = require "tether"
    local function halt(name)
      print(name)
      local gate = io.open(arg[1])
      gate:read "a"
      gate:close()
    end
    io.stdout:setvbuf "no"
    print(io.open("/proc/self/stat"):read "n")
    local hub = %s
    for id = 1, 5 do hub:get("contacts", id) end
    local set = tether.links("contacts", "companies")
    for id = 1, 200 do set:add(id, 1000 + id) end
    hub:associate(set)
    hub:associations("contacts", { 1, 2, 3, 4 }, "companies")
    pcall(hub.get, hub, "contacts", 99999)
    halt "open"
    hub:close()
    halt "closed"]]

  -- Where a child that works so holds the secrets, while it is open and after it has closed.
  local function look(connect, ...)
    local script, found = write(work:format(connect)), {}
    local pipe = assert(io.popen(("lua5.4 %s %s"):format(script, gate)))
    local pid = math.tointeger(pipe:read "n")
    pipe:read "l"
    if connect:find "token_file" then lacks(files.content(("/proc/%d/cmdline"):format(pid)), "the command line") end
    for _ = 1, 2 do
      local phase = pipe:read "l"
      found[phase] = {}
      for _, needle in ipairs { ... } do
        for _, hit in ipairs(memory.find(pid, needle)) do table.insert(found[phase], hit) end
      end
      local file = assert(io.open(gate, "w"))
      file:write "on"
      file:close()
    end
    pipe:close()
    os.remove(script)
    return found
  end

  local function by_file(url)
    return ("tether.connect { url = %q, token_file = %q, ca_file = %q }"):format(url, token_file, authority.file)
  end

  it("is found where it is: the search itself works", function()
    local found = look(("tether.connect { url = %q, token = %q }"):format(portal.url, TOKEN), TOKEN)
    assert.is_true(#found.open > 0)
  end)

  it("a token from a file is in no dump over HTTP/1.1, open or closed", function()
    assert.same({ open = {}, closed = {} }, look(by_file(portal.url), TOKEN, TOKEN:sub(17)))
  end)

  it("nothing is left of it over TLS and HTTP/2 when the hub is closed, not in HPACK's code either", function()
    local coded = memory.huffman("Bearer " .. TOKEN)
    local found = look(by_file("https://127.0.0.1:" .. port), TOKEN, TOKEN:sub(17), coded, coded:sub(-20))
    assert.is_true(#found.open > 0) -- libnghttp2's copies; none would mean that HTTP/2 was not spoken
    assert.same({}, found.closed)
  end)

  it("nothing is left of a token that OAuth brought", function()
    portal:fault { operation = "oauth_token", status = 200, body = { access_token = TOKEN, expires_in = 1800 } }
    local connect = [[tether.connect { url = %q, ca_file = %q, oauth = { client_id = "id", client_secret = %q,
      refresh_token = %q } }]]
    local found = look(connect:format("https://127.0.0.1:" .. port, authority.file, SECRET, REFRESH), TOKEN,
      TOKEN:sub(17))
    assert.same({}, found.closed)
    portal:clear_faults()
  end)

  -- Answers its first request in pieces, without telling the length, and is gone before the next one.
  local PIECES = [[
    local socket = require "socket"
    local server = assert(socket.bind("127.0.0.1", 0))
    io.stdout:setvbuf "no"
    print((select(2, server:getsockname())))
    server:settimeout(60)
    local client = assert(server:accept())
    client:settimeout(60)
    client:setoption("tcp-nodelay", true)
    local length = 0
    repeat
      local line = assert(client:receive())
      length = tonumber(line:lower():match "^content%-length: (%d+)") or length
    until line == ""
    assert(client:receive(length))
    server:close()
    client:send "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    local body = ('{"access_token":%q,"expires_in":1800,"scope":%q}'):format(arg[1], ("x"):rep(2000))
    for at = 1, #body, 100 do
      local piece = body:sub(at, at + 99)
      client:send(("%x\r\n%s\r\n"):format(#piece, piece))
      socket.sleep(0.005)
    end
    client:send "0\r\n\r\n"
    client:close()]]

  it("nothing is left of one that OAuth brought in pieces, in memory that its answer grew out of", function()
    local brought = TOKEN:reverse()
    local script = write(PIECES)
    local pipe <close> = assert(io.popen(("timeout 120 lua5.4 %s %s"):format(script, brought)))
    local connect = [[(function()
      local hub = tether.connect { url = "http://127.0.0.1:%d", retry_for = 0,
        oauth = { client_id = "id", client_secret = "s", refresh_token = "r" } }
      local _, problem = pcall(hub.get, hub, "contacts", 1)
      assert(problem.code == "HOST_UNREACHABLE", problem) -- the token came, and the server has gone
      hub:close()
      return tether.connect { url = %q, token_file = %q }
    end)()]]
    local found = look(connect:format(pipe:read "n", portal.url, token_file), brought:sub(1, -17))
    os.remove(script)
    assert.same({ open = {}, closed = {} }, found)
  end)
end)
