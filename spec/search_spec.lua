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
  after_each(function() hub:close() portal:close() end)

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

  it("ends with a reason behind the last record that can be paged, and not before", function()
    local function page(nth, first, after) -- larger than HubSpot's, so that few are asked for
      local results = {}
      for i = 1, 5000 do results[i] = { id = tostring(first + i), properties = { amount = "1" } } end
      portal:fault { operation = "record_search", nth = nth, times = 1, status = 200,
        body = { total = 10001, results = results, paging = after and { next = { after = after } } } }
    end
    local function walk()
      local count = 0
      local fine, err = pcall(function()
        for _ in hub:search("deals", {}) do count = count + 1 end
      end)
      return count, fine or err.code
    end
    page(1, 0, "5000")
    page(2, 5000, nil)
    assert.same({ 10000, true }, { walk() })
    portal:clear_faults()
    page(1, 0, "5000")
    page(2, 5000, "10000")
    assert.same({ 10000, "TOO_LARGE" }, { walk() })
  end)

  it("is refused before it is sent where a value can match nothing", function()
    local endless = math.huge
    for _, filter in ipairs { { "amount", "IN", {} }, { "amount", "NOT_IN", {} }, { "amount", "GT", endless },
      { "amount", "LT", -endless }, { "amount", "EQ", endless - endless }, { "amount", "IN", { 1, endless } } } do
      local fine, err = pcall(hub.search, hub, "deals", { filters = { filter } })
      assert.same({ false, "BAD_ARGUMENT" }, { fine, err.code })
    end
    assert.is_nil(sent())
  end)
end)
