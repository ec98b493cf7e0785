local given = require "spec.support.portal"

-- What version 3 does in its own way.
describe("associations of the portal in version 3", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local PAIR = "/crm/v3/associations/contacts/companies/batch/"
  local function input(from, to, type)
    return { from = { id = tostring(from) }, to = { id = tostring(to) }, type = type }
  end
  local function create(...) return ask("POST", PAIR .. "create", { inputs = { ... } }) end

  it("take a type by name or id, and answer both directions", function()
    local status, answer = create(input(101, 9001, "contact_to_company"))
    assert.equal(200, status)
    assert.same({ { from = { id = "101" }, to = { id = "9001" }, type = "contact_to_company" },
      { from = { id = "9001" }, to = { id = "101" }, type = "company_to_contact" } }, answer.results)
    assert.equal(200, (create(input(102, 9001, "279"))))
    assert.same({ [9001] = "1 279" }, given.links(portal, "contacts", 101, "companies"))
    assert.same({ [9001] = "279" }, given.links(portal, "contacts", 102, "companies"))
    for _, type in ipairs { "contact_to_nothing", "280" } do
      assert.equal(400, (create(input(101, 9002, type))))
    end
  end)

  it("tell in a 207 which inputs failed", function()
    local status, answer = create(input(101, 9001, "279"), input(101, 4, "279"))
    assert.same({ 207, 2, 1, { "4" } }, { status, #answer.results, answer.numErrors,
      answer.errors[1].context.id })
    status, answer = ask("POST", PAIR .. "read", { inputs = { { id = "101" }, { id = "102" } } })
    assert.same({ 207, 1, "crm.associations.NO_ASSOCIATIONS_FOUND" }, { status, #answer.results,
      answer.errors[1].subCategory })
  end)

  it("are read in pages of 100, each target once for every type", function()
    local lines, inputs = {}, {}
    for i = 1, 150 do
      lines[i] = ('{"kind":"record","type":"companies","id":%d}'):format(20000 + i)
      inputs[i] = input(101, 20000 + i, "contact_to_company_unlabeled")
    end
    portal:seed(table.concat(lines, "\n"))
    assert.equal(200, (create(table.unpack(inputs))))
    assert.equal(200, (create(input(101, 20001, "contact_to_company"))))
    local _, first = ask("POST", PAIR .. "read", { inputs = { { id = "101" } } })
    assert.equal(101, #first.results[1].to)
    local _, rest = ask("POST", PAIR .. "read", { inputs = { { id = "101", after =
      first.results[1].paging.next.after } } })
    assert.same({ 50, "20150" }, { #rest.results[1].to, rest.results[1].to[50].id })
    local _, list = ask("GET", "/crm/v3/objects/contacts/101/associations/companies?limit=10")
    assert.equal(11, #list.results)
    _, list = ask("GET", "/crm/v3/objects/contacts/101/associations/companies?after=" .. list.paging.next.after)
    assert.same({ 140, nil }, { #list.results, list.paging })
  end)

  it("remove single types, and everything with the plain one", function()
    create(input(101, 9001, "contact_to_company"))
    local function archive(type) return (ask("POST", PAIR .. "archive", { inputs = { input(101, 9001, type) } })) end
    assert.equal(204, archive "contact_to_company")
    assert.same({ [9001] = "279" }, given.links(portal, "contacts", 101, "companies"))
    assert.equal(204, archive "contact_to_company_unlabeled")
    assert.same({}, given.links(portal, "contacts", 101, "companies"))
  end)

  it("take the type's name in the path", function()
    local path = "/crm/v3/objects/contacts/101/associations/companies/9001/contact_to_company"
    assert.equal(200, (ask("PUT", path)))
    assert.same({ [9001] = "1 279" }, given.links(portal, "contacts", 101, "companies"))
    assert.equal(204, (ask("DELETE", path)))
    assert.same({ [9001] = "279" }, given.links(portal, "contacts", 101, "companies"))
  end)
end)
