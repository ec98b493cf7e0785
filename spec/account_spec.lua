-- What differs from account to account: ceilings, pages, custom objects, merged records, labels and limits as a file.
local accounts = require "spec.support.account"
local tether = require "tether"

local function account(options, facts)
  local portal = tether.portal(options)
  portal:seed(facts or {})
  return portal, portal:connect()
end

local function records(first, count)
  local list = {}
  for id = first, first + count - 1 do list[#list + 1] = { id = id } end
  return list
end

local function requests(portal, pattern)
  local count = 0
  for _, request in ipairs(portal:log()) do count = count + (request.path:find(pattern) and 1 or 0) end
  return count
end

describe("an account", function()
  local portal, hub
  after_each(function() hub:close() portal:close() end)

  it("that takes fewer inputs gets fewer: learnt once, remembered, noted once", function()
    portal, hub = account({ switches = { batch_create_most = 30, batch_read_most = 20, batch_most = 7 } },
      { contacts = records(1, 100), companies = records(501, 1) })
    local set = tether.links("contacts", "companies")
    for id = 1, 100 do set:add(id, 501) end
    assert.equal(100, hub:associate(set).linked)
    assert.equal(3, #hub.notices >= 2 and 3)
    local notices = #hub.notices
    portal:clear_log()
    assert.equal(100, hub:associate(set).unchanged)
    assert.equal(notices, #hub.notices)
    assert.is_true(requests(portal, "batch/read") <= 9)
    for _, request in ipairs(portal:log()) do assert.is_true(request.status < 300) end
    assert.equal(100, hub:dissociate(set).linked)
    assert.equal(0, #hub:associations("companies", 501, "contacts"))
  end)

  it("that shows three targets a page is read to the end, followers sharing their batches", function()
    portal, hub = account({ switches = { page = 3 } }, { contacts = records(1, 4), companies = records(501, 10) })
    local set = tether.links("contacts", "companies")
    for contact = 1, 4 do
      for company = 501, 510 do set:add(contact, company) end
    end
    hub:associate(set, { read = false }):assert()
    portal:clear_log()
    assert.equal(40, #hub:associations("contacts", { 1, 2, 3, 4 }, "companies"))
    assert.equal(4, requests(portal, "batch/read")) -- ceil(10 / 3) pages, four records in each
    assert.equal(10, #hub:associations("contacts", 1, "companies"))
  end)

  it("with custom objects knows them by name, label and id, plain types included", function()
    portal, hub = account(nil, { contacts = records(1, 3) })
    hub:request("POST", "/crm-object-schemas/2026-03/schemas", { name = "pets", requiredProperties = { "name" },
      labels = { singular = "Pet", plural = "House pets" }, primaryDisplayProperty = "name",
      associatedObjects = { "CONTACT" },
      properties = { { name = "name", label = "Name", type = "string", fieldType = "text" } } })
    local id = hub:schema("pets").objectTypeId
    local rex = hub:create("House pets", { name = "Rex" })
    assert.equal(id, hub:object_type "PET")
    hub:associate("pets", rex.id, "contacts", 1)
    hub:associate(hub:links("pets", "contacts"):add(rex.id, 2))
    hub.labels:ensure("pets", "contacts", { label = "Owner", inverse = "Owned" })
    hub:associate(id, rex.id, "contacts", 3, "Owner")
    assert.equal(3, #hub:associations("pets", rex.id, "contacts"))
    assert.same({ "Owned" }, hub:associations("contacts", 3, "pets"):row(1).labels)
    local ok, err = pcall(hub.object_type, hub, "petz")
    assert.is_false(ok)
    assert.matches('did you mean "pets"', err.message)
  end)

  it("that has merged a record answers for the survivor, and the outcome follows and tells", function()
    portal, hub = account(nil, { contacts = records(1, 3), companies = records(501, 1) })
    hub:request("POST", "/crm/objects/2026-03/contacts/merge", { primaryObjectId = "1", objectIdToMerge = "2" })
    local outcome = hub:associate("contacts", "companies", { { 2, 501 }, { 3, 501 } })
    assert.equal(2, outcome.linked + outcome.unchanged)
    assert.equal(1, #hub:associations("contacts", 1, "companies"))
    if outcome.merged then assert.equal(hub:get("contacts", 2).id, outcome.merged[2]) end
  end)

  it("gives its labels and limits to a file, and another account takes them by name", function()
    portal, hub = account(nil, { labels = {
      { from = "contacts", to = "companies", label = "Manager", name = "manager_employee", inverseLabel = "Employee" },
      { from = "contacts", to = "companies", label = "Partner", name = "partner" },
      { from = "deals", to = "contacts", label = "Buyer", name = "buyer" },
    } })
    hub.limits:set("contacts", "companies", { default = 9, Manager = 2 })
    hub.limits:set("companies", "contacts", { Employee = 4 })
    local path = os.tmpname()
    hub:export_schema(path)
    local other_portal, other = account(nil, { labels = {
      { from = "tickets", to = "contacts", label = "Filler", name = "filler" },
      { from = "contacts", to = "companies", label = "partner", name = "partner" } } })
    assert.same({ created = 2, present = 1, limits = 3 }, other:import_schema(path))
    assert.same({ created = 0, present = 3, limits = 3 }, other:import_schema(path))
    assert.equal("Employee", other.labels:inverse("contacts", "companies",
      { category = "USER_DEFINED", id = other.types:id("contacts", "companies", "Manager") }))
    local limits = {}
    for _, one in ipairs(other.limits:list("contacts", "companies")) do limits[one.label or "default"] = one.max end
    assert.same({ default = 9, Manager = 2 }, limits)
    other:close()
    other_portal:close()
    os.remove(path)
    local ok, err = pcall(hub.import_schema, hub, "README.md")
    assert.is_false(ok)
    assert.equal("FILE_FAILED", err.code)
  end)

  it("has labels that are renamed on the side that is named, and deleted only when unused or forced", function()
    portal, hub = account(nil, { contacts = records(1, 2), companies = records(501, 2), labels = {
      { from = "contacts", to = "companies", label = "Manager", name = "m", inverseLabel = "Employee" },
      { from = "companies", to = "contacts", label = "Supplier", name = "s", inverseLabel = "Buyer" },
      { from = "contacts", to = "companies", label = "Single", name = "x" } } })
    local function texts(from, to) return accounts.labels(hub, from, to) end
    hub.labels:rename("contacts", "companies", "Manager", { label = "Boss" })
    hub.labels:rename("contacts", "companies", "Buyer", { label = "Customer" })
    hub.labels:rename("companies", "contacts", "Single", { label = "Both" })
    assert.same({ "Boss", "Both", "Customer" }, texts("contacts", "companies"))
    assert.same({ "Both", "Employee", "Supplier" }, texts("companies", "contacts"))
    hub:associate("contacts", "companies", { { 1, 501, "Boss" }, { 2, 502, "Boss" } }):assert()
    local ok, err = pcall(hub.labels.delete, hub.labels, "contacts", "companies", "Boss")
    assert.is_false(ok)
    assert.equal("CONFLICT", err.code)
    assert.matches("2 links would lose it", err.message)
    assert.is_true(hub.labels:delete("contacts", "companies", "Boss", { force = true }))
    assert.is_true(hub.labels:delete("contacts", "companies", "Customer"))
    assert.same({ "Both" }, texts("companies", "contacts"))
    ok, err = pcall(hub.labels.delete, hub.labels, "contacts", "companies", "primary")
    assert.is_false(ok)
    assert.equal("BAD_ARGUMENT", err.code)
  end)

  it("has limits whose rules are checked before sending", function()
    portal, hub = account(nil, { labels = { { from = "contacts", to = "companies", label = "A", name = "a" } } })
    hub.limits:set("contacts", "companies", { default = 10, A = 4 })
    local writes = requests(portal, "batch/update")
    for _, wrong in ipairs { { A = 11 }, { default = 3 }, { A = 0 }, { A = 10001 }, {}, { default = 5, A = 6 } } do
      local ok, err = pcall(hub.limits.set, hub.limits, "contacts", "companies", wrong)
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", err.code)
    end
    assert.equal(writes, requests(portal, "batch/update"))
    hub.limits:set("contacts", "companies", { default = 20, A = 11 })
  end)

  it("is asked once more for a label that somebody made meanwhile", function()
    portal, hub = account(nil, { contacts = records(1, 1), companies = records(501, 1) })
    assert.equal(0, #hub.labels:list("contacts", "deals") - 1)
    hub.labels:list("contacts", "companies")
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Late", name = "late" } } }
    assert.equal(1, hub:associate("contacts", 1, "companies", 501, "Late").linked)
  end)

  it("that lists a new label late lets it be used at once, by the ids that its creation answered", function()
    portal, hub = account({ switches = { label_delay = 2 } }, { contacts = records(1, 1), companies = records(501, 1) })
    local made = hub.labels:ensure("contacts", "companies", { label = "Fresh", inverse = "Fresh back" })
    assert.equal(1, hub:associate("contacts", 1, "companies", 501, "Fresh").linked)
    assert.equal(made.id, hub.types:id("contacts", "companies", "fresh"))
  end)

  it("that shows writes late is read until it shows them", function()
    portal, hub = account({ switches = { stale_reads = 1 } }, { contacts = records(1, 2), companies = records(501, 1),
      labels = { { from = "contacts", to = "companies", label = "A", name = "a" },
        { from = "contacts", to = "companies", label = "B", name = "b" } } })
    portal:set("labels", "append")
    assert.equal(1, hub:associate(tether.links("contacts", "companies"):add(1, 501, "A"), { verify = 5 }).linked)
    hub:associate("contacts", 2, "companies", 501, "A")
    hub:relabel("contacts", 2, "companies", 501, "B", { verify = 5 }) -- right after a write that no read shows yet
    local labels = {}
    for link in hub:associations("contacts", { 2 }, "companies"):rows() do labels = link.labels end
    assert.same({ "B" }, labels)
    local outcome = hub:dissociate("contacts", "companies", { { 1, 501 } }, { verify = 0.1 })
    assert.equal(1, outcome.unknown) -- which is the truth: nobody can know yet
  end)

  it("says that its cap of labels is reached", function()
    portal, hub = account { switches = { label_cap = 1 } }
    hub.labels:ensure("contacts", "companies", "One")
    local ok, err = pcall(hub.labels.ensure, hub.labels, "contacts", "companies", "Two")
    assert.is_false(ok)
    assert.same({ "LABEL_CAP", 437 }, { err.code, err.status })
  end)
end)

describe("a server that gives the same cursor twice", function()
  local nginx = require "spec.support.nginx"
  local server, hub
  setup(function()
    local port = nginx.free_port()
    local list = '{"results":[{"toObjectId":5,"associationTypes":[]}],"paging":{"next":{"after":"again"}}}'
    local batch = '{"status":"COMPLETE","results":[{"from":{"id":"1"},"to":[{"toObjectId":5,"associationTypes":[]}],' ..
      '"paging":{"next":{"after":"again"}}}]}'
    local page = '{"results":[{"id":"1","properties":{}}],"paging":{"next":{"after":"again"}}}'
    server = nginx.start { port = port, servers = ([[server { listen 127.0.0.1:%d; default_type application/json;
      location = /crm/objects/2026-03/contacts/1/associations/companies { return 200 '%s'; }
      location = /crm/associations/2026-03/contacts/companies/batch/read { return 200 '%s'; }
      location = /crm/objects/2026-03/contacts { return 200 '%s'; } }]]):format(port, list, batch, page) }
    hub = tether.connect { url = "http://127.0.0.1:" .. port, token = "t" }
  end)
  teardown(function()
    hub:close()
    server.stop()
  end)

  local reads = {
    list = function() hub:associations("contacts", 1, "companies") end,
    ["batch read"] = function() hub:associations("contacts", { 1 }, "companies") end,
    records = function() for _ in hub:records "contacts" do end end,
    ["walk over all"] = function() for _ in hub:each_link("contacts", "companies") do end end,
  }
  for name, read in pairs(reads) do
    it("is found out in a " .. name, function()
      local ok, err = pcall(read)
      assert.is_false(ok)
      assert.equal("ANSWER_MALFORMED", err.code)
      assert.matches('the same cursor "again" twice', err.message)
    end)
  end
end)
