local given = require "spec.support.portal"

describe("the portal's account", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open { refresh_token = "refresh-me", admin = true } end)
  after_each(function() portal:close() end)

  it("tells its details, in every version", function()
    portal:set("utc_offset", -300)
    for _, version in ipairs { "v3", "2025-09", "2026-03", "2026-09" } do
      local status, details = ask("GET", "/account-info/" .. version .. "/details")
      assert.same({ 200, 62515, "-05:00", -18000000, "Etc/GMT+5", "na1" }, { status, details.portalId,
        details.utcOffset, details.utcOffsetMilliseconds, details.timeZone, details.dataHostingLocation })
    end
  end)

  describe("OAuth", function()
    local form = { ["content-type"] = "application/x-www-form-urlencoded", authorization = false }
    local function token(version, refresh)
      return ask("POST", "/oauth/" .. version .. "/token",
        "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=" .. refresh, form)
    end

    it("gives access tokens that are good for half an hour", function()
      for _, version in ipairs { "v1", "v3", "2026-03", "2026-09" } do
        local status, answer = token(version, "refresh-me")
        assert.same({ 200, 1800, "bearer" }, { status, answer.expires_in, answer.token_type })
        local header = { authorization = "Bearer " .. answer.access_token }
        assert.equal(200, (ask("GET", "/crm/objects/2026-03/contacts/101", nil, header)))
        portal:advance(1800 + 5 * 60)
        local expired
        status, expired = ask("GET", "/crm/objects/2026-03/contacts/101", nil, header)
        assert.same({ 401, "EXPIRED_AUTHENTICATION",
          "The OAuth token used to make this call expired 5 minute(s) ago." },
          { status, expired.category, expired.message })
      end
    end)

    it("refuses another refresh token, and logs no secret", function()
      local status, answer = token("v1", "wrong")
      assert.same({ 400, "BAD_REFRESH_TOKEN", "missing or invalid refresh token", "invalid_grant",
        "missing or invalid refresh token" }, { status, answer.status, answer.message, answer.error,
        answer.error_description })
      assert.equal("", portal:log()[1].body)
    end)

    it("tells about tokens and takes them back, and logs none of them", function()
      local _, made = token("v3", "refresh-me")
      local header = { authorization = "Bearer " .. made.access_token }
      local function introspect(secret)
        local _, told = ask("POST", "/oauth/v3/token/introspect", "token=" .. secret, form)
        return told.active
      end
      assert.same({ true, true, false }, { introspect(made.access_token), introspect "refresh-me", introspect "x" })
      local path = "/oauth/v1/access-tokens/" .. made.access_token
      assert.equal(200, (ask("GET", path, nil, { authorization = false })))
      assert.equal(204, (ask("POST", "/oauth/2026-09/token/revoke", "token=" .. made.access_token, form)))
      assert.equal(401, (ask("GET", "/crm/objects/2026-03/contacts", nil, header)))
      assert.equal(404, (ask("GET", path, nil, { authorization = false })))
      assert.equal(204, (ask("DELETE", "/oauth/v1/refresh-tokens/refresh-me", nil, { authorization = false })))
      local status, answer = token("v1", "refresh-me")
      assert.same({ 400, "BAD_REFRESH_TOKEN" }, { status, answer.status })
      assert.is_false(introspect "refresh-me")
      for _, entry in ipairs(portal:log()) do
        local whole = given.json.encode(entry)
        assert.is_nil(whole:find(made.access_token, 1, true))
        assert.is_nil(whole:find("refresh-me", 1, true))
      end
    end)
  end)

  describe("object schemas", function()
    local ROOT = "/crm-object-schemas/2026-03/schemas"
    local function make(name)
      return ask("POST", ROOT, { name = name, labels = { singular = "Pet", plural = "Pets" },
        requiredProperties = { "name" }, associatedObjects = { "contacts" },
        properties = { { name = "chip", label = "Chip", hasUniqueValue = true } } })
    end

    it("are created, listed, read by every name, changed and deleted", function()
      local status, made = make "pet"
      assert.same({ 201, "p62515_pet", "Pets" }, { status, made.fullyQualifiedName, made.labels.plural })
      for _, root in ipairs { ROOT, "/crm-object-schemas/v3/schemas", "/crm/v3/schemas" } do
        local _, all = ask("GET", root)
        assert.same({ 1, made.id }, { #all.results, all.results[1].id })
        for _, name in ipairs { made.id, "p62515_pet", "p_pet", "P_Pet" } do
          local found
          status, found = ask("GET", root .. "/" .. name)
          assert.same({ 200, made.id }, { status, found.objectTypeId })
        end
      end
      assert.equal(400, (ask("GET", ROOT .. "/pet")))
      assert.equal(409, (make "pet"))
      status, made = ask("PATCH", ROOT .. "/p_pet", { description = "Animals" })
      assert.same({ 200, "Animals", "Pets" }, { status, made.description, made.labels.plural })
      assert.equal(204, (ask("DELETE", ROOT .. "/p_pet")))
      assert.equal(400, (ask("GET", ROOT .. "/p_pet")))
    end)

    it("wire a new object to the activities and to what is asked for, by user-defined plain types", function()
      local _, made = make "pet"
      local tied = {}
      for _, one in ipairs(made.associations) do tied[one.toObjectTypeId] = one.name end
      assert.equal("pet_to_contact", tied["0-1"])
      assert.equal("pet_to_note", tied["0-46"])
      local _, list = ask("GET", "/crm/associations/2026-03/p_pet/contacts/labels")
      assert.same({ "USER_DEFINED", given.null }, { list.results[1].category, list.results[1].label })
      local _, pet = ask("POST", "/crm/objects/2026-03/p_pet", { properties = { name = "Rex", chip = "77" } })
      local path = "/crm/objects/2026-03/p_pet/" .. pet.id
      assert.equal(200, (ask("PUT", path .. "/associations/default/contacts/101")))
      local _, read = ask("GET", "/crm/objects/2026-03/contacts/101?associations=p_pet")
      assert.same({ { id = pet.id, type = "pet_to_contact" } }, read.associations.p62515_pet.results)
      assert.equal(200, (ask("GET", "/crm/objects/2026-03/p_pet/77?idProperty=chip")))
    end)

    it("leave nothing behind for the next one when they go", function()
      local _, first = make "pet"
      ask("POST", "/crm/objects/2026-03/p_pet", { properties = { name = "Rex", chip = "77" } })
      local labels = "/crm/associations/2026-03/p_pet/contacts/labels"
      local _, owner = ask("POST", labels, { name = "owner", label = "Owner" })
      local id = math.tointeger(owner.results[2].typeId)
      assert.equal(201, (ask("POST", "/crm/associations/2026-03/definitions/configurations/p_pet/contacts/batch/create",
        { inputs = { { category = "USER_DEFINED", typeId = id, maxToObjectIds = 1 } } })))
      ask("DELETE", ROOT .. "/p_pet")
      local _, second = make "cat"
      assert.equal(first.id, second.id)
      assert.equal(404, (ask("GET", "/crm/objects/2026-03/p_cat/77?idProperty=chip")))
      ask("POST", (labels:gsub("p_pet", "p_cat")), { name = "owner", label = "Owner" })
      local _, limits = ask("GET", "/crm/associations/2026-03/definitions/configurations/all")
      assert.same({}, limits.results)
    end)

    it("are read in batches, with what is asked for, and name what is not there", function()
      make "pet"
      local status, answer = ask("POST", ROOT .. "/batch/read", { inputs = { "p_pet", "contacts", "p_dog" },
        includeAssociationDefinitions = false, includePropertyDefinitions = false })
      assert.same({ 207, 2, {}, {}, { "p_dog" } }, { status, #answer.results, answer.results[1].associations,
        answer.results[1].properties, answer.errors[1].context.ids })
      local _, one = ask("GET", ROOT .. "/p_pet?includeAssociationDefinitions=false")
      local own = 0
      for _, property in ipairs(one.properties) do own = own + (property.hubspotDefined and 0 or 1) end
      assert.same({ {}, 1 }, { one.associations, own })
    end)

    it("lose a tie to another type, unless labels hang on it", function()
      make "pet"
      local labels = "/crm/associations/2026-03/p_pet/contacts/labels"
      local function plain()
        local _, list = ask("GET", labels)
        for _, type in ipairs(list.results) do
          if type.label == given.null then return math.tointeger(type.typeId) end
        end
      end
      local _, owner = ask("POST", labels, { name = "owner", label = "Owner" })
      local path = ROOT .. "/p_pet/associations/"
      local id = plain()
      assert.equal(400, (ask("DELETE", path .. id)))
      assert.equal(204, (ask("DELETE", path .. math.tointeger(owner.results[1].typeId))))
      assert.equal(204, (ask("DELETE", path .. id)))
      assert.is_nil(plain())
      assert.equal(404, (ask("DELETE", path .. id)))
    end)

    it("tell names and object types of every association id, standard ones too", function()
      local _, contact = ask("GET", ROOT .. "/contacts")
      local names = {}
      for _, one in ipairs(contact.associations) do names[one.id] = one.name end
      assert.same({ "contact_to_company", "contact_to_company_unlabeled" }, { names["1"], names["279"] })
    end)

    it("show the names of new labels late, if told so", function()
      portal:set("name_delay", 300)
      ask("POST", "/crm/associations/2026-03/contacts/companies/labels", { name = "boss", label = "Boss" })
      local function names()
        local _, contact = ask("GET", ROOT .. "/contacts")
        local found = {}
        for _, one in ipairs(contact.associations) do found[one.name or "none"] = true end
        return found.boss, found.none
      end
      assert.same({ nil, true }, { names() })
      portal:advance(301)
      assert.same({ true, nil }, { names() })
    end)
  end)

  describe("limits tracking", function()
    local ROOT = "/crm/limits/2026-03/associations/"

    it("counts the labels of each direction", function()
      ask("POST", "/crm/associations/2026-03/contacts/companies/labels",
        { name = "boss", label = "Boss", inverseLabel = "Staff" })
      for _, root in ipairs { ROOT, "/crm/v3/limits/associations/" } do
        local status, answer = ask("GET", root .. "labels")
        assert.same({ 200, 2 }, { status, #answer.results })
        status, answer = ask("GET", root .. "labels?fromObjectTypeId=0-2&toObjectTypeId=0-1")
        assert.same({ 200, 1, 50, 1, 2, { "Staff" }, "Company" }, { status, #answer.results, answer.results[1].limit,
          answer.results[1].usage, answer.results[1].percentage, answer.results[1].allLabels,
          answer.results[1].fromObjectType.singularLabel })
      end
    end)

    it("finds the records at and near their limit, and reports them", function()
      portal:set("technical_limit", 3)
      for id = 9001, 9003 do
        assert.equal(200, (ask("PUT", "/crm/objects/2026-03/contacts/101/associations/default/companies/" .. id)))
      end
      local _, from = ask("GET", ROOT .. "records/from")
      assert.same({ { objectTypeId = "0-1", singularLabel = "Contact", pluralLabel = "Contacts",
        hasRecordsAtLimit = true, hasRecordsNearLimit = false } }, { from.results[1] })
      local _, to = ask("GET", ROOT .. "records/0-1/to")
      assert.equal("0-2", to.results[1].objectTypeId)
      local _, pair = ask("GET", ROOT .. "records/0-1/0-2")
      assert.same({ 3, 1, 0, 101 }, { pair.limit, pair.totalRecordsAtLimit, pair.totalRecordsNearLimit,
        pair.atLimitFromRecordSamples[1].objectId })
      for _, path in ipairs { "/crm/associations/2026-03/usage", "/crm/v4/associations/usage" } do
        local status, answer = ask("POST", path .. "/high-usage-report/7")
        assert.same({ 200, 7 }, { status, answer.userId })
      end
      local reports = portal:reports()
      local status, lines = ask("GET", "/portal/reports") -- the same, for other programs
      assert.equal(200, status)
      local first, second = lines:match "^([^\n]*)\n([^\n]*)\n$"
      assert.same(reports, { given.json.decode(first), given.json.decode(second) })
      assert.same({ 2, 7, { { from = "contacts", to = "companies", id = 101, count = 3, limit = 3 } } },
        { #reports, reports[1].userId, reports[1].records })
    end)
  end)
end)
