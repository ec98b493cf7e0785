-- What clients load first: properties, owners, pipelines; and the links of version 1.
local given = require "spec.support.portal"

describe("beside records and links the portal has", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local PROPERTIES = "/crm/properties/2026-03/"
  local function named(list, name)
    for _, one in ipairs(list) do if one.name == name or one.id == name then return one end end
  end

  describe("properties", function()
    it("of the standard types, with their options, and those that records were written with", function()
      ask("PATCH", "/crm/objects/2026-03/contacts/101", { properties = { chip = "7" } })
      for _, path in ipairs { PROPERTIES .. "contacts", "/crm/v3/properties/0-1" } do
        local status, answer = ask("GET", path)
        assert.equal(200, status)
        assert.same({ "string", "text", true }, { named(answer.results, "email").type,
          named(answer.results, "email").fieldType, named(answer.results, "email").hasUniqueValue })
        assert.equal("enumeration", named(answer.results, "lifecyclestage").type)
        assert.equal("subscriber", named(answer.results, "lifecyclestage").options[1].value)
        assert.is_false(named(answer.results, "chip").hubspotDefined)
        assert.is_true(named(answer.results, "email").hubspotDefined)
      end
      local status, refused = ask("GET", PROPERTIES .. "contacts/nothing")
      assert.same({ 404, "OBJECT_NOT_FOUND" }, { status, refused.category })
    end)

    local chip = { name = "chip", label = "Chip", type = "enumeration", fieldType = "select",
      groupName = "contactinformation", hasUniqueValue = true, options = { { label = "A", value = "a",
        displayOrder = 0, hidden = false } } }

    it("that are made, changed and archived", function()
      local status, made = ask("POST", PROPERTIES .. "contacts", chip)
      assert.same({ 201, "a", true, false }, { status, made.options[1].value, made.hasUniqueValue,
        made.hubspotDefined })
      assert.equal(409, (ask("POST", PROPERTIES .. "contacts", chip)))
      assert.equal(409, (ask("POST", PROPERTIES .. "contacts", { name = "email", label = "E", type = "string",
        fieldType = "text", groupName = "contactinformation" })))
      status, made = ask("PATCH", PROPERTIES .. "contacts/chip", { label = "Tag", hasUniqueValue = false })
      assert.same({ 200, "Tag", true, "a" }, { status, made.label, made.hasUniqueValue, made.options[1].value })
      assert.equal("Tag", select(2, ask("GET", PROPERTIES .. "contacts/chip")).label)
      status, made = ask("PATCH", PROPERTIES .. "contacts/email", { label = "Mail" })
      assert.same({ 200, "Mail", "string" }, { status, made.label, made.type })
      assert.equal(204, (ask("DELETE", PROPERTIES .. "contacts/chip")))
      assert.equal(404, (ask("GET", PROPERTIES .. "contacts/chip")))
      assert.equal(400, (ask("DELETE", PROPERTIES .. "contacts/email")))
    end)

    it("whose values are unique when they say so", function()
      ask("POST", PROPERTIES .. "contacts", chip)
      local ROOT = "/crm/objects/2026-03/contacts"
      local status, first = ask("POST", ROOT, { properties = { chip = "a" } })
      assert.equal(201, status)
      assert.equal(409, (ask("POST", ROOT, { properties = { chip = "a" } })))
      assert.equal(first.id, select(2, ask("GET", ROOT .. "/a?idProperty=chip")).id)
    end)

    it("that are refused by name: what is missing, what is no type, what is no name", function()
      for field, wrong in pairs { name = "Big Chip", type = "text", fieldType = "string" } do
        local body = {}
        for name, value in pairs(chip) do body[name] = value end
        body[field] = wrong
        local status, refused = ask("POST", PROPERTIES .. "contacts", body)
        assert.same({ 400, "VALIDATION_ERROR" }, { status, refused.category }, field)
        body[field] = nil
        status, refused = ask("POST", PROPERTIES .. "contacts", body)
        assert.equal(400, status)
        assert.matches("Some required fields were not set: %[" .. field .. "%]", refused.message)
      end
      assert.equal(400, (ask("PATCH", PROPERTIES .. "contacts/email", { type = "text" })))
      assert.equal(404, (ask("PATCH", PROPERTIES .. "contacts/nothing", { label = "N" })))
    end)

    it("in batches, and in groups", function()
      local status, answer = ask("POST", PROPERTIES .. "contacts/batch/read", { inputs = { { name = "email" },
        { name = "nothing" } } })
      assert.same({ 207, "email", { "nothing" } }, { status, answer.results[1].name, answer.errors[1].context.ids })
      assert.equal(201, (ask("POST", PROPERTIES .. "contacts/groups", { name = "pets", label = "Pets" })))
      assert.equal(409, (ask("POST", PROPERTIES .. "contacts/groups", { name = "pets", label = "Pets" })))
      status, answer = ask("GET", PROPERTIES .. "contacts/groups")
      assert.same({ 200, "Pets", 2 }, { status, named(answer.results, "pets").label, #answer.results })
      assert.equal(204, (ask("DELETE", PROPERTIES .. "contacts/groups/pets")))
      assert.equal(404, (ask("GET", PROPERTIES .. "contacts/groups/pets")))
    end)
  end)

  it("pipelines of deals and tickets, and more when somebody makes them", function()
    local ROOT = "/crm/pipelines/2026-03/"
    for _, root in ipairs { ROOT, "/crm/v3/pipelines/" } do
      local _, deals = ask("GET", root .. "deals")
      assert.same({ "default", "appointmentscheduled", "true" }, { deals.results[1].id, deals.results[1].stages[1].id,
        named(deals.results[1].stages, "closedwon").metadata.isClosed })
      local _, tickets = ask("GET", root .. "tickets")
      assert.same({ "0", "1" }, { tickets.results[1].id, tickets.results[1].stages[1].id })
      assert.equal(0, #select(2, ask("GET", root .. "contacts")).results)
    end
    local status, made = ask("POST", ROOT .. "deals", { label = "Renewals", displayOrder = 1, stages = {
      { label = "New", displayOrder = 0, metadata = { probability = "0.5" } } } })
    assert.same({ 201, "New" }, { status, made.stages[1].label })
    local path = ROOT .. "deals/" .. made.id
    assert.equal("Renewals", select(2, ask("GET", path)).label)
    local _, stage = ask("POST", path .. "/stages", { label = "Won", displayOrder = 1,
      metadata = { probability = "1.0" } })
    assert.equal("Sure", select(2, ask("PATCH", path .. "/stages/" .. stage.id, { label = "Sure" })).label)
    assert.equal("Sure", select(2, ask("GET", path)).stages[2].label)
    assert.equal(204, (ask("DELETE", path .. "/stages/" .. stage.id)))
    assert.equal(404, (ask("GET", path .. "/stages/" .. stage.id)))
    assert.equal(404, (ask("DELETE", path .. "/stages/" .. stage.id)))
    assert.equal(204, (ask("DELETE", path)))
    assert.equal(404, (ask("GET", path)))
    assert.equal(404, (ask("GET", path .. "/audit")))
    assert.equal(404, (ask("POST", path .. "/stages", { label = "Won", metadata = { probability = "1.0" } })))
    assert.equal(204, (ask("DELETE", ROOT .. "deals/default")))
    assert.equal(0, #select(2, ask("GET", ROOT .. "deals")).results)
  end)

  it("owners: the user of the token, and those of a seed, by id, user and mail, in pages", function()
    local lines = {}
    for id = 7, 9 do
      lines[#lines + 1] = ('{"kind":"owner","id":"%d","email":"o%d@example.com","userId":%d}'):format(id, id, id * 10)
    end
    portal:seed(table.concat(lines, "\n"))
    for _, root in ipairs { "/crm/owners/2026-03", "/crm/v3/owners" } do
      local function ids(query)
        local _, answer = ask("GET", root .. query)
        local found = {}
        for i, one in ipairs(answer.results) do found[i] = one.id end
        return table.concat(found, " "), answer.paging and answer.paging.next.after
      end
      assert.equal("1 7 8 9", (ids ""))
      assert.same({ "1 7", "7" }, { ids "?limit=2" })
      assert.same({ "8 9" }, { ids "?limit=2&after=7" })
      assert.equal("8", (ids "?email=O8@example.com"))
      assert.equal("", (ids "?archived=true"))
      assert.equal("o9@example.com", select(2, ask("GET", root .. "/9")).email)
      assert.equal("9", select(2, ask("GET", root .. "/90?idProperty=userId&archived=false")).id)
      assert.equal(404, (ask("GET", root .. "/90")))
      assert.equal(400, (ask("GET", root .. "?limit=501")))
    end
    local _, token = ask("POST", "/oauth/v2/private-apps/get/access-token-info", { tokenKey = portal.token })
    assert.equal("1", select(2, ask("GET", ("/crm/v3/owners/%d?idProperty=userId"):format(token.userId))).id)
  end)

  it("all of these in its dump", function()
    ask("POST", PROPERTIES .. "contacts", { name = "chip", label = "Chip", type = "number", fieldType = "number",
      groupName = "pets", hasUniqueValue = true })
    portal:seed '{"kind":"group","type":"contacts","name":"pets","label":"Pets"}'
    portal:seed '{"kind":"pipeline","type":"deals","id":"p2","label":"Renewals","stages":[{"id":"s1","label":"New"}]}'
    portal:seed '{"kind":"owner","id":"7","email":"jo@example.com","userId":70}'
    portal:seed('{"kind":"property","type":"contacts","name":"tag","label":"Tag","valueType":"date",' ..
      '"fieldType":"date"}')
    local lines = portal:dump()
    portal:reset()
    assert.equal(404, (ask("GET", "/crm/owners/2026-03/7")))
    portal:seed(lines)
    assert.equal(lines, portal:dump())
    assert.equal("New", select(2, ask("GET", "/crm/v3/pipelines/deals/p2")).stages[1].label)
    local _, chip = ask("GET", PROPERTIES .. "contacts/chip")
    assert.same({ "number", true }, { chip.type, chip.hasUniqueValue })
    assert.equal("date", select(2, ask("GET", PROPERTIES .. "contacts/tag")).type)
    assert.equal("Pets", select(2, ask("GET", PROPERTIES .. "contacts/groups/pets")).label)
  end)

  describe("links of version 1", function()
    local ROOT = "/crm-associations/v1/associations"
    local function body(from, to, definition, category)
      return { fromObjectId = from, toObjectId = to, category = category or "HUBSPOT_DEFINED",
        definitionId = definition }
    end
    local function links() return given.links(portal, "contacts", 101, "companies") end

    it("whose ids of the plain types are the primary ones of today", function()
      assert.equal(204, (ask("PUT", ROOT, body(101, 9001, 1))))
      assert.same({ [9001] = "279" }, links())
      assert.equal(204, (ask("PUT", ROOT .. "/delete", body(9001, 101, 2))))
      assert.same({}, links())
    end)

    it("in batches, with labels of the account", function()
      local id = given.label(portal, "boss", "Boss")
      local both = { body(101, 9001, 1), body(101, 9002, id, "USER_DEFINED") }
      assert.equal(204, (ask("PUT", ROOT .. "/create-batch", both)))
      assert.same({ [9001] = "279", [9002] = "279 U" .. id }, links())
      assert.equal(204, (ask("PUT", ROOT .. "/delete-batch", both)))
      assert.same({ [9002] = "279" }, links())
    end)

    it("that are refused as a whole", function()
      assert.equal(400, (ask("PUT", ROOT .. "/create-batch", { body(101, 9001, 1), body(777, 9002, 1) })))
      assert.same({}, links())
      assert.equal(400, (ask("PUT", ROOT, body(101, 9001, 99999))))
      assert.equal(400, (ask("PUT", ROOT, { fromObjectId = 101 })))
      assert.equal(400, (ask("PUT", ROOT .. "/create-batch", "{}")))
      assert.equal(400, (ask("PUT", ROOT .. "/create-batch", "[1]")))
      assert.equal(405, (ask("POST", ROOT, body(101, 9001, 1))))
    end)
  end)

  it("every scope for its own token, those of custom objects included", function()
    local _, info = ask("POST", "/oauth/v2/private-apps/get/access-token-info", { tokenKey = portal.token })
    local seen = {}
    for _, scope in ipairs(info.scopes) do
      assert.is_nil(seen[scope], scope)
      seen[scope] = true
    end
    for _, scope in ipairs { "crm.objects.custom.read", "crm.objects.custom.write", "crm.schemas.custom.read",
      "crm.schemas.custom.write", "crm.objects.owners.read", "crm.objects.contacts.write", "oauth" } do
      assert.is_true(seen[scope], scope)
    end
  end)

  it("schemas with whole properties, and with what is known of associations", function()
    local SCHEMAS = "/crm-object-schemas/2026-03/schemas"
    local status, made = ask("POST", SCHEMAS, { name = "pet", labels = { singular = "Pet", plural = "Pets" },
      properties = { { name = "chip", label = "Chip", type = "number", fieldType = "number", hasUniqueValue = true },
        { name = "breed", label = "Breed" } }, associatedObjects = { "contacts" } })
    assert.equal(201, status)
    local chip, breed = named(made.properties, "chip"), named(made.properties, "breed")
    assert.same({ "Chip", "number", "number", true }, { chip.label, chip.type, chip.fieldType, chip.hasUniqueValue })
    assert.same({ "Breed", "string", "text" }, { breed.label, breed.type, breed.fieldType })
    for _, name in ipairs { "groupName", "description", "options", "hidden", "displayOrder" } do
      assert.is_not_nil(breed[name], name)
    end
    assert.is_not_nil(named(select(2, ask("GET", SCHEMAS .. "/contacts")).properties, "email"))
    local _, patched = ask("PATCH", SCHEMAS .. "/p_pet", { description = "Animals" })
    assert.same({ "Animals" }, { patched.description, patched.associations, patched.properties })
    local _, contacts = ask("GET", SCHEMAS .. "/contacts")
    local primary = named(contacts.associations, "contact_to_company")
    assert.same({ "HUBSPOT_DEFINED", "ONE_TO_MANY", "MANY_TO_MANY", true, false, 2, 500000, false },
      { primary.category, primary.cardinality, primary.inverseCardinality, primary.isPrimary, primary.isDefault,
        math.tointeger(primary.inverseId), math.tointeger(primary.maxToObjectIds),
        primary.hasUserEnforcedMaxToObjectIds })
    ask("POST", "/crm/associations/2026-03/definitions/configurations/contacts/companies/batch/create", { inputs = { {
      category = "HUBSPOT_DEFINED", typeId = 279, maxToObjectIds = 5 } } })
    _, contacts = ask("GET", SCHEMAS .. "/contacts")
    local plain = named(contacts.associations, "contact_to_company_unlabeled")
    assert.same({ 5, true, true }, { math.tointeger(plain.maxToObjectIds), plain.hasUserEnforcedMaxToObjectIds,
      plain.isDefault })
  end)

  it("limits tracking of the account that counts what is there", function()
    portal:seed { schemas = { { name = "pet", number = 33 } } }
    ask("POST", "/crm/objects/2026-03/p_pet", { properties = { name = "Rex" } })
    local ROOT = "/crm/limits/2026-03/"
    local _, records = ask("GET", ROOT .. "records")
    local function of(list, id)
      for _, one in ipairs(list) do if one.objectTypeId == id then return one.usage end end
    end
    assert.same({ 3, 3, 1, 1 }, { of(records.hubspotDefinedObjectTypes, "0-1"),
      of(records.hubspotDefinedObjectTypes, "0-2"), of(records.customObjectTypes.byObjectType, "2-33"),
      records.customObjectTypes.overallUsage })
    local _, objects = ask("GET", ROOT .. "custom-object-types")
    assert.same({ 1, 10 }, { objects.usage, objects.percentage })
    ask("POST", PROPERTIES .. "contacts", { name = "chip", label = "Chip", type = "number", fieldType = "number",
      groupName = "pets", calculationFormula = "1 + 1" })
    assert.equal(1, of(select(2, ask("GET", ROOT .. "custom-properties")).byObjectType, "0-1"))
    assert.equal(1, select(2, ask("GET", ROOT .. "calculated-properties")).usage)
    assert.equal(1, of(select(2, ask("GET", ROOT .. "pipelines")).hubspotDefinedObjectTypes, "0-3"))
  end)
end)
