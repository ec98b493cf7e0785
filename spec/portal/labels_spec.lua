local given = require "spec.support.portal"

local portal
local function ask(...) return given.ask(portal, ...) end

local ROOT = "/crm/objects/2026-03/"
local PAIR = "/crm/associations/2026-03/contacts/companies/"
local LINK = ROOT .. "contacts/101/associations/companies/9001"

-- "1 279 U1": what a list shows of one link.
local function shown(from, id, to, target) return given.links(portal, from, id, to)[target] end

local function label(...) return given.label(portal, ...) end

describe("labels of the portal", function()
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  it("are created as a pair, the inverse first in the answer, and listed by direction", function()
    local boss, staff = label("boss", "Boss", "Staff")
    assert.equal(boss + 1, staff)
    local found = {}
    for _, root in ipairs { "/crm/v4/associations/", "/crm/associations/v4/", "/crm/associations/2026-09/" } do
      local _, list = ask("GET", root .. "companies/contacts/labels")
      for _, type in ipairs(list.results) do
        found[type.category:sub(1, 1) .. math.tointeger(type.typeId)] = type.label
      end
    end
    assert.same({ "Staff", "Primary", given.null }, { found["U" .. staff], found.H2, found.H280 })
  end)

  it("refuse a name or a text that is taken, and a bad name", function()
    label("boss", "Boss")
    local function refused(body) return select(2, ask("POST", PAIR .. "labels", body)) end
    assert.equal("Association definition named boss already exists for portal",
      refused { name = "boss", label = "B" }.message)
    assert.equal("AssociationValidationError.DUPLICATE_ASSOCIATION_LABEL",
      refused { name = "other", label = "Boss" }.subCategory)
    assert.equal("VALIDATION_ERROR", refused { name = "1st", label = "First" }.category)
    assert.equal("VALIDATION_ERROR", refused { name = "first" }.category)
    assert.equal("VALIDATION_ERROR", refused { name = "a-b", label = "First" }.category)
    for _, body in ipairs { { name = given.null, label = "First" }, { name = "first", label = given.null },
      { name = 5, label = "First" } } do
      assert.equal(400, (ask("POST", PAIR .. "labels", body)))
    end
    assert.equal(400, (ask("PUT", PAIR .. "labels", { associationTypeId = -1, label = "" })))
  end)

  it("are 50 at most: the next one answers 437", function()
    for i = 1, 50 do label("l" .. i, "L" .. i) end
    assert.equal(437, (ask("POST", PAIR .. "labels", { name = "l51", label = "L51" })))
  end)

  it("are renamed on both sides when the inverse text is left out", function()
    local boss = label("boss", "Boss", "Staff")
    assert.equal(204, (ask("PUT", PAIR .. "labels", { associationTypeId = boss, label = "Chief" })))
    local _, list = ask("GET", "/crm/associations/2026-03/companies/contacts/labels")
    assert.equal("Chief", list.results[#list.results].label)
    local _, unknown = ask("PUT", PAIR .. "labels", { associationTypeId = 777, label = "X" })
    assert.equal("Unable to find association type 777", unknown.message)
  end)

  it("go on both sides and from the records, which stay linked", function()
    local boss = label("boss", "Boss", "Staff")
    ask("PUT", LINK, { given.spec("U" .. boss) })
    assert.equal(204, (ask("DELETE", PAIR .. "labels/" .. boss)))
    assert.equal("280", shown("companies", 9001, "contacts", 101))
    assert.equal(400, (ask("DELETE", PAIR .. "labels/" .. boss)))
  end)

  it("of a custom object bring the unlabeled type along", function()
    local root = "/crm/associations/2026-03/2-33/contacts/labels"
    portal:seed("2-33", 7)
    local default = ROOT .. "2-33/7/associations/default/contacts/101"
    assert.equal(400, (ask("PUT", default)))
    assert.equal(200, (ask("POST", root, { name = "owner", label = "Owner" })))
    assert.equal(200, (ask("PUT", default)))
    local _, list = ask("GET", root)
    assert.equal(2, #list.results)
    assert.equal(400, (ask("DELETE", root .. "/" .. math.tointeger(list.results[1].typeId))))
  end)
end)

describe("limits of the portal", function()
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local ALL = "/crm/associations/2026-03/definitions/configurations/"
  local CONF = ALL .. "contacts/companies"
  local function set(operation, most)
    return ask("POST", CONF .. "/batch/" .. operation,
      { inputs = { { category = "HUBSPOT_DEFINED", typeId = 279, maxToObjectIds = most } } })
  end

  it("are created, updated, listed and purged", function()
    local status, answer = set("create", 5)
    assert.same({ 201, 5 }, { status, answer.results[1].userEnforcedMaxToObjectIds })
    assert.equal(200, (set("update", 6)))
    local function row(id, most)
      return { category = "HUBSPOT_DEFINED", typeId = id, label = given.null, userEnforcedMaxToObjectIds = most }
    end
    assert.same({ row(279, 6) }, select(2, ask("GET", CONF)).results)
    assert.same({ row(279, 6), row(280, given.null) }, select(2, ask("GET", ALL .. "all")).results)
    assert.equal(200, (set("purge")))
    answer = select(2, ask("GET", CONF))
    assert.same({}, answer.results)
    assert.equal(400, (set("update", 0)))
  end)

  it("of a label stay within that of its pair, and within the technical one", function()
    portal:set("technical_limit", 100)
    assert.equal(207, (set("update", 100)))
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", id = 42, inverseId = 43 } } }
    local function label_limit(most)
      local status, answer = ask("POST", CONF .. "/batch/update",
        { inputs = { { category = "USER_DEFINED", typeId = 42, maxToObjectIds = most } } })
      return status, answer.errors and answer.errors[1].message
    end
    assert.equal(200, (set("update", 10)))
    local status, message = label_limit(11)
    assert.equal(207, status)
    assert.matches("between 1 and 10$", message)
    assert.equal(200, (label_limit(10)))
    assert.equal(207, (set("update", 9)))
    assert.equal(200, (ask("POST", ALL .. "companies/contacts/batch/update", -- the other direction stands for itself
      { inputs = { { category = "HUBSPOT_DEFINED", typeId = 280, maxToObjectIds = 2 } } })))
  end)

  it("are enforced, and what is there stays", function()
    set("create", 1)
    assert.equal(201, (ask("PUT", LINK, { given.spec(279) })))
    assert.equal(201, (ask("PUT", LINK, { given.spec(279) })))
    local status, body = ask("PUT", LINK:gsub("9001", "9002"), { given.spec(279) })
    assert.same({ 400, "VALIDATION_ERROR" }, { status, body.category })
    assert.same({ { "279" }, { "1" } }, { body.context.associationTypeId, body.context.limit })
    assert.is_nil(shown("contacts", 101, "companies", 9002))
    -- The same link written from the other side counts as well.
    assert.equal(400, (ask("PUT", ROOT .. "companies/9002/associations/contacts/101", { given.spec(280) })))
  end)
end)
