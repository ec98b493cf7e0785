-- Where the token comes from, and when another one is fetched: against the portal, over real sockets.
local tether = require "tether"
local process = require "spec.support.process"

local CLIENT, SECRET, REFRESH = "client-1", "planted-client-secret", "planted-refresh-token"

local function failure(run, ...)
  local ok, problem = pcall(run, ...)
  assert.is_false(ok, "it went well")
  assert.is_true(tether.error.is(problem), tostring(problem))
  return problem
end

local function file_with(text, mode)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(text)
  file:close()
  assert(os.execute(("chmod %s %s"):format(mode, name)))
  return name
end

local function hidden(problem, ...)
  for _, text in ipairs { ... } do
    for name, value in pairs(problem) do assert.is_nil(tostring(value):find(text, 1, true), name) end
  end
end

-- Submits them at once and takes all answers: what many tasks of a host do.
local function at_once(hub, count)
  local statuses = {}
  for _ = 1, count do assert(hub.session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, "record_get")) end
  while #statuses < count do
    assert(hub.session:step(2000))
    for _, answer, err in function() return hub.session:take() end do
      statuses[#statuses + 1] = answer and answer.status or err.code
    end
  end
  return statuses
end

local function all_are(wanted, list)
  for _, one in ipairs(list) do assert.equal(wanted, one) end
end

describe("a token", function()
  local portal, name, hub
  before_each(function()
    portal = tether.portal()
    portal:seed("contacts", 101)
    name = nil
  end)
  after_each(function()
    if hub then hub:close() end
    hub = nil
    if name then os.remove(name) end
    portal:close()
  end)

  local function connect(options)
    options.url = portal.url
    hub = tether.connect(options)
    return hub
  end

  it("is taken from the argument", function()
    assert.equal(101, connect { token = portal.token }:get("contacts", 101).id)
  end)

  it("function that calls its own hub is refused by name", function()
    local own
    own = connect { token = function()
      own:account()
      return portal.token
    end }
    local problem = failure(own.account, own)
    assert.equal("UNAUTHENTICATED", problem.code)
    assert.matches("the token function of this hub uses the hub itself", problem.message)
  end)

  it("is read from a file of mode 0600, its first line", function()
    name = file_with(portal.token .. "\nanother line\n", "600")
    assert.equal(101, connect { token_file = name }:get("contacts", 101).id)
    assert(os.execute("chmod 400 " .. name))
    assert.equal(101, tether.connect { url = portal.url, token_file = name }:get("contacts", 101).id)
  end)

  it("in a file that others may read is refused, with the remedy", function()
    for _, mode in ipairs { "640", "604", "644", "660", "602", "601" } do
      name = file_with(portal.token, mode)
      local problem = failure(connect, { token_file = name })
      assert.equal("FILE_FAILED", problem.code)
      assert.matches("chmod 600", problem.message)
      assert.truthy(problem.message:find(name, 1, true))
      assert.matches("mode 0" .. mode, problem.message)
      hidden(problem, portal.token)
      os.remove(name)
    end
  end)

  it("file that is missing, empty, no file or not a token is named", function()
    local problem = failure(connect, { token_file = "/nonexistent/token" })
    assert.equal("FILE_FAILED", problem.code)
    assert.matches("/nonexistent/token: No such file", problem.message)
    problem = failure(connect, { token_file = "/" })
    assert.equal("FILE_FAILED", problem.code)
    assert.matches("not a regular file", problem.message)
    for _, text in ipairs { "", "\n" .. portal.token, "\r\n" } do
      name = file_with(text, "600")
      problem = failure(connect, { token_file = name })
      assert.equal("TOKEN_MISSING", problem.code)
      assert.truthy(problem.message:find(name, 1, true))
      os.remove(name)
    end
    for _, text in ipairs { "a token", "to\0ken", "t\246ken" } do
      name = file_with(text, "600")
      problem = failure(connect, { token_file = name })
      assert.equal("TOKEN_MALFORMED", problem.code)
      hidden(problem, text)
      os.remove(name)
    end
  end)

  it("file that is a pipe does not block", function()
    name = os.tmpname()
    os.remove(name)
    assert(os.execute("mkfifo -m 600 " .. name))
    assert.matches("not a regular file", failure(connect, { token_file = name }).message)
  end)

  it("is taken from $HUBSPOT_TOKEN when the options name none", function()
    local script = ("print(require('tether').connect():get('contacts', 101).id)")
    local pipe = io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s lua5.4 -e %q 2>&1"):format(portal.token, portal.url, script))
    assert.equal("101\n", pipe:read "a")
    pipe:close()
  end)

  it("from the options goes before the environment's, of whichever kind", function()
    name = file_with(portal.token, "600")
    local script = ([[local tether = require "tether"
      for _, options in ipairs { { token = %q }, { token_file = %q }, { token = function() return %q end } } do
        print(tether.connect(options):get("contacts", 101).id)
      end]]):format(portal.token, name, portal.token)
    local code = file_with(script, "600")
    local pipe = io.popen(("HUBSPOT_TOKEN=wrong TETHER_URL=%s lua5.4 %s 2>&1"):format(portal.url, code))
    assert.equal("101\n101\n101\n", pipe:read "a")
    pipe:close()
    os.remove(code)
  end)

  it("comes from one place: options that exclude each other are refused", function()
    local oauth = { client_id = CLIENT, client_secret = SECRET, refresh_token = REFRESH }
    for _, options in ipairs { { token = "a", token_file = "b" }, { token = "a", oauth = oauth },
      { token_file = "b", oauth = oauth }, { token = "a", token_file = "b", oauth = oauth } } do
      local problem = failure(connect, options)
      assert.equal("BAD_ARGUMENT", problem.code)
      assert.matches("token, token_file and oauth exclude each other", problem.message)
    end
    assert.equal("BAD_ARGUMENT", failure(connect, { token = 42 }).code)
    assert.equal("BAD_ARGUMENT", failure(connect, { oauth = { client_id = CLIENT } }).code)
    assert.equal("OPTION_UNKNOWN", failure(connect, { oauth = { client = CLIENT } }).code)
    hidden(failure(connect, { token = "pat na1-planted" }), "planted")
  end)

  describe("from a function", function()
    local function counted(...)
      local brings, calls = { ... }, { n = 0 }
      return function()
        calls.n = calls.n + 1
        local one = brings[math.min(calls.n, #brings)]
        if type(one) == "function" then return one() end
        return table.unpack(one)
      end, calls
    end

    it("is asked for at the first request, and not again", function()
      local bring, calls = counted { portal.token }
      connect { token = bring }
      assert.equal(0, calls.n)
      for _ = 1, 3 do assert.equal(101, hub:get("contacts", 101).id) end
      assert.equal(1, calls.n)
    end)

    it("is asked for again once when the account refuses it", function()
      local bring, calls = counted({ "outdated" }, { portal.token })
      connect { token = bring }
      assert.equal(101, hub:get("contacts", 101).id)
      assert.equal(2, calls.n)
      hub:get("contacts", 101)
      assert.equal(2, calls.n)
    end)

    it("that stays wrong ends as the account's refusal", function()
      local bring, calls = counted { "wrong" }
      connect { token = bring }
      assert.equal("UNAUTHENTICATED", failure(hub.get, hub, "contacts", 101).code)
      assert.equal(2, calls.n)
      assert.equal("UNAUTHENTICATED", failure(hub.get, hub, "contacts", 101).code)
      assert.is_true(calls.n <= 4)
    end)

    it("is asked for once by twenty requests that wait, and once more when all are refused", function()
      local bring, calls = counted({ "outdated" }, { portal.token })
      connect { token = bring, concurrency = 20 }
      all_are(200, at_once(hub, 20))
      assert.equal(2, calls.n)
    end)

    it("that lasts some seconds is asked for again before they are over", function()
      local bring, calls = counted({ portal.token, 2 }, { portal.token, 1000 })
      connect { token = bring }
      hub:get("contacts", 101)
      assert.equal(1, calls.n)
      process.wait_until(function()
        hub:get("contacts", 101)
        return calls.n > 1
      end, "a second token")
      hub:get("contacts", 101)
      assert.equal(2, calls.n)
      for _, request in ipairs(portal:log()) do assert.equal(200, request.status) end
    end)

    it("that fails is told with its reason, and the next request asks again", function()
      local bring, calls = counted(function() error("the vault is locked", 0) end, { nil, "no such key" }, {}, { 42 },
        { "planted 1" }, { "" }, { "planted\0" }, { portal.token, 0 / 0 }, { portal.token, "soon" },
        { portal.token, -1 }, { portal.token, math.huge })
      connect { token = bring }
      local wanted = { "the vault is locked", "no such key", "it returned no text", "it returned no text",
        "not printable", "no token", "NUL", "seconds", "seconds", "seconds" }
      for i, reason in ipairs(wanted) do
        local problem = failure(hub.get, hub, "contacts", 101)
        assert.equal("UNAUTHENTICATED", problem.code)
        assert.matches("token function", problem.message)
        assert.matches(reason, problem.message)
        assert.equal(i, calls.n)
        hidden(problem, "planted", portal.token)
      end
      assert.equal(101, hub:get("contacts", 101).id)
      assert.equal(0, portal:counters().requests - 1)
    end)

    it("fails every request that waits for it, each once", function()
      connect { token = function() error "locked" end }
      all_are("UNAUTHENTICATED", at_once(hub, 5))
      assert.equal(0, portal:counters().requests)
    end)

    it("may close the hub: the request ends as CLOSED", function()
      connect { token = function()
        hub:close()
        return portal.token
      end }
      assert.equal("CLOSED", failure(hub.get, hub, "contacts", 101).code)
    end)
  end)

  it("of another region goes to its host only when that is asked for", function()
    local native = require "tether.connection.options"
    local function host(options) return (select(2, native.read(options))).url end
    assert.equal("https://api.hubapi.com", host { token = "pat-eu1-x" })
    assert.equal("https://api-eu1.hubapi.com", host { token = "pat-eu1-x", region = "auto" })
    assert.equal("https://api.hubapi.com", host { token = "pat-na1-x", region = "auto" })
    assert.equal("https://api.hubapi.com", host { token = "pat-na2-x", region = "auto" })
    assert.equal("https://api.hubapi.com", host { token = "opaque", region = "auto" })
    assert.equal("https://api-eu1.hubapi.com", host { token = "opaque", region = "eu1" })
    assert.equal("BAD_ARGUMENT", failure(host, { token = "x", region = "evil.example/" }).code)
    assert.equal("BAD_ARGUMENT", failure(host, { token_file = "x", region = "auto" }).code)
  end)

  it("that is refused with an EU prefix hears of the EU host", function()
    connect { token = "pat-eu1-00000000" }
    local problem = failure(hub.get, hub, "contacts", 101)
    assert.equal("UNAUTHENTICATED", problem.code)
    assert.matches("api%-eu1", problem.hint)
    hidden(problem, "00000000")
  end)
end)

describe("OAuth", function()
  local portal, hub, renewed
  before_each(function()
    portal = tether.portal { refresh_token = REFRESH }
    portal:seed("contacts", 101)
    renewed = {}
  end)
  after_each(function()
    if hub then hub:close() end
    hub = nil
    portal:close()
  end)

  local function connect(oauth, options)
    local given = { client_id = CLIENT, client_secret = SECRET, refresh_token = REFRESH,
      on_renew = function(tokens) renewed[#renewed + 1] = tokens end }
    for name, value in pairs(oauth or {}) do given[name] = value end
    options = options or {}
    options.oauth, options.url = given, portal.url
    options.retry_pause = options.retry_pause or 0.01
    hub = tether.connect(options)
    return hub
  end

  local function refreshes() return portal:counters().operations.oauth_token or 0 end

  it("fetches a token for the first request, and hands it out to be stored", function()
    connect()
    assert.equal(0, refreshes())
    assert.equal(101, hub:get("contacts", 101).id)
    hub:get("contacts", 101)
    assert.equal(1, refreshes())
    assert.equal(1, #renewed)
    assert.equal(1800, renewed[1].expires_in)
    assert.equal(REFRESH, renewed[1].refresh_token)
    assert.matches("^oauth%-", renewed[1].access_token)
    assert.equal("POST /oauth/2026-03/token", portal:log()[1].method .. " " .. portal:log()[1].path)
    assert.equal("application/x-www-form-urlencoded", portal:log()[1].headers["content-type"])
  end)

  it("goes to the path of the version", function()
    for version, path in pairs { v4 = "/oauth/v3/token", ["2025-09"] = "/oauth/v3/token",
      ["2026-09"] = "/oauth/2026-09/token" } do
      portal:clear_log()
      connect(nil, { version = version }):get("contacts", 101)
      assert.equal(path, portal:log()[1].path)
      hub:close()
    end
  end)

  it("uses a token that is there already, and refreshes it before it expires", function()
    connect { access_token = portal.token, expires_in = 2 }
    hub:get("contacts", 101)
    assert.equal(0, refreshes())
    process.wait_until(function()
      hub:get("contacts", 101)
      return refreshes() > 0
    end, "a refresh")
    hub:get("contacts", 101)
    assert.equal(1, refreshes())
    for _, request in ipairs(portal:log()) do assert.equal(200, request.status) end
  end)

  it("refreshes once when the account says that the token has expired, and sends the request again", function()
    connect():get("contacts", 101)
    portal:advance(1801)
    assert.equal(101, hub:get("contacts", 101).id)
    assert.equal(2, refreshes())
    local statuses = {}
    for _, request in ipairs(portal:log()) do statuses[#statuses + 1] = request.status end
    assert.same({ 200, 200, 401, 200, 200 }, statuses)
    assert.equal(2, #renewed)
  end)

  it("sends a create again after a 401, which applied nothing", function()
    connect():get("contacts", 101)
    portal:advance(1801)
    hub:create("contacts", { email = "jane@example.com" })
    assert.equal(2, refreshes())
    local count = 0
    for _ in hub:records "contacts" do count = count + 1 end
    assert.equal(2, count)
  end)

  it("makes exactly one refresh for twenty requests that wait", function()
    connect(nil, { concurrency = 20 })
    all_are(200, at_once(hub, 20))
    assert.equal(1, refreshes())
    portal:advance(1801)
    all_are(200, at_once(hub, 20))
    assert.equal(2, refreshes())
    assert.equal(2, #renewed)
  end)

  it("keeps a newer refresh token, uses it, and hands it out", function()
    portal:fault { operation = "oauth_token", times = 1, status = 200,
      body = { access_token = portal.token, refresh_token = REFRESH, expires_in = 1800, token_type = "bearer" } }
    connect { refresh_token = "older" } -- the portal takes REFRESH alone
    hub:get("contacts", 101)
    assert.equal(REFRESH, renewed[1].refresh_token)
    hub.session.native:renew("outdated", 0)
    hub:get("contacts", 101)
    assert.equal(1, refreshes()) -- the portal itself has answered one, and taken the newer refresh token
  end)

  it("ends with UNAUTHENTICATED and the remedy when the refresh token is bad, for all that wait, once", function()
    connect { refresh_token = "revoked" }
    local problem = failure(hub.get, hub, "contacts", 101)
    assert.equal("UNAUTHENTICATED", problem.code)
    assert.matches("missing or invalid refresh token", problem.message)
    assert.matches("install", problem.message .. problem.hint)
    hidden(problem, "revoked", SECRET)
    assert.equal(1, refreshes())
    all_are("UNAUTHENTICATED", at_once(hub, 5))
    assert.equal(2, refreshes())
    assert.equal(0, #renewed)
  end)

  it("tries the refresh again when its server fails for a moment", function()
    for _, fault in ipairs { { status = 503 }, { reset = "after" }, { status = 429 }, { truncate = true } } do
      fault.operation, fault.times = "oauth_token", 2
      portal:fault(fault)
      connect()
      local before = refreshes()
      assert.equal(101, hub:get("contacts", 101).id, fault.status)
      assert.is_true(refreshes() >= before)
      hub:close()
      portal:clear_faults()
    end
  end)

  it("does not hammer a server that refuses the refresh for its rate", function()
    portal:fault { operation = "oauth_token", status = 429 }
    connect(nil, { retry_pause = 0.1, retry_for = 0.5 })
    failure(hub.get, hub, "contacts", 101)
    assert.is_true(portal:counters().faults <= 6, "asked " .. portal:counters().faults .. " times")
  end)

  it("tells a server that stays broken from a refusal", function()
    portal:fault { operation = "oauth_token", status = 503, body = { message = "down for a moment" } }
    connect(nil, { retry_for = 0 })
    local problem = failure(hub.get, hub, "contacts", 101)
    assert.equal("SERVER_ERROR", problem.code)
    assert.matches("503", problem.message)
    assert.matches("down for a moment", problem.message)
    portal:clear_faults()
    assert.equal(101, hub:get("contacts", 101).id)
  end)

  local strange = {
    { "no token", { expires_in = 1800 } },
    { "a token with a blank", { access_token = "a b", expires_in = 1800 } },
    { "an empty token", { access_token = "" } },
    { "another kind of token", { access_token = 42 } },
    { "a list", { 1, 2 } },
  }
  for _, case in ipairs(strange) do
    it("refuses an answer with " .. case[1], function()
      portal:fault { operation = "oauth_token", status = 200, body = case[2] }
      connect(nil, { retry_for = 0 })
      local problem = failure(hub.get, hub, "contacts", 101)
      assert.equal("UNAUTHENTICATED", problem.code)
      assert.matches("OAuth", problem.message)
    end)
  end

  for _, expires_in in ipairs { 9223372036854775807, 1e300, -5, 1800.5, "1800", false } do
    it("takes a token whose end is told as " .. tostring(expires_in), function()
      portal:fault { operation = "oauth_token", status = 200, times = 1,
        body = { access_token = portal.token, expires_in = expires_in } }
      connect()
      assert.equal(101, hub:get("contacts", 101).id)
      assert.equal(101, hub:get("contacts", 101).id)
      assert.equal(1, portal:counters().faults)
    end)
  end

  it("notes a failure of on_renew, and goes on", function()
    connect { on_renew = function() error "the disk is full" end }
    assert.equal(101, hub:get("contacts", 101).id)
    assert.matches("on_renew.*the disk is full", hub.notices[1])
  end)

  it("does not take the quota of the account for its refresh", function()
    portal:set("burst", 3)
    connect()
    hub:get("contacts", 101)
    assert.equal(2, hub:stats().quota.window_left)
  end)

  it("shows no secret: not in errors, events, notices, portal log", function()
    connect { client_secret = SECRET }
    local seen = {}
    for _, event in ipairs { "request", "response", "retry" } do
      hub:on(event, function(one)
        for _, value in pairs(one) do seen[#seen + 1] = tostring(value) end
      end)
    end
    hub:get("contacts", 101)
    portal:advance(1801)
    hub:get("contacts", 101)
    for _, request in ipairs(portal:log()) do
      for _, value in pairs(request.headers) do seen[#seen + 1] = value end
      seen[#seen + 1] = request.path .. request.body
    end
    local text = table.concat(seen, "\n")
    for _, secret in ipairs { SECRET, REFRESH, renewed[1].access_token, renewed[2].access_token } do
      assert.is_nil(text:find(secret, 1, true))
    end
  end)
end)
