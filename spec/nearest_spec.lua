-- A mistyped method or field of what scripts hold gets the nearest name, instead of "attempt to call a nil value".
local tether = require "tether"

describe("a mistyped name", function()
  local portal, hub, links, plan
  setup(function()
    portal = tether.portal()
    portal:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
    hub = portal:connect()
    links = tether.links("contacts", "companies"):add(101, 9001)
    plan = hub:plan(links)
  end)
  teardown(function() hub:close() portal:close() end)

  local function refused(fn, ...)
    local fine, err = pcall(fn)
    assert.is_false(fine)
    assert.equal("OPTION_UNKNOWN", err.code)
    for _, name in ipairs { ... } do assert.truthy(err.message:find(('"%s"'):format(name), 1, true), err.message) end
  end

  it("of a links set, an outcome, a plan, a report, a hub, its nouns and the portal is told the nearest", function()
    refused(function() links:ad(101, 9001) end, "add")
    refused(function() links:substract(links) end, "subtract")
    local outcome = hub:associate(links)
    refused(function() outcome:failure() end, "failures")
    refused(function() return outcome.linkd end, "linked")
    refused(function() plan:sav "x.job" end, "save")
    refused(function() return plan.unlnk end, "unlink")
    refused(function() hub:apply(plan):chnges() end, "changes")
    refused(function() hub:asociate() end, "associate")
    refused(function() hub.labels:creat() end, "create")
    refused(function() portal:sed {} end, "seed")
    refused(function() return tether.conect end, "connect")
  end)

  it("that is near to none is nil, as in any table, and own fields of a script stay its own", function()
    assert.is_nil(links.colour)
    assert.is_nil(plan.colour)
    links.mine = 1
    assert.equal(1, links.mine)
    assert.is_nil(hub:associate(links).stopped)
  end)
end)
