local tether = require "tether"
local json = require "cjson"

local portal

-- One request over a real socket; what curl is told stands in a file, so that no token is in argv.
local function ask(method, path, body, options)
  options = options or {}
  local config, data = os.tmpname(), os.tmpname()
  local lines = { "silent", "include", ('url = "%s%s"'):format(portal.url, path), ('request = "%s"'):format(method) }
  local token = options.token == nil and portal.token or options.token
  if token then lines[#lines + 1] = ('header = "Authorization: Bearer %s"'):format(token) end
  if body then
    local file <close> = assert(io.open(data, "w"))
    file:write(type(body) == "string" and body or json.encode(body))
    lines[#lines + 1] = ('header = "Content-Type: %s"'):format(options.content_type or "application/json")
    lines[#lines + 1] = ('data-binary = "@%s"'):format(data)
    lines[#lines + 1] = 'header = "Expect:"'
  end
  local file <close> = assert(io.open(config, "w"))
  file:write(table.concat(lines, "\n"), "\n")
  file:flush()
  local pipe <close> = assert(io.popen("curl -K " .. config))
  local head, text = pipe:read "a":match "^(.-)\r\n\r\n(.*)$"
  os.remove(config)
  os.remove(data)
  local status = math.tointeger(tonumber(head:match "^HTTP/%S+ (%d+)"))
  local is_json = head:match "Content%-Type: application/json"
  return status, is_json and json.decode(text) or nil, head
end

local function spec_of(id, category)
  return { associationCategory = category or "HUBSPOT_DEFINED", associationTypeId = id }
end

local function input(from, to, ...)
  return { from = { id = from }, to = { id = to }, types = { ... } }
end

local ROOT = "/crm/objects/2026-03/"
local PAIR = "/crm/associations/2026-03/contacts/companies/"
local LINK = ROOT .. "contacts/101/associations/companies/9001"

-- "1 279 U1" : what a list shows of one link, sorted.
local function shown(from, id, to, target)
  local _, answer = ask("GET", ("%s%s/%d/associations/%s"):format(ROOT, from, id, to))
  for _, result in ipairs(answer.results) do
    if result.toObjectId == target then
      local names = {}
      for _, type in ipairs(result.associationTypes) do
        names[#names + 1] = (type.category == "USER_DEFINED" and "U" or "") .. math.tointeger(type.typeId)
      end
      table.sort(names)
      return table.concat(names, " ")
    end
  end
end

local function label(name, text, inverse)
  local status, answer = ask("POST", PAIR .. "labels", { name = name, label = text, inverseLabel = inverse })
  assert.equal(200, status)
  return math.tointeger(answer.results[2].typeId), math.tointeger(answer.results[1].typeId)
end

describe("portal", function()
  before_each(function()
    portal = tether.portal { path = ":memory:" }
    for id = 101, 103 do portal:seed("contacts", id) end
    for id = 9001, 9003 do portal:seed("companies", id) end
  end)
  after_each(function() portal:close() end)

  describe("server", function()
    it("listens on this machine only, on a free port", function()
      assert.matches("^http://127%.0%.0%.1:%d+$", portal.url)
    end)

    it("refuses a request without its token, with the recorded body", function()
      for _, token in ipairs { false, "wrong" } do
        local status, body = ask("GET", ROOT .. "contacts/101", nil, { token = token })
        assert.equal(401, status)
        assert.equal("INVALID_AUTHENTICATION", body.category)
        assert.matches("^Authentication credentials not found%.", body.message)
      end
    end)

    it("gives each answer a correlation id, the same in the error body", function()
      local _, body, head = ask("GET", ROOT .. "contacts/777")
      assert.equal(body.correlationId, head:match "x%-hubspot%-correlation%-id: (%S+)")
      local status, _, fine = ask("GET", ROOT .. "contacts/101")
      assert.equal(200, status)
      assert.matches("x%-hubspot%-correlation%-id: %x+%-", fine)
    end)

    it("logs what was asked, and never the token", function()
      ask("PUT", LINK, { spec_of(279) })
      ask("GET", LINK .. "?after=x")
      local log = portal:log()
      assert.equal(2, #log)
      assert.same({ "PUT", LINK, 201 }, { log[1].method, log[1].path, log[1].status })
      assert.same({ spec_of(279) }, json.decode(log[1].body))
      assert.equal("application/json", log[1].headers["content-type"])
      assert.equal(LINK .. "?after=x", log[2].path)
      for _, entry in ipairs(log) do
        assert.is_nil(entry.headers.authorization)
        for _, value in pairs(entry.headers) do assert.is_nil(value:find(portal.token, 1, true)) end
      end
      portal:clear_log()
      assert.same({}, portal:log())
    end)

    it("answers 404, 405 and 415 for an unknown route, method and content type", function()
      assert.equal(404, (ask("GET", "/crm/nothing/here/at/all")))
      assert.equal(405, (ask("PATCH", LINK)))
      assert.equal(415, (ask("PUT", LINK, "[]", { content_type = "text/plain" })))
    end)

    it("closes twice, and refuses work afterwards", function()
      portal:close()
      portal:close()
      local ok, err = pcall(portal.log, portal)
      assert.is_false(ok)
      assert.equal("CLOSED", err.code)
    end)

    it("names what is wrong with its options", function()
      local function code(options) return select(2, pcall(tether.portal, options)).code end
      assert.equal("OPTION_UNKNOWN", code { colour = "red" })
      assert.equal("BAD_ARGUMENT", code { port = 70000 })
      assert.equal("TOKEN_MALFORMED", code { token = "a b" })
      assert.equal("PORT_FAILED", code { port = tonumber(portal.url:match ":(%d+)$") })
      assert.equal("SQL_FAILED", code { path = "/nonexistent/x.db" })
    end)

    it("keeps a file between two runs", function()
      local path = os.tmpname()
      portal:close()
      portal = tether.portal { path = path, token = "mine" }
      portal:seed("contacts", 5)
      portal:close()
      portal = tether.portal { path = path, token = "mine" }
      assert.equal(200, (ask("GET", ROOT .. "contacts/5")))
      os.remove(path)
    end)
  end)

  describe("records", function()
    it("are created with associations, and read with them", function()
      local status, made, head = ask("POST", ROOT .. "contacts", { properties = { firstname = "Jane", age = 7 },
        associations = { { to = { id = 9001 }, types = { spec_of(279) } } } })
      assert.equal(201, status)
      assert.same({ "Jane", "7" }, { made.properties.firstname, made.properties.age })
      assert.is_nil(made.associations)
      assert.matches("Location: " .. ROOT:gsub("%-", "%%-") .. "contacts/" .. made.id, head)
      local _, read = ask("GET", ROOT .. "contacts/" .. made.id .. "?associations=companies,widgets")
      assert.same({ { id = "9001", type = "contact_to_company_unlabeled" } }, read.associations.companies.results)
      assert.equal("280", shown("companies", 9001, "contacts", tonumber(made.id)))
    end)

    it("are not created when an association is wrong", function()
      local body = { properties = {}, associations = { { to = { id = "4" }, types = { spec_of(279) } } } }
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
      assert.equal(201, (ask("PUT", LINK:gsub("9001", "9007199254740993"), { spec_of(279) })))
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
  end)

  describe("associations of one record", function()
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
      local _, body = ask("PUT", LINK, { spec_of(280) })
      assert.equal("invalid from object type 0-1 for associations to be created. expected: 0-2. For definition 0-280",
        body.message)
      _, body = ask("PUT", LINK, { spec_of(3, "USER_DEFINED") })
      assert.same({ "USER_DEFINED=3 is not a valid association definition id" },
        body.context.INVALID_ASSOCIATION_TYPE_ID)
      _, body = ask("PUT", LINK)
      assert.equal("Invalid JSON input: a request body was expected, but none found", body.message)
      _, body = ask("PUT", LINK, "[{}]")
      assert.matches("%[associationCategory, associationTypeId%]$", body.message)
      assert.equal(400, (ask("PUT", LINK, "[]")))
      assert.equal(400, (ask("PUT", LINK, "{")))
    end)

    it("carry the unlabeled type beside a label, and lose all when that goes", function()
      local boss, staff = label("boss", "Boss", "Staff")
      local status, answer = ask("PUT", LINK, { spec_of(boss, "USER_DEFINED") })
      assert.same({ 201, { "Boss" } }, { status, answer.labels })
      assert.equal("279 U" .. boss, shown("contacts", 101, "companies", 9001))
      assert.equal("280 U" .. staff, shown("companies", 9001, "contacts", 101))
      ask("DELETE", LINK .. "/279")
      assert.is_nil(shown("companies", 9001, "contacts", 101))
    end)

    it("have custom labels replaced by a write, and the primary kept", function()
      local one, two = label("one", "One"), label("two", "Two")
      ask("PUT", LINK, { spec_of(1), spec_of(one, "USER_DEFINED") })
      ask("PUT", LINK, { spec_of(two, "USER_DEFINED") })
      assert.equal("1 279 U" .. two, shown("contacts", 101, "companies", 9001))
      assert.equal("2 280 U" .. two + 1, shown("companies", 9001, "contacts", 101))
    end)

    it("have one primary company: a second one moves it, from either side", function()
      ask("PUT", LINK, { spec_of(1) })
      ask("PUT", ROOT .. "companies/9002/associations/contacts/101", { spec_of(2) })
      assert.equal("279", shown("contacts", 101, "companies", 9001))
      assert.equal("280", shown("companies", 9001, "contacts", 101))
      assert.equal("1 279", shown("contacts", 101, "companies", 9002))
      ask("PUT", ROOT .. "contacts/102/associations/companies/9002", { spec_of(1) })
      assert.equal("2 280", shown("companies", 9002, "contacts", 101))
      assert.equal("2 280", shown("companies", 9002, "contacts", 102))
    end)

    it("are listed page by page, with a cursor that comes back as it was given", function()
      for id = 9001, 9003 do ask("PUT", LINK:gsub("9001", tostring(id)), { spec_of(279) }) end
      local path, seen = ROOT .. "contacts/101/associations/companies?limit=2", {}
      local _, page = ask("GET", path)
      for _, result in ipairs(page.results) do seen[#seen + 1] = result.toObjectId end
      _, page = ask("GET", path .. "&after=" .. page.paging.next.after)
      for _, result in ipairs(page.results) do seen[#seen + 1] = result.toObjectId end
      assert.same({ 9001, 9002, 9003 }, seen)
      assert.is_nil(page.paging)
      assert.equal(400, (ask("GET", path:gsub("=2", "=501"))))
      assert.equal(400, (ask("GET", path:gsub("=2", "=0"))))
      assert.equal(400, (ask("GET", path .. "&after=!!")))
    end)

    it("are empty for a record without any, and 404 for no record", function()
      local status, page = ask("GET", ROOT .. "contacts/101/associations/companies")
      assert.same({ 200, {} }, { status, page.results })
      assert.equal(404, (ask("GET", ROOT .. "contacts/777/associations/companies")))
    end)

    it("go altogether with a DELETE, which may be repeated", function()
      ask("PUT", LINK, { spec_of(1) })
      assert.equal(204, (ask("DELETE", LINK)))
      assert.equal(204, (ask("DELETE", LINK)))
      assert.is_nil(shown("companies", 9001, "contacts", 101))
    end)

    it("cannot tie a record to itself", function()
      assert.equal(400, (ask("PUT", ROOT .. "contacts/101/associations/default/contacts/101")))
    end)
  end)

  describe("batches", function()
    local prefixes = { PAIR, "/crm/objects/2026-03/associations/contacts/companies/" }

    it("create and read under both prefixes", function()
      for _, prefix in ipairs(prefixes) do
        local status, answer = ask("POST", prefix .. "batch/create", { inputs = { input(101, "9001", spec_of(279)) } })
        assert.same({ 201, "COMPLETE", 101 }, { status, answer.status, answer.results[1].fromObjectId })
        status, answer = ask("POST", prefix .. "batch/read", { inputs = { { id = "101" } } })
        assert.same({ 200, "101", 9001 }, { status, answer.results[1].from.id, answer.results[1].to[1].toObjectId })
      end
    end)

    it("answer 207 when some records are missing, and keep the others", function()
      local status, answer = ask("POST", PAIR .. "batch/create",
        { inputs = { input(101, 9001, spec_of(279)), input(101, 4, spec_of(279)) } })
      assert.same({ 207, 1, 1 }, { status, #answer.results, answer.numErrors })
      local context = answer.errors[1].context
      assert.same({ { "101" }, { "4" } }, { context.fromObjectId, context.toObjectId })
      assert.equal("279", shown("contacts", 101, "companies", 9001))
    end)

    it("are refused whole for a type that does not exist", function()
      assert.equal(400, (ask("POST", PAIR .. "batch/create",
        { inputs = { input(101, 9001, spec_of(279)), input(102, 9001, spec_of(280)) } })))
      assert.is_nil(shown("contacts", 101, "companies", 9001))
    end)

    it("say NO_ASSOCIATIONS_FOUND for a record without any", function()
      local status, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "102" } } })
      assert.same({ 207, 1, "crm.associations.NO_ASSOCIATIONS_FOUND", "No company is associated with contact 102." },
        { status, answer.numErrors, answer.errors[1].subCategory, answer.errors[1].message })
      assert.same({ "102" }, answer.errors[1].context.fromObjectId)
    end)

    it("page a record of more than 500 links", function()
      local inputs = {}
      for i = 1, 501 do
        portal:seed("companies", 20000 + i)
        inputs[i] = input(101, 20000 + i, spec_of(279))
      end
      ask("POST", PAIR .. "batch/create", { inputs = inputs })
      local _, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "101" } } })
      local first = answer.results[1]
      assert.equal(500, #first.to)
      _, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "101", after = first.paging.next.after } } })
      assert.same({ 1, 20501 }, { #answer.results[1].to, answer.results[1].to[1].toObjectId })
      assert.is_nil(answer.results[1].paging)
    end)

    it("keep the ceilings of 2,000, 1,000 and 100", function()
      local ceilings = { create = 2000, read = 1000, archive = 100, ["labels/archive"] = 100,
        ["associate/default"] = 100 }
      for name, ceiling in pairs(ceilings) do
        local inputs = {}
        for i = 1, ceiling + 1 do inputs[i] = { id = 101 } end
        local status, answer = ask("POST", PAIR .. "batch/" .. name, { inputs = inputs })
        assert.same({ 400, true }, { status, answer.message:find("batch is " .. ceiling .. ".", 1, true) ~= nil })
      end
    end)

    it("link by default, both directions in the answer", function()
      local status, answer = ask("POST", PAIR .. "batch/associate/default",
        { inputs = { { from = { id = 101 }, to = { id = 9001 } }, { from = { id = 101 }, to = { id = 4 } } } })
      assert.same({ 200, 2, 1 }, { status, #answer.results, answer.numErrors })
    end)

    it("archive pairs and labels, with a body in the dated versions and none in v4", function()
      local boss = label("boss", "Boss")
      local roots = { [PAIR] = 200, ["/crm/v4/associations/contacts/companies/"] = 204 }
      for root, expected in pairs(roots) do
        ask("PUT", LINK, { spec_of(boss, "USER_DEFINED") })
        local inputs = { input(101, 9001, spec_of(boss, "USER_DEFINED")) }
        assert.equal(expected, (ask("POST", root .. "batch/labels/archive", { inputs = inputs })))
        assert.equal("279", shown("contacts", 101, "companies", 9001))
        inputs = { { from = { id = 101 }, to = { { id = 9001 } } } }
        assert.equal(expected, (ask("POST", root .. "batch/archive", { inputs = inputs })))
        assert.is_nil(shown("companies", 9001, "contacts", 101))
      end
    end)

    it("do nothing, well, without inputs", function()
      local status, answer = ask("POST", PAIR .. "batch/create", '{"inputs":[]}')
      assert.same({ 201, {} }, { status, answer.results })
      assert.equal(400, (ask("POST", PAIR .. "batch/create", "{}")))
    end)
  end)

  describe("labels", function()
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
      assert.same({ "Staff", "Primary", json.null }, { found["U" .. staff], found.H2, found.H280 })
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
      ask("PUT", LINK, { spec_of(boss, "USER_DEFINED") })
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

  describe("limits", function()
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
      for _, path in ipairs { ALL .. "all", CONF } do
        answer = select(2, ask("GET", path))
        assert.same({ { category = "HUBSPOT_DEFINED", typeId = 279, label = json.null,
          userEnforcedMaxToObjectIds = 6 } }, answer.results)
      end
      assert.equal(200, (set("purge")))
      answer = select(2, ask("GET", CONF))
      assert.same({}, answer.results)
      assert.equal(400, (set("update", 0)))
    end)

    it("are enforced, and what is there stays", function()
      set("create", 1)
      assert.equal(201, (ask("PUT", LINK, { spec_of(279) })))
      assert.equal(201, (ask("PUT", LINK, { spec_of(279) })))
      local status, body = ask("PUT", LINK:gsub("9001", "9002"), { spec_of(279) })
      assert.same({ 400, "VALIDATION_ERROR" }, { status, body.category })
      assert.same({ { "279" }, { "1" } }, { body.context.associationTypeId, body.context.limit })
      assert.is_nil(shown("contacts", 101, "companies", 9002))
      -- The same link written from the other side counts as well.
      assert.equal(400, (ask("PUT", ROOT .. "companies/9002/associations/contacts/101", { spec_of(280) })))
    end)
  end)
end)
