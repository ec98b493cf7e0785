-- OAuth: tokens that are refreshed, once for all who wait, and secrets that nobody sees.
local tether = require "tether"
local process = require "spec.support.process"
local auth = require "spec.support.auth"

local CLIENT, SECRET, REFRESH = "client-1", "planted-client-secret", "planted-refresh-token"
local failure, hidden, at_once, all_are = auth.failure, auth.hidden, auth.at_once, auth.all_are

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
