local given = require "spec.support.portal"

describe("the portal's state", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local facts = {
    schemas = { { name = "pet", number = 33, labels = { singular = "Pet", plural = "Pets" },
      associatedObjects = { "contacts" } } },
    labels = { { from = "contacts", to = "companies",
      label = "Boss", inverseLabel = "Staff", id = 42, inverseId = 43 } },
    tickets = { { id = 77, properties = { subject = "Help" } } },
    ["2-33"] = { { id = 5 } },
    links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { "Boss", 1 } },
      { from = "2-33", fromId = 5, to = "contacts", toId = 102 } },
    limits = { { from = "contacts", to = "companies", type = 279, most = 7 } },
  }

  it("is seeded from a table, with ids of one's choice", function()
    portal:seed(facts)
    assert.same({ [9001] = "1 279 U42" }, given.links(portal, "contacts", 101, "companies"))
    assert.same({ [101] = "2 280 U43" }, given.links(portal, "companies", 9001, "contacts"))
    local _, ticket = ask("GET", "/crm/objects/2026-03/tickets/77")
    assert.equal("Help", ticket.properties.subject)
    local _, limits = ask("GET", "/crm/associations/2026-03/definitions/configurations/all")
    assert.equal(7, limits.results[1].userEnforcedMaxToObjectIds)
  end)

  it("is dumped as lines that make the same account", function()
    portal:seed(facts)
    ask("DELETE", "/crm/objects/2026-03/contacts/103")
    ask("POST", "/crm/objects/2026-03/companies/merge", { primaryObjectId = "9002", objectIdToMerge = "9003" })
    local lines = portal:dump()
    portal:reset()
    assert.equal("", portal:dump())
    assert.equal(404, (ask("GET", "/crm/objects/2026-03/contacts/101")))
    portal:seed(lines)
    assert.equal(lines, portal:dump())
    assert.same({ [9001] = "1 279 U42" }, given.links(portal, "contacts", 101, "companies"))
    assert.equal(404, (ask("GET", "/crm/objects/2026-03/contacts/103")))
  end)

  it("is not changed by a seed that fails, whose line is named", function()
    local before = portal:dump()
    local ok, err = pcall(portal.seed, portal, '{"kind":"record","type":"contacts","id":"9"}\n{"kind":"reword"}')
    assert.is_false(ok)
    assert.same({ "INVALID", 2 }, { err.code, err.place })
    assert.equal(before, portal:dump())
  end)

  it("leads from a merged id to the survivor, with the links of both", function()
    ask("PUT", "/crm/objects/2026-03/contacts/101/associations/default/companies/9001")
    ask("PUT", "/crm/objects/2026-03/contacts/102/associations/default/companies/9002")
    local status, merged = ask("POST", "/crm/objects/2026-03/contacts/merge",
      { primaryObjectId = "101", objectIdToMerge = "102" })
    assert.equal(200, status)
    local _, found = ask("GET", "/crm/objects/2026-03/contacts/102")
    assert.equal(merged.id, found.id)
    assert.same({ [9001] = "279", [9002] = "279" }, given.links(portal, "contacts", 102, "companies"))
    assert.equal(200, (ask("PUT", "/crm/objects/2026-03/contacts/102/associations/default/companies/9003")))
    assert.same({ [tonumber(merged.id)] = "280" }, given.links(portal, "companies", 9003, "contacts"))
  end)

  it("leads from a merged id to the survivor in batches, removals and searches as well", function()
    local _, merged = ask("POST", "/crm/objects/2026-03/contacts/merge",
      { primaryObjectId = "101", objectIdToMerge = "102" })
    local PAIR = "/crm/associations/2026-03/contacts/companies/batch/"
    local function post(path, body) return ask("POST", path, { inputs = { body } }) end
    assert.equal(201, (post(PAIR .. "create", given.input(102, 9001, 279))))
    local _, read = post(PAIR .. "read", { id = "102" })
    assert.same({ "102", 9001 }, { read.results[1].from.id, read.results[1].to[1].toObjectId })
    _, read = post("/crm/objects/2026-03/contacts/batch/read", { id = "102" })
    assert.equal(merged.id, read.results[1].id)
    _, read = post("/crm/objects/2026-03/contacts/batch/update", { id = "102", properties = { firstname = "Jane" } })
    assert.equal(merged.id, read.results[1].id)
    _, read = ask("POST", "/crm/objects/2026-03/companies/search", { filterGroups = { { filters = { {
      propertyName = "associations.contact", operator = "EQ", value = "102" } } } } })
    assert.equal("9001", read.results[1].id)
    for _, name in ipairs { "labels/archive", "archive" } do
      assert.equal(201, (post(PAIR .. "create", given.input(101, 9001, 279))))
      local gone = given.input(102, 9001, 279)
      if name == "archive" then gone.to = { gone.to } end
      assert.equal(200, (post(PAIR .. name, gone)))
      assert.same({}, given.links(portal, "contacts", 101, "companies"))
    end
    assert.equal(204, (post("/crm/objects/2026-03/contacts/batch/archive", { id = "102" })))
    assert.equal(404, (ask("GET", "/crm/objects/2026-03/contacts/101")))
  end)

  it("forgets a contact for good when told so", function()
    ask("PUT", "/crm/objects/2026-03/contacts/101/associations/default/companies/9001")
    assert.equal(204, (ask("POST", "/crm/objects/2026-03/contacts/gdpr-delete", { objectId = "101" })))
    assert.equal(404, (ask("GET", "/crm/objects/2026-03/contacts/101?archived=true")))
    assert.same({}, given.links(portal, "companies", 9001, "contacts"))
  end)

  describe("by the routes under /portal", function()
    it("does not exist unless asked for", function()
      assert.equal(404, (ask("GET", "/portal/state")))
    end)

    it("is seeded, dumped, switched, put forward, made to fail and reset by other programs", function()
      local open <close> = given.open { admin = true }
      local function admin(...) return given.ask(open, ...) end
      assert.equal(401, (admin("GET", "/portal/state", nil, { authorization = false })))
      assert.equal(204, (admin("POST", "/portal/state", '{"kind":"record","type":"deals","id":"7"}')))
      local status, lines = admin("GET", "/portal/state")
      assert.equal(200, status)
      assert.equal(open:dump(), lines)
      assert.equal(204, (admin("PATCH", "/portal/switches", { labels = "append", page = 3 })))
      assert.equal(400, (admin("PATCH", "/portal/switches", { labels = "sometimes" })))
      local before = open:clock()
      assert.equal(204, (admin("PATCH", "/portal/clock", { advance = 3600 })))
      assert.is_true(open:clock() - before >= 3600000)
      assert.equal(204, (admin("POST", "/portal/faults", { status = 503 })))
      assert.equal(503, (admin("GET", "/crm/objects/2026-03/deals/7")))
      assert.equal(204, (admin("DELETE", "/portal/faults")))
      assert.equal(200, (admin("GET", "/crm/objects/2026-03/deals/7")))
      local _, counters = admin("GET", "/portal/counters")
      assert.same({ 1, 2, 0, 1 }, { counters.faults, counters.requests, counters.rateLimited,
        counters.operations.record_get })
      local _, log = admin("GET", "/portal/log")
      local first = given.json.decode(log:match "^[^\n]+")
      assert.same({ "record_get", "GET", "/crm/objects/2026-03/deals/7", 503, "" },
        { first.operation, first.method, first.path, first.status, first.body })
      assert.equal(204, (admin("DELETE", "/portal/log")))
      assert.equal("", select(2, admin("GET", "/portal/log")) or "")
      assert.equal(204, (admin("DELETE", "/portal/state")))
      assert.equal(404, (admin("GET", "/crm/objects/2026-03/deals/7")))
    end)
  end)
end)
