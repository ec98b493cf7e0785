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

  it("are created with associations, and read with them", function()
    local status, made, headers = ask("POST", ROOT .. "contacts", { properties = { firstname = "Jane", age = 7 },
      associations = { { to = { id = 9001 }, types = { given.spec(279) } } } })
    assert.equal(201, status)
    assert.same({ "Jane", "7" }, { made.properties.firstname, made.properties.age })
    assert.is_nil(made.associations)
    assert.equal(ROOT .. "contacts/" .. made.id, headers.location)
    local _, read = ask("GET", ROOT .. "contacts/" .. made.id .. "?associations=companies,widgets")
    assert.same({ { id = "9001", type = "contact_to_company_unlabeled" } }, read.associations.companies.results)
    assert.same({ [tonumber(made.id)] = "280" }, given.links(portal, "companies", 9001, "contacts"))
  end)

  it("are not created when an association is wrong", function()
    local body = { properties = { firstname = "Jane" },
      associations = { { to = { id = "4" }, types = { given.spec(279) } } } }
    local status, refused = ask("POST", ROOT .. "contacts", body)
    assert.equal(400, status)
    assert.same({ "COMPANY=4 is not valid" }, refused.context.INVALID_OBJECT_IDS)
    assert.equal(404, (ask("GET", ROOT .. "contacts/9004")))
  end)

  it("are created in batches of 100, which v3 names too", function()
    local inputs = {}
    for i = 1, 100 do inputs[i] = { properties = { firstname = "n" .. i } } end
    local status, made = ask("POST", "/crm/v3/objects/contacts/batch/create", { inputs = inputs })
    assert.same({ 201, 100 }, { status, #made.results })
    inputs[101] = inputs[1]
    status, made = ask("POST", ROOT .. "contacts/batch/create", { inputs = inputs })
    assert.equal(400, status)
    assert.matches("^The maximum number of inputs supported in a batch is 100%.", made.message)
  end)

  it("keep ids of 63 bits exact", function()
    portal:seed("companies", 9007199254740993)
    assert.equal(201, (ask("PUT", ROOT .. "contacts/101/associations/companies/9007199254740993", { given.spec(279) })))
    local _, read = ask("GET", ROOT .. "contacts/101?associations=companies")
    assert.equal("9007199254740993", read.associations.companies.results[1].id)
  end)

  it("are named by the recorded errors when they are not there", function()
    local status, body = ask("GET", ROOT .. "contacts/777")
    assert.same({ 404, "resource not found" }, { status, body.message })
    assert.is_nil(body.category)
    status, body = ask("GET", ROOT .. "contacts/jane")
    assert.same({ 404, "OBJECT_NOT_FOUND" }, { status, body.category })
    status, body = ask("GET", ROOT .. "widgets/1")
    assert.same({ 400, "Unable to infer object type from: widgets" }, { status, body.message })
  end)

  it("show every value that a property had, the newest first", function()
    local path = ROOT .. "contacts/101"
    for _, name in ipairs { "Jan", "Jane", "" } do
      ask("PATCH", path, { properties = { firstname = name } })
      portal:advance(1)
    end
    local function values(record)
      local seen = {}
      for i, one in ipairs(record.propertiesWithHistory.firstname) do
        assert.equal("string", type(one.timestamp))
        assert.equal("string", type(one.sourceType))
        seen[i] = one.value
      end
      return seen
    end
    local _, read = ask("GET", path .. "?propertiesWithHistory=firstname,nothing")
    assert.same({ "", "Jane", "Jan" }, values(read))
    assert.is_nil(read.propertiesWithHistory.nothing)
    local _, list = ask("GET", ROOT .. "contacts?limit=50&propertiesWithHistory=firstname")
    assert.same({ "", "Jane", "Jan" }, values(list.results[1]))
    assert.equal(400, (ask("GET", ROOT .. "contacts?limit=51&propertiesWithHistory=firstname")))
    local inputs = { { id = "101" } }
    local body = { inputs = inputs, propertiesWithHistory = { "firstname" } }
    local _, batch = ask("POST", ROOT .. "contacts/batch/read", body)
    assert.same({ "", "Jane", "Jan" }, values(batch.results[1]))
    for i = 2, 51 do inputs[i] = { id = tostring(i) } end
    local status, refused = ask("POST", ROOT .. "contacts/batch/read", body)
    assert.equal(400, status)
    assert.matches("^The maximum number of inputs supported in a batch request for property histories is 50%.",
      refused.message)
  end)

  it("show the first page of their links, and where the next one is", function()
    for id = 9001, 9003 do ask("PUT", ROOT .. "contacts/101/associations/companies/" .. id, { given.spec(279) }) end
    portal:set("page", 2)
    for _, path in ipairs { "contacts/101", "contacts" } do
      local _, answer = ask("GET", ROOT .. path .. "?associations=companies")
      local found = (answer.results and answer.results[1] or answer).associations.companies
      assert.same({ "9001", "9002" }, { found.results[1].id, found.results[2].id })
      local _, rest = ask("GET", found.paging.next.link)
      assert.same({ 1, 9003 }, { #rest.results, rest.results[1].toObjectId })
    end
  end)

  it("are refused with the recorded shape when a property is wrong", function()
    portal:set("unknown_properties", "refuse")
    local status, refused = ask("POST", ROOT .. "contacts", { properties = { firstname = "Jane", colour = "red" } })
    assert.same({ 400, "VALIDATION_ERROR", "PROPERTY_DOESNT_EXIST", { "colour" } }, { status, refused.category,
      refused.errors[1].code, refused.errors[1].context.propertyName })
    assert.matches('^Property values were not valid: %[{"isValid":false,', refused.message)
  end)

  it("come back from the recycle bin with their links", function()
    ask("PATCH", ROOT .. "contacts/101", { properties = { email = "j@example.com" } })
    ask("PUT", ROOT .. "contacts/101/associations/default/companies/9001")
    ask("DELETE", ROOT .. "contacts/101")
    assert.same({}, given.links(portal, "companies", 9001, "contacts"))
    portal:restore("contacts", 101)
    assert.same({ [101] = "280" }, given.links(portal, "companies", 9001, "contacts"))
    assert.equal(200, (ask("GET", ROOT .. "contacts/j%40example.com?idProperty=email")))
    ask("DELETE", ROOT .. "contacts/101")
    ask("POST", ROOT .. "contacts", { properties = { email = "j@example.com" } })
    assert.is_false((pcall(portal.restore, portal, "contacts", 101)))
  end)

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

  it("are told apart by numbers of any length", function()
    for i = 0, 1 do
      local code = tostring(9007199254740992 + i)
      ask("POST", ROOT .. "contacts", { properties = { firstname = "N" .. i, code = code } })
    end
    local function search(name, operator, value)
      return ask("POST", ROOT .. "contacts/search", { filterGroups = { { filters = { { propertyName = name,
        operator = operator, value = value } } } } })
    end
    local _, answer = search("code", "EQ", "9007199254740993")
    assert.same({ 1, "N1" }, { answer.total, answer.results[1].properties.firstname })
  end)

  it("tell failing creates apart only when each input has a trace id of its own", function()
    local function create(first, second)
      return ask("POST", ROOT .. "contacts/batch/create", { inputs = {
        { objectWriteTraceId = first, properties = { email = "x@example.com" } },
        { objectWriteTraceId = second, properties = { email = "x@example.com" } } } })
    end
    assert.equal(409, (create()))
    assert.equal(204, (ask("POST", ROOT .. "contacts/gdpr-delete", { idProperty = "email",
      objectId = "x@example.com" })))
    local status, answer = create("one", "two")
    assert.same({ 207, "one", { "two" } }, { status, answer.results[1].objectWriteTraceId,
      answer.errors[1].context.objectWriteTraceId })
  end)

  it("conflict in a batch as they do alone: the id that is named exists", function()
    local function create(...)
      local inputs = {}
      for i, mail in ipairs { ... } do inputs[i] = { properties = { email = mail } } end
      local status, refused = ask("POST", ROOT .. "contacts/batch/create", { inputs = inputs })
      assert.same({ 409, "CONFLICT" }, { status, refused.category })
      local id = refused.message:match "^Contact already exists%. Existing ID: (%d+)$"
      local _, found = ask("GET", ROOT .. "contacts/" .. id .. "?properties=email")
      return found.properties.email
    end
    local function total()
      local _, answer = ask("POST", ROOT .. "contacts/search", "{}")
      return answer.total
    end
    ask("POST", ROOT .. "contacts", { properties = { email = "taken@example.com" } })
    assert.equal("taken@example.com", create("new@example.com", "taken@example.com"))
    assert.equal(4, total())
    assert.equal("two@example.com", create("one@example.com", "two@example.com", "TWO@example.com"))
    assert.equal(5, total())
    local _, made = ask("POST", ROOT .. "contacts", { properties = { email = "one@example.com" } })
    assert.equal("one@example.com", made.properties.email)
  end)

  it("are upserted and read by unique properties alone", function()
    portal:seed '{"kind":"property","type":"contacts","name":"chip","unique":true}'
    local function upsert(property)
      return ask("POST", ROOT .. "contacts/batch/upsert", { inputs = {
        { id = "a@example.com", idProperty = "email", properties = { firstname = "A" } },
        { id = "7", idProperty = property, properties = { lastname = "B" } } } })
    end
    for _, property in ipairs { "hs_object_id", "firstname", "nothing" } do
      local status, refused = upsert(property)
      assert.same({ 400, "VALIDATION_ERROR" }, { status, refused.category }, property)
    end
    assert.equal(404, (ask("GET", ROOT .. "contacts/a%40example.com?idProperty=email")))
    assert.equal(200, (upsert "chip"))
    local function read(property)
      return (ask("POST", ROOT .. "contacts/batch/read", { idProperty = property, inputs = { { id = "7" } } }))
    end
    assert.same({ 200, 400, 400 }, { read "chip", read "firstname", read "nothing" })
  end)

  it("keep numbers as they are written", function()
    for _, number in ipairs { "19.99", "1e15", "1E-7", "-0", "0.10", "123456789012345678901", "1e999" } do
      local status, made = ask("POST", ROOT .. "products", ('{"properties":{"name":"A","price":%s}}'):format(number))
      assert.same({ 201, number }, { status, made.properties.price })
      local _, read = ask("GET", ROOT .. "products/" .. made.id .. "?properties=price")
      assert.equal(number, read.properties.price)
      status, made = ask("PATCH", ROOT .. "products/" .. made.id, ('{"properties" : {"price" :\n %s }}'):format(number))
      assert.same({ 200, number }, { status, made.properties.price })
      status, made = ask("POST", ROOT .. "products/batch/create",
        ('{"inputs":[{"properties":{"quantity":%s,"note":"\\"properties\\":{1}"}}]}'):format(number))
      assert.same({ 201, number }, { status, made.results[1].properties.quantity })
    end
    portal:seed '{"kind":"record","type":"products","id":"7","properties":{"price":19.99}}'
    local _, seeded = ask("GET", ROOT .. "products/7?properties=price")
    assert.equal("19.99", seeded.properties.price)
  end)

  it("are refused where numbers are no numbers, at their place in the body", function()
    for _, number in ipairs { "01", "1.", ".5", "1e", "-", "+1", "1x", "0x1" } do
      local status, refused = ask("POST", ROOT .. "products", ('{"properties":{"price":5,"cost":%s}}'):format(number))
      assert.equal(400, status, number)
      assert.matches("^Invalid input JSON on line 1, column %d+: ", refused.message)
    end
  end)

  it("are refused for inputs of the wrong shape, in every batch", function()
    for _, name in ipairs { "create", "read", "update", "upsert", "archive" } do
      for _, body in ipairs { '{"inputs":[1]}', '{"inputs":[null]}', '{"inputs":{}}', "[]",
        '{"inputs":[{"id":[],"properties":[]}]}' } do
        local status, refused = ask("POST", ROOT .. "contacts/batch/" .. name, body)
        assert.same({ 400, "error" }, { status, refused.status }, name .. body)
      end
    end
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
