local given = require "spec.support.portal"

local portal
local function ask(...) return given.ask(portal, ...) end

local ROOT = "/crm/objects/2026-03/"
local LINK = ROOT .. "contacts/101/associations/companies/9001"

-- "1 279 U1": what a list shows of one link.
local function shown(from, id, to, target) return given.links(portal, from, id, to)[target] end

local function label(...) return given.label(portal, ...) end

describe("associations of one record in the portal", function()
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  it("are made by default in both directions, in every version", function()
    for _, root in ipairs { "/crm/v4/objects/", "/crm/objects/2025-09/", ROOT, "/crm/objects/2026-09/" } do
      local status, answer = ask("PUT", root .. "contacts/101/associations/default/companies/9001")
      assert.equal(200, status)
      assert.same({ 280, 279 }, { answer.results[1].associationSpec.associationTypeId,
        answer.results[2].associationSpec.associationTypeId })
    end
    assert.equal("279", shown("contacts", 101, "companies", 9001))
    assert.equal("280", shown("companies", 9001, "contacts", 101))
  end)

  it("are made and removed by the type id in the path", function()
    local status, record = ask("PUT", LINK .. "/279")
    assert.equal(200, status)
    assert.equal("9001", record.associations.companies.results[1].id)
    assert.equal(204, (ask("DELETE", LINK .. "/279")))
    assert.is_nil(shown("contacts", 101, "companies", 9001))
  end)

  it("refuse an id of the other direction, an unknown one, and a missing body", function()
    local _, body = ask("PUT", LINK, { given.spec(280) })
    assert.equal("invalid from object type 0-1 for associations to be created. expected: 0-2. For definition 0-280",
      body.message)
    _, body = ask("PUT", LINK, { given.spec("U" .. 3) })
    assert.same({ "USER_DEFINED=3 is not a valid association definition id" },
      body.context.INVALID_ASSOCIATION_TYPE_ID)
    _, body = ask("PUT", LINK)
    assert.equal("Invalid JSON input: a request body was expected, but none found", body.message)
    _, body = ask("PUT", LINK, "[{}]")
    assert.matches("%[associationCategory, associationTypeId%]$", body.message)
    assert.equal(400, (ask("PUT", LINK, "{")))
  end)

  it("carry the unlabeled type beside a label, and lose all when that goes", function()
    local boss, staff = label("boss", "Boss", "Staff")
    local status, answer = ask("PUT", LINK, { given.spec("U" .. boss) })
    assert.same({ 201, { "Boss" } }, { status, answer.labels })
    assert.equal("279 U" .. boss, shown("contacts", 101, "companies", 9001))
    assert.equal("280 U" .. staff, shown("companies", 9001, "contacts", 101))
    ask("DELETE", LINK .. "/279")
    assert.is_nil(shown("companies", 9001, "contacts", 101))
  end)

  it("have custom labels replaced by a write, and the primary kept", function()
    local one, two = label("one", "One"), label("two", "Two")
    ask("PUT", LINK, { given.spec(1), given.spec("U" .. one) })
    ask("PUT", LINK, { given.spec("U" .. two) })
    assert.equal("1 279 U" .. two, shown("contacts", 101, "companies", 9001))
    assert.equal("2 280 U" .. two + 1, shown("companies", 9001, "contacts", 101))
  end)

  it("have one primary company: a second one moves it, from either side", function()
    ask("PUT", LINK, { given.spec(1) })
    ask("PUT", ROOT .. "companies/9002/associations/contacts/101", { given.spec(2) })
    assert.equal("279", shown("contacts", 101, "companies", 9001))
    assert.equal("280", shown("companies", 9001, "contacts", 101))
    assert.equal("1 279", shown("contacts", 101, "companies", 9002))
    ask("PUT", ROOT .. "contacts/102/associations/companies/9002", { given.spec(1) })
    assert.equal("2 280", shown("companies", 9002, "contacts", 101))
    assert.equal("2 280", shown("companies", 9002, "contacts", 102))
  end)

  it("are listed page by page, with a cursor that comes back as it was given", function()
    for id = 9001, 9003 do ask("PUT", LINK:gsub("9001", tostring(id)), { given.spec(279) }) end
    local path, seen = ROOT .. "contacts/101/associations/companies?limit=2", {}
    local _, page = ask("GET", path)
    for _, result in ipairs(page.results) do seen[#seen + 1] = result.toObjectId end
    _, page = ask("GET", path .. "&after=" .. page.paging.next.after)
    for _, result in ipairs(page.results) do seen[#seen + 1] = result.toObjectId end
    assert.same({ 9001, 9002, 9003 }, seen)
    assert.is_nil(page.paging)
    assert.equal(400, (ask("GET", ROOT .. "contacts/101/associations/companies?limit=501")))
    assert.equal(400, (ask("GET", ROOT .. "contacts/101/associations/companies?limit=0")))
    assert.equal(400, (ask("GET", path .. "&after=!!")))
  end)

  it("are empty for a record without any, and 404 for no record", function()
    local status, page = ask("GET", ROOT .. "contacts/101/associations/companies")
    assert.same({ 200, {} }, { status, page.results })
    assert.equal(404, (ask("GET", ROOT .. "contacts/777/associations/companies")))
  end)

  it("go altogether with a DELETE, which may be repeated", function()
    ask("PUT", LINK, { given.spec(1) })
    assert.equal(204, (ask("DELETE", LINK)))
    assert.equal(204, (ask("DELETE", LINK)))
    assert.is_nil(shown("companies", 9001, "contacts", 101))
  end)

  it("have one parent: a second one moves the child, from either side", function()
    local function tie(child, parent) return (ask("PUT", ROOT .. "companies/" .. child .. "/associations/companies/" ..
      parent, { given.spec(14) })) end
    assert.equal(201, tie(9001, 9002))
    assert.equal("14 450", shown("companies", 9001, "companies", 9002))
    assert.equal("13 450", shown("companies", 9002, "companies", 9001))
    assert.equal(201, tie(9001, 9003))
    assert.equal("450", shown("companies", 9001, "companies", 9002))
    assert.equal("14 450", shown("companies", 9001, "companies", 9003))
    ask("PUT", ROOT .. "companies/9002/associations/companies/9001", { given.spec(13) })
    assert.equal("450", shown("companies", 9001, "companies", 9003))
    assert.equal("14 450", shown("companies", 9001, "companies", 9002))
    assert.equal(201, tie(9003, 9002)) -- a parent has as many children as there are
    assert.equal("13 450", shown("companies", 9002, "companies", 9001))
  end)

  it("take every category of the enum, but have no types of integrators or WORK", function()
    for _, category in ipairs { "INTEGRATOR_DEFINED", "WORK" } do
      local status, body = ask("PUT", LINK, { { associationCategory = category, associationTypeId = 279 } })
      assert.same({ 400, "VALIDATION_ERROR", { category .. "=279 is not a valid association definition id" } },
        { status, body.category, body.context.INVALID_ASSOCIATION_TYPE_ID })
    end
    local status, body = ask("PUT", LINK, { { associationCategory = "MINE", associationTypeId = 279 } })
    assert.same({ 400, nil }, { status, body.category })
    assert.matches("Cannot deserialize value of type", body.message)
  end)

  it("cannot tie a record to itself", function()
    assert.equal(400, (ask("PUT", ROOT .. "contacts/101/associations/default/contacts/101")))
  end)
end)
