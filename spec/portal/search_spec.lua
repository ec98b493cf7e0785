local given = require "spec.support.portal"

local ROOT = "/crm/objects/2026-03/"

describe("search of the portal", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local function make(kind, properties)
    local status, made = ask("POST", ROOT .. kind, { properties = properties })
    assert.equal(201, status)
    return made.id
  end

  -- The values of `shown` of what is found, in order of ids.
  local function found(kind, shown, body)
    body.properties, body.limit = { shown }, 200
    local status, answer = ask("POST", ROOT .. kind .. "/search", body)
    if status ~= 200 then return status end
    local names = {}
    for _, record in ipairs(answer.results) do
      local value = record.properties[shown]
      if value ~= given.null then names[#names + 1] = value end
    end
    assert.equal(#answer.results, answer.total)
    return table.concat(names, " ")
  end
  local function by(kind, shown, name, operator, more)
    local filter = more or {}
    filter.propertyName, filter.operator = name, operator
    return found(kind, shown, { filters = { filter } })
  end

  it("takes filters at the top level, as one group, and not beside groups", function()
    make("deals", { dealname = "A", dealstage = "new" })
    make("deals", { dealname = "B", dealstage = "won" })
    local filters = { { propertyName = "dealstage", operator = "EQ", value = "won" } }
    assert.equal("B", found("deals", "dealname", { filters = filters }))
    local won = given.json.encode(filters)
    for body, total in pairs { ['{"filters":[],"filterGroups":[]}'] = 3, ['{"filters":[]}'] = 3,
      ['{"filters":' .. won .. ',"filterGroups":[]}'] = 1, ['{"filters":' .. won .. ',"filterGroups":null}'] = 1 } do
      local _, answer = ask("POST", ROOT .. "deals/search", body)
      assert.equal(total, #answer.results, body)
    end
    assert.equal(400, found("deals", "dealname", { filters = filters, filterGroups = { { filters = filters } } }))
    assert.equal(400, found("deals", "dealname", { filters = { { propertyName = "dealstage", operator = "LIKE" } } }))
    assert.equal(400, found("deals", "dealname", { filters = "dealstage" }))
  end)

  it("compares dates by time: milliseconds, days alone, ISO times", function()
    for name, closed in pairs { A = "2020-01-19T12:00:00Z", B = "2020-01-20", C = "1579514400001", D = "2020-01-21" } do
      make("deals", { dealname = name, dealstage = "new", closedate = closed })
    end
    local function dates(operator, value, high)
      local text = by("deals", "dealname", "closedate", operator, { value = value, highValue = high })
      local letters = {}
      for letter in text:gmatch "%a" do letters[#letters + 1] = letter end
      table.sort(letters)
      return table.concat(letters)
    end
    assert.equal("ABC", dates("BETWEEN", "1579392000000", "1579514400001"))
    assert.equal("BC", dates("BETWEEN", "1579478400000", "1579514400001")) -- from midnight UTC of the 20th
    assert.equal("D", dates("GT", "1579514400001"))
    assert.equal("D", dates("GTE", "2020-01-21"))
    assert.equal("B", dates("EQ", "2020-01-20T00:00:00Z"))
    assert.equal("B", dates("EQ", "1579478400000"))
    assert.equal("A", dates("LT", "2020-01-20"))
  end)

  it("finds records by the dates that the portal itself writes", function()
    make("contacts", { firstname = "Old" })
    portal:advance(86400)
    local made = make("contacts", { firstname = "New" })
    local _, record = ask("GET", ROOT .. "contacts/" .. made)
    local day = record.properties.createdate:sub(1, 10)
    assert.equal("New", by("contacts", "firstname", "createdate", "GTE", { value = day }))
    assert.equal("New", by("contacts", "firstname", "createdate", "EQ", { value = record.properties.createdate }))
  end)

  it("takes numbers and booleans as values", function()
    make("products", { name = "A", price = 19.99, sold = true })
    make("products", { name = "B", price = 20, sold = false })
    local function products(...) return by("products", "name", ...) end
    assert.equal("A", products("price", "EQ", { value = 19.99 }))
    assert.equal("B", products("price", "GT", { value = 19.99 }))
    assert.equal("A B", products("price", "IN", { values = { 19.99, 20 } }))
    assert.equal("B", products("price", "NOT_IN", { values = { 19.99 } }))
    assert.equal("A", products("sold", "EQ", { value = true }))
    assert.equal("A B", products("price", "BETWEEN", { value = 19, highValue = 20 }))
    assert.equal(400, products("price", "EQ", { value = {} }))
    assert.equal(400, products("price", "IN", { values = { {} } }))
  end)

  it("finds records without a value by NEQ and NOT_IN", function()
    make("products", { name = "A", hs_sku = "one" })
    make("products", { name = "B" })
    assert.equal("B", by("products", "name", "hs_sku", "NEQ", { value = "one" }))
    assert.equal("A B", by("products", "name", "hs_sku", "NEQ", { value = "two" }))
    assert.equal("B", by("products", "name", "hs_sku", "NOT_IN", { values = { "one" } }))
    assert.equal("B", by("products", "name", "hs_sku", "NOT_HAS_PROPERTY"))
  end)

  it("compares texts in any case, the options of an enumeration letter by letter", function()
    make("contacts", { firstname = "A", city = "Oslo", hs_lead_status = "NEW" })
    assert.equal("A", by("contacts", "firstname", "city", "EQ", { value = "OSLO" }))
    assert.equal("A", by("contacts", "firstname", "hs_lead_status", "EQ", { value = "NEW" }))
    assert.equal("", by("contacts", "firstname", "hs_lead_status", "EQ", { value = "new" }))
    assert.equal("A", by("contacts", "firstname", "hs_lead_status", "IN", { values = { "NEW" } }))
  end)

  it("wants the texts of a list in lower case", function()
    make("contacts", { firstname = "A", city = "Oslo" })
    assert.equal("A", by("contacts", "firstname", "city", "IN", { values = { "oslo" } }))
    assert.equal("", by("contacts", "firstname", "city", "IN", { values = { "Oslo" } }))
  end)

  it("finds by what is linked, and by what is not", function()
    for id = 101, 103 do ask("PATCH", ROOT .. "contacts/" .. id, { properties = { firstname = tostring(id) } }) end
    ask("PUT", ROOT .. "contacts/101/associations/default/companies/9001")
    ask("PUT", ROOT .. "contacts/102/associations/default/companies/9002")
    local function contacts(...) return by("contacts", "firstname", "associations.company", ...) end
    assert.equal("101", contacts("EQ", { value = "9001" }))
    assert.equal("101", contacts("EQ", { value = 9001 }))
    assert.equal("101 102", contacts("IN", { values = { "9001", 9002 } }))
    assert.equal("102 103", contacts("NEQ", { value = "9001" }))
    assert.equal("103", contacts("NOT_IN", { values = { "9001", "9002" } }))
    assert.equal("101 102", contacts "HAS_PROPERTY")
    assert.equal("103", contacts "NOT_HAS_PROPERTY")
    assert.equal(400, contacts("GT", { value = "9001" }))
  end)

  it("refuses an object type behind associations that it does not know, and custom ones", function()
    portal:seed { schemas = { { name = "pet", number = 33, associatedObjects = { "contacts" } } } }
    local function status(kind, type)
      return (ask("POST", ROOT .. kind .. "/search", { filters = { { propertyName = "associations." .. type,
        operator = "EQ", value = "1" } } }))
    end
    assert.equal(200, status("contacts", "company"))
    assert.equal(400, status("contacts", "widget"))
    assert.equal(400, status("contacts", "p_pet"))
    assert.equal(400, status("p_pet", "contact"))
  end)

  it("never shows archived records, and wants a number as after", function()
    local id = make("deals", { dealname = "A", dealstage = "new" })
    ask("DELETE", ROOT .. "deals/" .. id)
    assert.equal("", by("deals", "dealname", "dealname", "EQ", { value = "a" }))
    assert.equal("", by("deals", "dealname", "dealname", "HAS_PROPERTY"))
    local function after(value) return (ask("POST", ROOT .. "deals/search", { after = value })) end
    assert.equal(200, after(0))
    assert.equal(200, after "0")
    assert.equal(400, after "x")
  end)

  it("follows changes: what a record had is no longer found by an indexed value", function()
    local id = make("deals", { dealname = "A", dealstage = "new", amount = "1" })
    local function deals(value) return by("deals", "amount", "amount", "EQ", { value = value }) end
    ask("PATCH", ROOT .. "deals/" .. id, { properties = { amount = 2 } })
    assert.same({ "", "2", "2" }, { deals "1", deals "2", deals "2.0" })
    ask("PATCH", ROOT .. "deals/" .. id, { properties = { amount = "" } })
    assert.equal("", deals "2")
    portal:seed(portal:dump())
    ask("PATCH", ROOT .. "deals/" .. id, { properties = { amount = 3 } })
    local lines = portal:dump()
    portal:reset()
    portal:seed(lines)
    assert.equal("3", deals "3")
  end)

  it("by several groups tells each record once, in order", function()
    make("deals", { dealname = "A", dealstage = "new" })
    make("deals", { dealname = "B", dealstage = "won" })
    local function group(name, value)
      return { filters = { { propertyName = name, operator = "EQ", value = value } } }
    end
    assert.equal("A B", found("deals", "dealname", { filterGroups = { group("dealstage", "won"),
      group("dealname", "b"), group("dealname", "a") } }))
    assert.equal("A", found("deals", "dealname", { filterGroups = { { filters = {
      { propertyName = "dealstage", operator = "NEQ", value = "won" },
      { propertyName = "dealname", operator = "IN", values = { "a", "b" } } } } } }))
  end)

  it("by hs_object_id finds the records themselves", function()
    local filter = { propertyName = "hs_object_id", operator = "IN", values = { "101", 102, "4" } }
    assert.equal("101 102", found("contacts", "hs_object_id", { filters = { filter } }))
  end)
end)
