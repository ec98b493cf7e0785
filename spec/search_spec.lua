-- hub:search: the bytes that it sends, and what they find.
local given = require "spec.support.portal"
local tether = require "tether"

describe("a search", function()
  local portal, hub
  before_each(function()
    portal = given.open()
    hub = tether.connect { url = portal.url, token = portal.token }
    hub:associate("deals", 501, "companies", 9001)
    portal:seed("deals", 502)
  end)
  after_each(function()
    hub:close()
    portal:close()
  end)

  local function ids(query)
    local list = {}
    for record in hub:search("deals", query) do list[#list + 1] = record.id end
    return list
  end

  -- The body of the last search that arrived.
  local function sent()
    local log = portal:log()
    for i = #log, 1, -1 do
      if log[i].path:find("/search", 1, true) then return given.json.decode(log[i].body) end
    end
  end

  it("by links stands at the top level of the body, as it is documented, beside its other filters", function()
    assert.same({ 501 }, ids { filters = { { "associations.company", "EQ", 9001 } } })
    assert.same({ filters = { { propertyName = "associations.company", operator = "EQ", value = "9001" } },
      limit = 200 }, sent())
    local both = { { "hs_object_id", "EQ", 501 }, { "associations.company", "in", { 9001 } } }
    assert.same({ 501 }, ids { groups = { both } })
    assert.same({ { propertyName = "hs_object_id", operator = "EQ", value = "501" },
      { propertyName = "associations.company", operator = "IN", values = { "9001" } } }, sent().filters)
    assert.is_nil(sent().filterGroups)
  end)

  it("by properties, and one with alternatives, stands in groups", function()
    local by_id = { { "hs_object_id", "EQ", 502 } }
    assert.same({ 502 }, ids { filters = by_id })
    assert.same({ filterGroups = { { filters = {
      { propertyName = "hs_object_id", operator = "EQ", value = "502" } } } }, limit = 200 }, sent())
    assert.same({ 501, 502 }, ids { groups = { by_id, { { "associations.company", "EQ", 9001 } } } })
    assert.equal(2, #sent().filterGroups)
    assert.is_nil(sent().filters)
  end)

  it("without filters sends neither", function()
    assert.same({ 501, 502 }, ids {})
    assert.same({ limit = 200 }, sent())
  end)
end)
