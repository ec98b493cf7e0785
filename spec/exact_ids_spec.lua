-- Ids are exact or refused, at every door.
local tether = require "tether"

local ROUNDED = "1.2345678901235e+16" -- what another JSON library writes for 12345678901234567

describe("an id that may have lost digits", function()
  local portal, hub
  setup(function()
    portal = tether.portal()
    hub = portal:connect()
    portal:seed("contacts", 101)
  end)
  teardown(function() hub:close() portal:close() end)

  local function refused(run, ...)
    local ok, err = pcall(run, ...)
    assert.is_false(ok)
    assert.equal("BAD_ID", err.code)
    return err
  end

  it("is no id of a webhook", function()
    for _, id in ipairs { ROUNDED, "12345678901235000.0", "1.2345678901235E16", "1e15" } do
      local events = tether.webhook.parse(([==[[{"eventId":1,"subscriptionType":"contact.associationChange",
        "fromObjectId":%s,"toObjectId":5,"associationType":"CONTACT_TO_COMPANY","associationRemoved":false}]]==])
        :format(id))
      assert.is_nil(events[1].association)
      assert.equal("EVENTS_MALFORMED", events[1].error.code)
      assert.matches("fromObjectId is not a record id", events[1].error.message)
    end
  end)

  it("is refused in a body of hub:request, as a table and as text", function()
    for _, body in ipairs { { inputs = { { id = tonumber(ROUNDED) } } }, ([[{"inputs":[{"id":%s}]}]]):format(ROUNDED),
      [[{"inputs":[{"id":12345678901235000.0}]}]] } do
      local err = refused(hub.request, hub, "POST", "/crm/objects/2026-03/contacts/batch/read", body)
      assert.matches("rounded already", err.hint)
    end
    assert.equal(0, portal:counters().requests)
  end)

  it("that is a float is refused in a path of hub:request", function()
    for _, id in ipairs { 101.0, 155079670837185.0, 2.0 ^ 60 } do
      local err = refused(hub.request, hub, "GET", "/crm/objects/2026-03/contacts/" .. id)
      assert.matches("math.tointeger", err.hint)
    end
    assert.equal(101, math.tointeger(tonumber(hub:request("GET", "/crm/objects/2026-03/contacts/101").id)))
  end)

  it("leaves small floats and long integers of a body as they are", function()
    local made = hub:request("POST", "/crm/objects/2026-03/contacts", { properties = { email = "a@example.com", a = 5.0,
      b = 0.5, c = 155079670837185.0, d = 1234567890123456789 } })
    local read = hub:request("GET", ("/crm/objects/2026-03/contacts/%s?properties=a,b,c,d"):format(made.id)).properties
    assert.same({ "5", "0.5", "155079670837185", "1234567890123456789" }, { tostring(read.a), tostring(read.b),
      tostring(read.c), tostring(read.d) })
  end)

  it("gets a hint: math.tointeger below 2^53, that it may be rounded above", function()
    for _, case in ipairs { { 5.0, "math.tointeger" }, { 2.0 ^ 53 - 1, "math.tointeger" },
      { 2.0 ^ 53, "rounded already" }, { 1e17, "rounded already" } } do
      local value, hint = table.unpack(case)
      assert.matches(hint, refused(hub.get, hub, "contacts", value).hint)
      assert.matches(hint, refused(tether.id, value).hint)
      assert.matches(hint, refused(hub.associate, hub, "contacts", value, "companies", 1).hint)
    end
  end)
end)

describe("a misspelt name", function()
  local portal <const> = tether.portal()
  local hub <const> = portal:connect()
  teardown(function() hub:close() portal:close() end)

  for meant, use in pairs {
    ["associate"] = function() hub:asociate() end,
    ["labels"] = function() return hub.label:list("contacts", "companies") end,
    ["list"] = function() hub.labels:lst() end,
    ["set"] = function() hub.limits:sett() end,
    ["connect"] = function() tether.conect() end,
    ["seed"] = function() portal:sed {} end,
  } do
    it("gets the nearest one: " .. meant, function()
      local ok, err = pcall(use)
      assert.is_false(ok)
      assert.equal("OPTION_UNKNOWN", err.code)
      assert.matches(('did you mean .*"%s"'):format(meant), err.message)
    end)
  end

  it("that is like none is nil", function()
    assert.is_nil(hub.something)
    assert.is_nil(tether.something)
  end)
end)
