-- A quota that is shared by a Redis that goes away, stands still or says what cannot be: nothing hangs, all is told.
local certificates = require "spec.support.certificates"
local errors = require "tether.error"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local redis_server = require "spec.support.redis"
local socket = require "socket"
local tether = require "tether"

describe("a quota by a Redis that fails", function()
  local server, portal
  setup(function()
    portal = tether.portal { switches = { burst = 190, exemptions = "off" } }
    portal:seed { contacts = { { id = 101 } } }
  end)
  before_each(function() server = redis_server.start() end)
  after_each(function() server:close() end)
  teardown(function() portal:close() end)

  local function connect(options)
    options.share = options.share or server.url
    local hub = portal:connect(options)
    hub:get("contacts", 101)
    return hub
  end

  -- Seconds, and what came of it.
  local function timed(run, ...)
    local begun = socket.gettime()
    local fine, problem = pcall(run, ...)
    if not fine then assert.truthy(errors.is(problem), tostring(problem)) end
    return socket.gettime() - begun, not fine and problem or nil
  end

  local function freeze_for(seconds)
    server:freeze()
    os.execute(("(sleep %s; kill -CONT %d) >/dev/null 2>&1 &"):format(seconds, server.pid))
  end

  it("goes on as soon as it moves again: a late question is no clock that has moved", function()
    local hub <close> = connect {}
    freeze_for(2.5)
    local seconds, problem = timed(hub.get, hub, "contacts", 101)
    assert.is_nil(problem)
    assert.is_true(seconds > 2 and seconds < 2.5 + 5, tostring(seconds)) -- and not a window later
    assert.equal(1, hub:stats().quota.losses)
  end)

  it("holds a call up for no longer than its own time, while it is away and while it begins anew", function()
    local hub <close> = connect { timeout = 1.5, retry_for = 1 }
    server:freeze()
    local seconds, problem = timed(hub.get, hub, "contacts", 101)
    assert.equal("REDIS_LOST", problem.code)
    assert.matches("has held calls up for %d+ s, and this one may take no longer %(retry_for, timeout%): not sent",
      problem.message)
    assert.is_true(seconds < 1.5 + 3, tostring(seconds))
    server:thaw()
    server:kill()
    server:start() -- whose first window is waited for
    tether.within(20, function()
      seconds, problem = timed(hub.get, hub, "contacts", 101)
    end)
    assert.equal("REDIS_LOST", problem.code)
    assert.is_true(seconds < 1.5 + 3, tostring(seconds))
  end)

  it("refuses at once where its loss is to stop calls, however often it is asked, and is back by itself", function()
    local hub <close> = connect { share_lost = "stop" }
    freeze_for(5.5)
    local seconds, problem = timed(hub.get, hub, "contacts", 101)
    assert.equal("REDIS_LOST", problem.code)
    assert.is_true(seconds > 1.5 and seconds < 5.5, tostring(seconds))
    local refused, longest, over = 0, 0, socket.gettime() + 20
    repeat
      seconds, problem = timed(hub.get, hub, "contacts", 101)
      refused, longest = refused + (problem and 1 or 0), math.max(longest, problem and seconds or 0)
    until not problem or socket.gettime() > over
    assert.is_nil(problem)
    assert.is_true(refused > 20 and longest < 1, refused .. " " .. longest)
    local connections = tonumber(server:cli("info stats"):match "total_connections_received:(%d+)")
    assert.is_true(connections < 30, tostring(connections)) -- those of this spec's own redis-cli among them
  end)

  it("says which number in Redis cannot be, instead of waiting for it", function()
    connect({}):close()
    local state = server:cli("keys 'tether:quota:*:state'"):match "[^\n]+"
    local key = state:gsub("state$", "")
    for name, value in pairs { quiet = "99999999999999999", blocked1 = "1e300", most = "nan", span = "-5",
      least = "inf", day_end = "9007199254740992", learnt = "junk", least_at = "99999999999999999" } do
      server:cli(("hset '%s' %s %s"):format(state, name, value))
      local _, problem = timed(connect, {})
      assert.equal("REDIS_FAILED", problem.code)
      assert.matches("has a number under a name of ours that no Tether writes: delete that key", problem.message, 1,
        true)
      assert.matches(("%s has %s = "):format(state, name), problem.message, 1, true)
      assert.is_nil(problem.message:find("\n", 1, true))
      server:cli(("del '%s'"):format(state))
      connect({}):close()
    end
    for _, line in ipairs { "99999999999999999 190 5 0 0 0 0 99999999999999999 1", "nan nan nan 0 0 0 0 nan 1",
      "0 -999999 0 0 0 0 0 0 1", "1 1e300 1e300 0 0 0 0 1 1" } do
      server:cli(("hset '%sowners' 00ff '%s'"):format(key, line))
    end
    local calls = {}
    for i = 1, 300 do calls[i] = "99999999999999999 junk:" .. i end
    server:cli(("zadd '%swindow' %s"):format(key, table.concat(calls, " ")))
    server:cli(("zadd '%swindow' +inf junk:inf"):format(key))
    local hub <close> = connect {}
    assert.is_true(timed(hub.get, hub, "contacts", 101) < 5)
    assert.equal("0", server:cli(("zcount '%swindow' 9999999999999999 +inf"):format(key)))
  end)

  it("is told of when it gets full, while calls go out", function()
    local hub <close> = connect {}
    server:cli "config set maxmemory 1"
    process.wait_until(function()
      timed(tether.within, 0.1, hub.get, hub, "contacts", 101)
      return hub:stats().quota.unshared
    end, "a loss that is told")
    assert.matches("is full: raise its maxmemory", hub:stats().quota.unshared)
  end)

  it("is told of by the command, once, as it is when it is back", function()
    local script = redis_server.file [[
      for i = 1, 35 do hub:get("contacts", 101) os.execute "sleep 0.1" end]]
    local program = process.background(("env HUBSPOT_TOKEN=%s TETHER_URL=%s timeout 40 build/tether run --share %s %s")
      :format(portal.token, portal.url, server.url, script))
    process.wait_until(function() return server:calls "evalsha" > 2 end, "a program that shares")
    freeze_for(2.5)
    local code, said = program:finish()
    assert.equal(0, code, said)
    local lost = "tether: Redis at 127.0.0.1:%d+ [^\n]+: the quota is not shared; calls wait, and then go on with a " ..
      "part of it %(share_lost%)\n"
    assert.matches("^" .. lost .. "tether: Redis is back: the quota is shared again\n$", said)
  end)

  it("is reached by TLS with a password from a file, also by workers", function()
    local authority = certificates.authority()
    local certificate, key = authority.sign("redis", "IP:127.0.0.1")
    local port = nginx.free_port()
    local guarded = redis_server.start { password = "not-to-be-shown", options = ("--requirepass not-to-be-shown " ..
      "--tls-port %d --tls-cert-file %s --tls-key-file %s --tls-ca-cert-file %s --tls-auth-clients no"):format(port,
      certificate, key, authority.file) }
    local url, password = ("rediss://127.0.0.1:%d"):format(port), redis_server.file "not-to-be-shown\n"
    os.execute("chmod 600 " .. password)
    connect({ share = url, share_password_file = password, ca_file = authority.file }):close()
    local _, problem = timed(connect, { share = url, share_password_file = password })
    assert.equal("TLS_FAILED", problem.code)
    os.execute("chmod 644 " .. password)
    _, problem = timed(connect, { share = url, share_password_file = password, ca_file = authority.file })
    assert.matches("^others may read the password file [^\n]+: run chmod 600 on it, and renew the password if " ..
      "somebody has$", problem.message)
    os.execute("chmod 600 " .. password)
    local line = ("env HUBSPOT_TOKEN=%s TETHER_URL=%s TETHER_REDIS_PASSWORD_FILE=%s %%s timeout 40 build/tether " ..
      "work %s --drain"):format(portal.token, portal.url, password, url)
    local code, said = process.background(line:format("SSL_CERT_FILE=" .. authority.file)):finish()
    assert.equal(0, code, said)
    code, said = process.background(line:format ""):finish()
    assert.equal(3, code, said)
    assert.matches("TLS_FAILED", said, 1, true)
    guarded:close()
    authority.remove()
  end)
end)
