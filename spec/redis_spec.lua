-- The connection to a Redis server, from outside: real servers, and what goes wrong with them.
local certificates = require "spec.support.certificates"
local errors = require "tether.error"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local redis_server = require "spec.support.redis"
local redis = require "tether.connection.redis"
local socket = require "socket"
local tether = require "tether"

describe("a connection to Redis", function()
  local server
  setup(function() server = redis_server.start() end)
  teardown(function() server:close() end)

  local function refusal(url, options)
    local ok, err = pcall(redis.open, url, options)
    assert.is_false(ok)
    assert.truthy(errors.is(err), tostring(err))
    return err.code .. ": " .. err.message
  end

  it("asks by host and by path, in a database of its own", function()
    for _, url in ipairs { server.url, server.socket_url, server.socket_url .. "?db=3",
      ("redis://localhost:%d/2"):format(server.port), ("REDIS://127.0.0.1:%d"):format(server.port) } do
      local client = redis.open(url)
      assert.equal("OK", client:call { "SET", "key", "a\0b" })
      assert.equal("a\0b", client:call { "GET", "key" })
      client:call { "SET", "n", "9223372036854775806" }
      assert.equal(math.maxinteger, client:call { "INCR", "n" })
      assert.equal(false, client:call { "GET", "none" })
      assert.same({ 1, { "x", false }, false }, client:call { "EVAL", "return {1, {'x', false}, false}", "0" })
      client:close()
    end
    assert.equal("a", server:cli "-n 3 get key":sub(1, 1))
  end)

  it("sends a script whole only to a server that does not know it", function()
    local client = redis.open(server.url)
    local script = redis.script "return {KEYS[1], ARGV[1]}"
    for _ = 1, 3 do assert.same({ "k", "v" }, client:run(script, { "k" }, { "v" })) end
    server:cli "script flush"
    assert.same({ "k", "v" }, client:run(script, { "k" }, { "v" }))
    assert.equal(2, server:calls "script|load")
    client:close()
  end)

  it("says in one line what is wrong with an address", function()
    assert.equal("BAD_ARGUMENT: a password stands in the address of Redis: put it into $TETHER_REDIS_PASSWORD, or " ..
      "into a file that $TETHER_REDIS_PASSWORD_FILE names, and leave redis://user@host:6379/0",
      refusal "redis://user:hidden@host:6379/0")
    for _, url in ipairs { "redis://", "redis://:6379", "redis://h:0", "redis://h:65536", "redis://h:x", "redis://h/x",
      "redis://[::1", "redis://h?x=1", "unix://",
      "unix://x/y", "http://h", "redis:/h", "redis://h h", "redis://h/-1" } do
      assert.matches("^BAD_ARGUMENT: [^\n]*Redis[^\n]*$", refusal(url))
    end
  end)

  it("says in one line what is wrong with a server, before anything else is sent", function()
    assert.matches("^REDIS_LOST: Redis at 127.0.0.1:%d+ cannot be connected to: Connection refused$",
      refusal(("redis://127.0.0.1:%d"):format(nginx.free_port())))
    assert.matches("^REDIS_LOST: Redis at /nowhere/socket cannot be connected to: No such file",
      refusal "unix:///nowhere/socket")
    assert.matches("^REDIS_LOST: no address is known for the host of Redis, nowhere.invalid: ",
      refusal "redis://nowhere.invalid")
    assert.matches("^REDIS_FAILED: .*has no such database: correct the number", refusal((server.url:gsub("0$", "99"))))
    assert.matches("^REDIS_FAILED: .*has no password, and one was given", refusal(server.url, { password = "x" }))
    assert.matches("^REDIS_FAILED: .*does not take this user and password",
      refusal((server.url:gsub("//", "//nobody@")), { password = "x" }))
    local portal <close> = tether.portal()
    assert.matches("^REDIS_FAILED: .* closes the connection unheard: is it a Redis server",
      refusal("redis://127.0.0.1:" .. portal.url:match ":(%d+)$"))
  end)

  -- No old server is at hand: these are the bytes that one of 6.0 says, on a real socket.
  it("refuses a server that is too old", function()
    local port = nginx.free_port()
    local old = process.background(("%s %s %d"):format(process.interpreter(), redis_server.file [[
      local server = assert(require("socket").bind("127.0.0.1", tonumber(arg[1])))
      print "listens"
      io.stdout:flush()
      local client = server:accept()
      client:receive "*l"
      local info = "# Server\r\nredis_version:6.0.16\r\nrun_id:" .. ("ab"):rep(20) .. "\r\nrole:master\r\n"
      client:send(("$%d\r\n%s\r\n"):format(#info, info))
      client:receive "*a"]], port))
    old:printed "listens"
    assert.matches("^REDIS_FAILED: Redis at 127.0.0.1:%d+ is too old, version 6.0.16: take 6.2 or newer$",
      refusal("redis://127.0.0.1:" .. port))
    old:finish()
  end)

  it("takes its password from a file or the environment, and never shows it", function()
    local guarded = redis_server.start { options = "--requirepass not-to-be-shown", password = "not-to-be-shown" }
    assert.matches("^REDIS_FAILED: .*wants a password: put it into %$TETHER_REDIS_PASSWORD", refusal(guarded.url))
    local wrong = refusal(guarded.url, { password = "wrong-one" })
    assert.matches("^REDIS_FAILED: .*does not take this user and password", wrong)
    assert.is_nil(wrong:find("wrong-one", 1, true))
    local path = redis_server.file "not-to-be-shown\n"
    os.execute("chmod 600 " .. path)
    local client = redis.open(guarded.url, { password_file = path })
    assert.equal("PONG", client:call { "PING" })
    client:close()
    local program = "print(require('tether.connection.redis').open(%q):call { 'PING' })"
    local script = redis_server.file(program:format(guarded.url))
    for _, environment in ipairs { "TETHER_REDIS_PASSWORD=not-to-be-shown", "TETHER_REDIS_PASSWORD_FILE=" .. path } do
      local pipe = io.popen(("%s %s %s 2>&1"):format(environment, process.interpreter(), script))
      assert.equal("PONG\n", pipe:read "a")
      pipe:close()
    end
    guarded:close()
  end)

  it("speaks TLS, and only with a server that an authority vouches for", function()
    local authority = certificates.authority()
    local certificate, key = authority.sign("redis", "IP:127.0.0.1")
    local port = nginx.free_port()
    local guarded = redis_server.start { options = ("--tls-port %d --tls-cert-file %s --tls-key-file %s " ..
      "--tls-ca-cert-file %s --tls-auth-clients no"):format(port, certificate, key, authority.file) }
    local url = ("rediss://127.0.0.1:%d/1"):format(port)
    local client = redis.open(url, { ca_file = authority.file })
    local large = ("x"):rep(3000000)
    assert.equal("OK", client:call { "SET", "large", large })
    assert.equal(large, client:call { "GET", "large" })
    client:close()
    assert.matches("^TLS_FAILED: ", refusal(url))
    assert.matches("^TLS_FAILED: ", refusal((url:gsub("127.0.0.1", "localhost")), { ca_file = authority.file }))
    assert.matches("^REDIS_%u+: ", refusal(("redis://127.0.0.1:%d"):format(port)))
    assert.matches("^REDIS_LOST: .*does it speak TLS at that port%?",
      refusal((server.url:gsub("redis:", "rediss:")), { timeout = 0.5 }))
    guarded:close()
    certificate, key = authority.sign("redis2", "IP:127.0.0.2")
    port = nginx.free_port()
    guarded = redis_server.start { options = ("--tls-port %d --tls-cert-file %s --tls-key-file %s " ..
      "--tls-ca-cert-file %s --tls-auth-clients no"):format(port, certificate, key, authority.file) }
    assert.matches("^TLS_FAILED: ", refusal(("rediss://127.0.0.1:%d"):format(port), { ca_file = authority.file }))
    guarded:close()
    authority.remove()
  end)

  it("sends what is larger than a socket holds, in parts", function()
    local client = redis.open(server.url)
    local large = ("0123456789abcdef"):rep(1250000)
    assert.equal("OK", client:call({ "SET", "large", large }, 20))
    assert.is_true(client:call({ "GET", "large" }, 20) == large)
    assert.equal(1, client:call { "DEL", "large" })
    client:close()
  end)

  it("is made again by itself, and what is asked meanwhile waits no longer than it may", function()
    local other = redis_server.start()
    local client = redis.open(other.url)
    other:kill()
    local before = socket.gettime()
    local ok, err = pcall(client.call, client, { "PING" }, 0.3)
    assert.is_false(ok)
    assert.equal("REDIS_LOST", err.code)
    assert.is_true(socket.gettime() - before < 3)
    before = socket.gettime()
    ok, err = pcall(client.call, client, { "PING" }, 0.3) -- by now it is known to be away
    local waited = socket.gettime() - before
    assert.same({ false, "REDIS_LOST" }, { ok, err.code })
    assert.is_true(waited > 0.2 and waited < 3, waited)
    other:start()
    assert.equal("PONG", client:call({ "PING" }, 5))
    other:freeze()
    ok, err = pcall(client.call, client, { "PING" }, 0.2)
    assert.is_false(ok)
    assert.matches("did not answer in time", err.message)
    other:thaw()
    assert.equal("PONG", client:call({ "PING" }, 5))
    client:close()
    other:close()
  end)

  it("suspends a task instead of stopping the program", function()
    local order = {}
    tether.within(20, function()
      tether.map({ 1, 0.1 }, function(seconds)
        local client = redis.open(server.url)
        assert.is_false(client:call { "BLPOP", "nothing", tostring(seconds) })
        order[#order + 1] = seconds
        client:close()
      end)
    end)
    assert.same({ 0.1, 1 }, order)
  end)
end)
