-- The bytes on the wire equal the mission page's: method, path and JSON value.
local account = require "spec.support.account"
local tether = require "tether"
local json = require "tether.json"

describe("the overview's requests", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
  end)
  after_each(account.close)

  local function last()
    local log = portal:log()
    return log[#log]
  end

  it("create a record with its associations", function()
    local jane = hub:create("contacts", { firstname = "Jane", lastname = "Smith", email = "jsmith@example.com" },
      { { to = 9001, type = "companies", types = { 279 } } })
    assert.equal("integer", math.type(jane.id))
    assert.equal("Jane", jane.properties.firstname)
    local request = last()
    assert.equal("POST", request.method)
    assert.equal("/crm/objects/2026-03/contacts", request.path)
    assert.same({
      properties = { firstname = "Jane", lastname = "Smith", email = "jsmith@example.com" },
      associations = { { to = { id = 9001 },
        types = { { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 279 } } } },
    }, json.decode(request.body))
  end)

  it("associate two records by type id in the path, and take it back", function()
    hub:associate("contacts", 101, "companies", 9001, 279)
    assert.equal("PUT", last().method)
    assert.equal("/crm/objects/2026-03/contacts/101/associations/companies/9001/279", last().path)
    assert.equal("", last().body)
    assert.equal(1, #hub:associations("contacts", 101, "companies"))
    hub:unlabel("contacts", 101, "companies", 9001, 279, { everything = true })
    assert.equal("DELETE", last().method)
    assert.equal("/crm/objects/2026-03/contacts/101/associations/companies/9001/279", last().path)
    assert.equal(0, #hub:associations("contacts", 101, "companies"))
  end)

  for _, form in ipairs {
    { nil, "/crm/associations/2026-03/contacts/companies/batch/create" },
    { "overview", "/crm/objects/2026-03/associations/contacts/companies/batch/create" },
  } do
    it("associate with a default and a label at once: " .. form[2], function()
      local narrow = tether.connect { url = portal.url, token = portal.token, routes = form[1] }
      portal:seed { labels = { { from = "contacts", to = "companies", label = "Partner", name = "partner", id = 42 } } }
      local outcome = narrow:associate("contacts", "companies", { { 101, 9001, { 279, "Partner" } } })
      assert.equal(1, outcome.linked)
      assert.equal("POST", last().method)
      assert.equal(form[2], last().path)
      assert.same({ inputs = { { from = { id = "101" }, to = { id = "9001" }, types = {
        { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 279 },
        { associationCategory = "USER_DEFINED", associationTypeId = 42 },
      } } } }, json.decode(last().body))
      narrow:close()
    end)
  end

  it("retrieve all companies of a contact, with labels in both directions, and remove the link", function()
    hub.labels:create("contacts", "companies", { label = "Manager", name = "manager_employee", inverse = "Employee" })
    hub:associate("contacts", 101, "companies", 9001, { "Manager" })
    local link = hub:associations("contacts", 101, "companies"):row(1)
    assert.same({ 101, 9001, { "Manager" }, false }, { link.from, link.to, link.labels, link.primary })
    local back = hub:associations("companies", { 9001 }, "contacts"):row(1)
    assert.same({ 9001, 101, { "Employee" } }, { back.from, back.to, back.labels })
    hub:dissociate("contacts", 101, "companies", 9001)
    assert.equal("DELETE", last().method)
    assert.equal("/crm/objects/2026-03/contacts/101/associations/companies/9001", last().path)
    assert.equal(0, #hub:associations("contacts", { 101 }, "companies"))
  end)

  it("make a label, limit it and list the type ids of the pair", function()
    local label = hub.labels:create("contacts", "companies", { label = "Decision maker", name = "decision_maker" })
    assert.same({ label = "Decision maker", name = "decision_maker" }, json.decode(portal:log()[1].body))
    hub.limits:set("contacts", "companies", { ["Decision maker"] = 1 })
    assert.equal("/crm/associations/2026-03/definitions/configurations/contacts/companies/batch/update", last().path)
    assert.same({ inputs = { { category = "USER_DEFINED", typeId = label.id, maxToObjectIds = 1 } } },
      json.decode(last().body))
    assert.equal(1, hub.limits:list("contacts", "companies")[1].max)
    local ids = {}
    for _, one in ipairs(hub.labels:list("contacts", "companies")) do ids[one.category .. one.id] = one.label or "" end
    assert.equal("Primary", ids.HUBSPOT_DEFINED1)
    assert.equal("", ids.HUBSPOT_DEFINED279)
    assert.equal("Decision maker", ids["USER_DEFINED" .. label.id])
    assert.equal(label.id, hub.types:id("contacts", "companies", "decision MAKER"))
  end)
end)

describe("an associated set", function()
  local portal, hub
  before_each(function()
    portal = tether.portal()
    for id = 1, 30 do portal:seed("contacts", id) end
    for id = 501, 530 do portal:seed("companies", id) end
    hub = tether.connect { url = portal.url, token = portal.token }
    hub.labels:ensure("contacts", "companies", "Decision maker")
    hub.labels:ensure("contacts", "companies", "Billing contact")
  end)
  after_each(function() hub:close() portal:close() end)

  local function labels_of(contact)
    local found = {}
    for link in hub:associations("contacts", contact, "companies"):rows() do
      table.sort(link.labels)
      found[link.to] = link.labels
    end
    return found
  end

  it("keeps the labels that a pair has, whatever the account makes of a write", function()
    hub:associate("contacts", 1, "companies", 501, "Decision maker")
    hub:associate("contacts", 1, "companies", 501, "Billing contact")
    hub:associate(tether.links("contacts", "companies"):add(1, 501))
    assert.same({ [501] = { "Billing contact", "Decision maker" } }, labels_of(1))
  end)

  it("tells unchanged rows from linked ones, and merges the rows of one pair", function()
    hub:associate("contacts", 1, "companies", 501)
    local set = tether.links("contacts", "companies")
    set:add(1, 501):add(2, 502, "Decision maker"):add(2, 502, "Billing contact"):add(3, 503)
    portal:clear_log()
    local outcome = hub:associate(set)
    assert.equal("3 linked, 1 unchanged, 0 rejected, 0 unknown", tostring(outcome))
    assert.same({ [502] = { "Billing contact", "Decision maker" } }, labels_of(2))
    local writes = 0
    for _, request in ipairs(portal:log()) do writes = writes + (request.path:match "batch/create$" and 1 or 0) end
    assert.equal(1, writes)
    assert.equal("4 unchanged", tostring(hub:associate(set)):match "(%d unchanged)")
  end)

  it("rejects the rows that are wrong, with the reason, and links all others", function()
    local set = tether.links("contacts", "companies")
    for id = 1, 30 do set:add(id, 500 + id, id % 3 == 0 and "Decision maker" or nil) end
    set:add(999, 501):add(1, 888):add(777, 666, "Decision maker")
    local outcome = hub:associate(set)
    assert.equal("30 linked, 0 unchanged, 3 rejected, 0 unknown", tostring(outcome))
    local failures = {}
    for row in outcome:failures() do failures[#failures + 1] = ("%d-%d %s"):format(row.from, row.to, row.error.code) end
    assert.same({ "999-501 NOT_FOUND", "1-888 NOT_FOUND", "777-666 NOT_FOUND" }, failures)
    local ok, err = pcall(outcome.assert, outcome)
    assert.is_false(ok)
    assert.equal("ROWS_FAILED", err.code)
    assert.matches("3 of 33 rows failed; the first is row 31, 999 to 501", err.message)
  end)

  it("is removed again in batches, and once more without harm", function()
    local set = tether.links("contacts", "companies")
    for id = 1, 30 do set:add(id, 501) end
    hub:associate(set):assert()
    assert.equal(30, #hub:associations("companies", 501, "contacts"))
    assert.equal(30, hub:dissociate(set).linked)
    assert.equal(30, hub:dissociate(set).linked)
    assert.equal(0, #hub:associations("companies", 501, "contacts"))
  end)

  it("loses single labels, and keeps the link", function()
    local set = tether.links("contacts", "companies"):add(1, 501, { "Decision maker", "Billing contact" })
    hub:associate(set):assert()
    assert.equal(1, hub:unlabel("contacts", 1, "companies", 501, "Decision maker").linked)
    assert.same({ [501] = { "Billing contact" } }, labels_of(1))
    hub:unlabel("contacts", 1, "companies", 501, "Billing contact")
    assert.same({ [501] = {} }, labels_of(1))
  end)

  it("meets a limit as a rejected row", function()
    hub.limits:set("contacts", "companies", { ["Decision maker"] = 1 })
    local outcome = hub:associate(tether.links("contacts", "companies"):add(1, 501, "Decision maker")
      :add(1, 502, "Decision maker"))
    assert.equal(1, outcome.linked)
    assert.equal(1, outcome.rejected)
  end)
end)

describe("bad input is refused before anything is sent", function()
  local portal, hub
  setup(function()
    portal = tether.portal()
    hub = tether.connect { url = portal.url, token = portal.token }
  end)
  teardown(function() hub:close() portal:close() end)

  local cases = {
    { "an id with letters", "BAD_ID", function() hub:associate("contacts", "abc", "companies", 1) end },
    { "an id of 0", "BAD_ID", function() hub:associate("contacts", 1, "companies", 0) end },
    { "a float", "BAD_ID", function() hub:get("contacts", 1.5) end },
    { "an unknown object type", "OBJECT_TYPE_UNKNOWN", function() tether.links("contcts", "companies") end },
    { "a type id of the wrong direction", "TYPE_WRONG_DIRECTION",
      function() hub:associate("contacts", 1, "companies", 2, 280) end },
    { "an empty type list", "TYPES_EMPTY", function() hub:associate("contacts", 1, "companies", 2, {}) end },
    { "an unknown option", "OPTION_UNKNOWN", function() tether.connect { tokn = "x" } end },
    { "the plain type without the flag", "BAD_ARGUMENT",
      function() hub:unlabel("contacts", 1, "companies", 2, 279) end },
    { "types for dissociate", "BAD_ARGUMENT", function() hub:dissociate("contacts", 1, "companies", 2, 279) end },
    { "a missing token", "TOKEN_MISSING", function() tether.connect { token = "" } end },
    { "an unknown version", "BAD_ARGUMENT", function() tether.connect { token = "t", version = "2024-01" } end },
    { "a wrong association", "BAD_ARGUMENT",
      function() hub:create("contacts", { a = 1 }, { { to = 1, types = { 279 } } }) end },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      portal:clear_log()
      local ok, err = pcall(case[3])
      assert.is_false(ok)
      assert.equal(case[2], err.code, tostring(err))
      assert.is_true(#err.hint > 10)
      assert.equal(0, #portal:log())
    end)
  end

  it("but a name that is not built in is looked for among the custom objects, once", function()
    portal:clear_log()
    for _ = 1, 2 do
      local ok, err = pcall(hub.associate, hub, "contcts", 1, "companies", 2)
      assert.is_false(ok)
      assert.equal("OBJECT_TYPE_UNKNOWN", err.code)
      assert.matches('"contacts"', err.message)
    end
    assert.equal(1, #portal:log())
    assert.equal("GET", portal:log()[1].method)
  end)

  it("but a label is looked up, and the nearest one suggested", function()
    hub.labels:ensure("contacts", "companies", "Decision maker")
    local ok, err = pcall(hub.associate, hub, "contacts", 1, "companies", 2, "Decison maker")
    assert.is_false(ok)
    assert.equal("LABEL_UNKNOWN", err.code)
    assert.matches('"Decision maker"', err.message)
  end)

  it("and the server's refusal of one pair is raised with its code, status and correlation id", function()
    local ok, err = pcall(hub.associate, hub, "contacts", 1, "companies", 2)
    assert.is_false(ok)
    assert.equal("NOT_FOUND", err.code)
    assert.equal(400, err.status)
    assert.equal(36, #err.correlation_id)
    assert.matches("CONTACT=1 is not valid", err.message)
    local wrong = tether.connect { url = portal.url, token = "other" }
    ok, err = pcall(wrong.get, wrong, "contacts", 1)
    assert.is_false(ok)
    assert.equal("UNAUTHENTICATED", err.code)
    wrong:close()
  end)
end)

describe("a path that the account does not know", function()
  local contacts, companies = { { id = 1 } }, { { id = 5 } }

  it("is told in JSON with the words of a missing record, and the other form is taken all the same", function()
    for _, case in ipairs { { "overview_route", "batch" }, { "typed_route", "typed" } } do
      local portal <close> = tether.portal { switches = { [case[1]] = 404 } }
      portal:seed { contacts = contacts, companies = companies }
      local hub <close> = portal:connect()
      hub.form = "overview"
      if case[2] == "batch" then
        assert.equal(1, hub:associate("contacts", "companies", { { 1, 5 } }).linked)
      else
        assert.equal(1, hub:associate("contacts", 1, "companies", 5, 279).linked)
      end
      assert.same({ 404, "application/json" }, { portal:log()[1].status, portal:log()[1].headers.accept })
      assert.equal(1, #hub:associations("contacts", 1, "companies"))
    end
  end)

  it("is not taken for one where the record is missing", function()
    local portal <close> = tether.portal { switches = { missing_record = 404 } }
    portal:seed { contacts = contacts }
    local hub <close> = portal:connect()
    local fine, problem = pcall(hub.associate, hub, "contacts", 1, "companies", 5, 279)
    assert.same({ false, "NOT_FOUND" }, { fine, problem.code })
  end)
end)
