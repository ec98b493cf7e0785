-- What depends on the portal's clock: what it can be set to, how long a token lasts. And bodies in its log.
local given = require "spec.support.portal"
local tether = require "tether"

describe("the portal's clock", function()
  it("is set between 1970 and a year far away, and by nobody to another time", function()
    local portal <close> = tether.portal()
    for _, ms in ipairs { -1, math.mininteger, 253370764800000, math.maxinteger } do
      local fine, err = pcall(portal.clock, portal, ms)
      assert.is_false(fine)
      assert.equal("BAD_ARGUMENT", err.code)
    end
    for _, ms in ipairs { 0, 253370764800000 - 86400000 } do
      portal:clock(ms)
      assert.is_true(portal:clock() >= ms)
    end
  end)

  it("says when a token of OAuth is over: half an hour after it was given, and not before", function()
    local portal <close> = tether.portal { client_id = "app", client_secret = "s3cret" }
    local _, made = given.ask(portal, "POST", "/oauth/v3/token",
      "grant_type=client_credentials&client_id=app&client_secret=s3cret",
      { ["content-type"] = "application/x-www-form-urlencoded", authorization = false })
    local function status()
      return (given.ask(portal, "GET", "/crm/objects/2026-03/contacts", nil,
        { authorization = "Bearer " .. made.access_token }))
    end
    assert.same({ 1800, 200 }, { made.expires_in, status() })
    portal:advance(1500)
    assert.equal(200, status())
    portal:advance(301)
    assert.equal(401, status())
  end)
end)

describe("the portal's log", function()
  it("has a body as it came, also one with a NUL in it", function()
    local portal <close> = tether.portal()
    for _, body in ipairs { "a\0b", "\0", "{}" } do
      given.ask(portal, "POST", "/crm/objects/2026-03/contacts", body)
      local log = portal:log()
      assert.equal(body, log[#log].body)
    end
  end)
end)
