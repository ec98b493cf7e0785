local given = require "spec.support.portal"
local json = given.json

describe("records of the portal", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  for _, root in ipairs { "/crm/v3/objects/", "/crm/objects/2025-09/", "/crm/objects/2026-03/",
    "/crm/objects/2026-09/" } do
    describe("under " .. root, function()
      it("are created, read, changed, listed and archived", function()
        local status, made, headers = ask("POST", root .. "contacts", { properties = { email = "j@example.com" } })
        assert.equal(201, status)
        assert.equal(root .. "contacts/" .. made.id, headers.location)
        assert.equal("j@example.com", made.properties.email)
        assert.equal(made.id, made.properties.hs_object_id)
        assert.is_false(made.archived)
        local path = root .. "contacts/" .. made.id
        status, made = ask("PATCH", path, { properties = { firstname = "Jane", email = "" } })
        assert.same({ 200, "Jane" }, { status, made.properties.firstname })
        status, made = ask("GET", path .. "?properties=firstname,email,nothing")
        assert.same({ 200, "Jane", json.null }, { status, made.properties.firstname, made.properties.email })
        assert.is_nil(made.properties.nothing)
        status, made = ask("GET", root .. "contacts?limit=3")
        assert.same({ 200, 3, "1000001" }, { status, #made.results, made.paging.next.after })
        status, made = ask("GET", root .. "contacts?limit=3&after=" .. made.paging.next.after)
        assert.same({ 200, 1, nil }, { status, #made.results, made.paging })
        assert.equal(204, (ask("DELETE", path)))
        assert.equal(204, (ask("DELETE", path)))
        assert.equal(404, (ask("GET", path)))
        status, made = ask("GET", path .. "?archived=true")
        assert.same({ 200, true }, { status, made.archived })
      end)

      it("are worked in batches", function()
        local status, answer = ask("POST", root .. "contacts/batch/create",
          { inputs = { { properties = { email = "a@example.com" } }, { properties = { email = "b@example.com" } } } })
        assert.same({ 201, 2, "COMPLETE" }, { status, #answer.results, answer.status })
        local a, b = answer.results[1].id, answer.results[2].id
        status, answer = ask("POST", root .. "contacts/batch/update",
          { inputs = { { id = a, properties = { firstname = "A" } }, { id = "4", properties = { firstname = "B" } } } })
        assert.same({ 207, "A", { "4" } }, { status, answer.results[1].properties.firstname,
          answer.errors[1].context.ids })
        status, answer = ask("POST", root .. "contacts/batch/upsert", { inputs = {
          { id = "b@example.com", idProperty = "email", properties = { firstname = "B" } },
          { id = "c@example.com", idProperty = "email", properties = { firstname = "C" } } } })
        assert.same({ 200, false, true }, { status, answer.results[1].new, answer.results[2].new })
        assert.equal("c@example.com", answer.results[2].properties.email)
        status, answer = ask("POST", root .. "contacts/batch/read",
          { inputs = { { id = b }, { id = "999999" } }, properties = { "firstname" } })
        assert.same({ 207, "B", 1, "OBJECT_NOT_FOUND" }, { status, answer.results[1].properties.firstname,
          answer.numErrors, answer.errors[1].category })
        assert.equal("Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
          answer.errors[1].message)
        assert.equal(204, (ask("POST", root .. "contacts/batch/archive", { inputs = { { id = a }, { id = b } } })))
        assert.equal(404, (ask("GET", root .. "contacts/" .. a)))
      end)

      it("are found by search", function()
        for i = 1, 12 do
          ask("POST", root .. "contacts", { properties = { firstname = "N" .. i, age = i, city = i % 2 == 0 and "Oslo"
            or "New York" } })
        end
        local function search(body)
          local status, answer = ask("POST", root .. "contacts/search", body)
          assert.equal(200, status)
          local names = {}
          for i, record in ipairs(answer.results) do names[i] = tostring(record.properties.firstname) end
          return answer.total, table.concat(names, " "), answer.paging
        end
        local function filter(...) return { { filters = { ... } } } end
        local total, names, paging = search { filterGroups = filter { propertyName = "age", operator = "LTE",
          value = "11" }, sorts = { "-age" }, limit = 3 }
        assert.same({ 11, "N11 N10 N9", "3" }, { total, names, paging.next.after })
        assert.equal(1, (search { filterGroups = filter({ propertyName = "city", operator = "CONTAINS_TOKEN",
          value = "yor*" }, { propertyName = "age", operator = "IN", values = { "1", "2" } }) }))
        assert.equal(15, (search(json.decode "{}")))
        assert.equal(6, (search { query = "oslo" }))
        assert.equal(400, (ask("POST", root .. "contacts/search", { filterGroups = filter { propertyName = "age",
          operator = "LIKE" } })))
      end)
    end)
  end

  local ROOT = "/crm/objects/2026-03/"

  it("refuse an email that is taken, naming the record that has it", function()
    local _, first = ask("POST", ROOT .. "contacts", { properties = { email = "j@example.com" } })
    local status, refused = ask("POST", ROOT .. "contacts", { properties = { email = "J@example.com" } })
    assert.same({ 409, "CONFLICT", "Contact already exists. Existing ID: " .. first.id },
      { status, refused.category, refused.message })
  end)

  it("are found by a unique property", function()
    local _, first = ask("POST", ROOT .. "contacts", { properties = { email = "j@example.com" } })
    local status, found = ask("GET", ROOT .. "contacts/j%40example.com?idProperty=email")
    assert.same({ 200, first.id }, { status, found.id })
  end)

  it("are filtered by what they are linked to", function()
    ask("PUT", ROOT .. "contacts/101/associations/default/companies/9001")
    local _, answer = ask("POST", ROOT .. "contacts/search", { filterGroups = { { filters = { {
      propertyName = "associations.company", operator = "EQ", value = "9001" } } } } })
    assert.same({ 1, "101" }, { answer.total, answer.results[1].id })
  end)

  it("tell failing creates apart only when each input has a trace id of its own", function()
    local function create(first, second)
      return ask("POST", ROOT .. "contacts/batch/create", { inputs = {
        { objectWriteTraceId = first, properties = { email = "x@example.com" } },
        { objectWriteTraceId = second, properties = { email = "x@example.com" } } } })
    end
    assert.equal(409, (create()))
    local status, answer = create("one", "two")
    assert.same({ 207, "one", { "two" } }, { status, answer.results[1].objectWriteTraceId,
      answer.errors[1].context.objectWriteTraceId })
  end)

  it("refuse the same id twice in one update", function()
    local one = { id = "101", properties = { firstname = "J" } }
    assert.equal(400, (ask("POST", ROOT .. "contacts/batch/update", { inputs = { one, one } })))
  end)

  it("hide their links while they are archived", function()
    ask("PUT", ROOT .. "contacts/101/associations/default/companies/9001")
    ask("DELETE", ROOT .. "companies/9001")
    assert.same({}, given.links(portal, "contacts", 101, "companies"))
    assert.equal(400, (ask("PUT", ROOT .. "contacts/102/associations/default/companies/9001")))
  end)

  it("show a pair with two types twice, by their names on the wire", function()
    ask("PUT", ROOT .. "contacts/101/associations/companies/9001", { given.spec(1) })
    local _, record = ask("GET", ROOT .. "contacts/101?associations=companies,deals,nothing")
    assert.same({ companies = { results = { { id = "9001", type = "contact_to_company" },
      { id = "9001", type = "contact_to_company_unlabeled" } } } }, record.associations)
    portal:seed("line_items", 7)
    ask("PUT", ROOT .. "line_items/7/associations/default/deals/501")
    _, record = ask("GET", ROOT .. "deals/501?associations=line_items")
    assert.same({ { id = "7", type = "deal_to_line_item" } }, record.associations["line items"].results)
  end)
end)
