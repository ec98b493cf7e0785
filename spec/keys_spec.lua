local account = require "spec.support.account"
local tether = require "tether"

describe("keys instead of ids", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open {
      contacts = {
        { id = 1, properties = { email = "jane@example.com" } },
        { id = 2, properties = { email = "joe@example.com", erp_id = "42" } },
      },
      companies = {
        { id = 501, properties = { name = "One", domain = "one.example" } },
        { id = 502, properties = { name = "Two", domain = "two.example" } },
        { id = 503, properties = { name = "Twins", domain = "two.example" } },
      },
      labels = { { from = "contacts", to = "companies", label = "A", name = "a" } },
    }
  end)
  after_each(account.close)

  local function targets(contact)
    local found = {}
    for link in hub:associations("contacts", contact, "companies"):rows() do found[#found + 1] = link.to end
    return found
  end

  it("stand for one record in every verb", function()
    hub:associate("contacts", "email=Jane@Example.com", "companies", "domain=one.example", "A")
    assert.same({ 501 }, targets "email=jane@example.com")
    assert.equal("jane@example.com", hub:get("contacts", "email=jane@example.com", { properties = { "email" } })
      .properties.email)
    assert.equal(2, hub:get("contacts", "erp_id=42").id)
    hub:dissociate("contacts", "email=jane@example.com", "companies", "domain=one.example")
    assert.same({}, targets(1))
    hub:update("contacts", "email=joe@example.com", { firstname = "Joe" })
    assert.equal("Joe", hub:get("contacts", 2, { properties = { "firstname" } }).properties.firstname)
  end)

  it("are resolved once each, in batches, and reported", function()
    local set = tether.links("contacts", "companies")
    for _ = 1, 3 do set:add("email=jane@example.com", "domain=one.example") end
    set:add("email=JOE@example.com", 502)
    set:add(1, "domain=none.example")
    set:add(1, "domain=two.example")
    portal:clear_log()
    local outcome = hub:associate(set)
    assert.equal("4 linked, 0 unchanged, 2 rejected, 0 unknown", tostring(outcome))
    local reads, searches = 0, 0
    for _, request in ipairs(portal:log()) do
      reads = reads + (request.path:find("contacts/batch/read", 1, true) and 1 or 0)
      searches = searches + (request.path:find("/search", 1, true) and 1 or 0)
    end
    assert.same({ 1, 1 }, { reads, searches })
    local failures = {}
    for row in outcome:failures() do failures[#failures + 1] = row.error.code .. ": " .. row.error.message end
    assert.same({ "NOT_FOUND: no record of companies has domain=none.example",
      "CONFLICT: 2 records of companies have domain=two.example" }, failures)
    local how = {}
    for _, entry in ipairs(outcome.keys) do how[entry.key] = ("%s %d"):format(entry.how, entry.count) end
    assert.same({ ["email=jane@example.com"] = "unique property 1", ["email=JOE@example.com"] = "unique property 1",
      ["domain=one.example"] = "search 1", ["domain=none.example"] = "search 0", ["domain=two.example"] = "search 2" },
      how)
  end)

  it("follow the rules for none and for several", function()
    local rows = { { 1, "domain=none.example" }, { 1, "domain=two.example" } }
    local outcome = hub:associate("contacts", "companies", rows,
      { keys = { none = "skip", several = "first" } })
    assert.equal("1 linked, 0 unchanged, 0 rejected, 0 unknown, 1 skipped", tostring(outcome))
    assert.equal("skipped", outcome:state(1))
    assert.same({ 502 }, targets(1))
    outcome = hub:associate("contacts", "companies", { { "email=new@example.com", 501 } },
      { keys = { none = "create" } })
    assert.equal(1, outcome.linked)
    assert.equal("created", outcome.keys[1].how)
    assert.same({ 501 }, targets "email=new@example.com")
  end)

  local function requests(pattern)
    local count = 0
    for _, request in ipairs(portal:log()) do count = count + (request.path:find(pattern) and 1 or 0) end
    return count
  end

  local function robots()
    hub:request("POST", "/crm-object-schemas/2026-03/schemas", { name = "robot",
      labels = { singular = "Robot", plural = "Robots" }, primaryDisplayProperty = "chip",
      properties = { { name = "chip", label = "Chip", hasUniqueValue = true }, { name = "nick", label = "Nick" } },
      associatedObjects = { "CONTACT" } })
    return hub:create("robot", { chip = "A-1", nick = "ali" }), hub:create("robot", { chip = "A-2", nick = "bob" })
  end

  it("go by batch read where the account's schema calls the property unique, of custom objects too", function()
    local ali = robots()
    portal:clear_log()
    assert.equal(ali.id, hub:get("robot", "chip=a-1").id)
    assert.equal(ali.id, hub:get("robot", "chip=A-1").id)
    assert.same({ 1, 2, 0 }, { requests "schemas/2%-", requests "/batch/read$", requests "/search$" })
    assert.equal(ali.id, hub:get("robot", "nick=ALI").id)
    assert.equal(1, requests "/search$")
    assert.same({ 1 }, { requests "schemas/2%-" })
  end)

  it("go by batch read where an own property of contacts is unique", function()
    hub:request("POST", "/crm/properties/2026-03/contacts", { name = "crm_no", label = "No.", type = "string",
      fieldType = "text", groupName = "contactinformation", hasUniqueValue = true })
    local made = hub:create("contacts", { email = "n@example.com", crm_no = "77" })
    portal:clear_log()
    assert.equal(made.id, hub:get("contacts", "crm_no=77").id)
    assert.same({ 1, 0 }, { requests "contacts/batch/read$", requests "/search$" })
  end)

  it("create a record by a property that the account calls unique, and refuse it by one that it does not", function()
    robots()
    local rules = { keys = { none = "create" } }
    local outcome = hub:associate("robot", "contacts", { { "chip=new", 1 }, { "chip=NEW", 2 } }, rules)
    assert.equal(2, outcome.linked)
    local before = portal:dump()
    for _, key in ipairs { "nick=new", "nick=other" } do
      local ok, err = pcall(hub.associate, hub, "robot", "contacts", { { key, 1 } }, rules)
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", err.code)
      assert.matches("needs a property that no two records share", err.message)
      assert.matches("upsert", err.hint)
    end
    assert.equal(before, portal:dump())
  end)

  it("make nothing twice when the answer of the create is lost", function()
    portal:fault { operation = "records_create", reset = "after", times = 1 }
    local outcome = hub:associate("contacts", "companies", { { "email=new@example.com", 501 } },
      { keys = { none = "create" } })
    assert.equal(1, outcome.linked)
    local found = 0
    for _ in hub:search("contacts", { filters = { { "email", "EQ", "new@example.com" } } }) do found = found + 1 end
    assert.equal(1, found)
  end)

  it("find what this hub has just made, changed or archived, however late the search is", function()
    portal:set("search_delay", 3600)
    local made = hub:create("companies", { domain = "late.example" })
    assert.equal(made.id, hub:get("companies", "domain=late.example").id)
    hub:update("companies", made.id, { domain = "later.example" })
    assert.equal(made.id, hub:get("companies", "domain=later.example").id)
    assert.is_false((pcall(hub.get, hub, "companies", "domain=late.example")))
    hub:archive("companies", { made.id })
    local ok, err = pcall(hub.get, hub, "companies", "domain=later.example")
    assert.is_false(ok)
    assert.matches("a search lags", err.hint)
  end)

  it("are one key in every spelling of a domain or an address", function()
    for _, text in ipairs { "https://www.one.example/", "ONE.example", "http://one.example:8080/about?x=1#y",
      "www.one.example.", "https://user@one.example" } do
      assert.equal(501, hub:get("companies", "domain=" .. text).id, text)
    end
    assert.equal(1, hub:get("contacts", "email=mailto:jane@example.com").id)
  end)

  it("that an answer does not mention are failures of their rows", function()
    portal:fault { operation = "records_read", times = 1, status = 200,
      body = { status = "COMPLETE", results = { { id = "2", properties = { email = "joe@example.com" } } } } }
    local file = require("spec.support.files").write(
      "from,to\nemail=jane@example.com,501\nemail=joe@example.com,501\n2,502\n", ".csv")
    local report = hub:import(file, { from = "contacts", to = "companies" })
    assert.same({ 2, 1 }, { report.linked, report.rejected })
    assert.equal("NOT_CONFIRMED", report:reasons()[1].code)
  end)

  it("of contacts find further addresses, though the answer does not say which was asked for", function()
    portal:fault { operation = "records_read", times = 1, status = 200, body = { status = "COMPLETE", results = {
      { id = "2", properties = { email = "joe@example.com", hs_additional_emails = "old@example.com;J@example.com" } },
    } } }
    local outcome = hub:associate("contacts", "companies", { { "email=j@example.com", 501 },
      { "email=OLD@example.com", 502 } })
    assert.equal(2, outcome.linked)
    assert.same({ 501, 502 }, targets(2))
    for _, request in ipairs(portal:log()) do
      if request.path:find "contacts/batch/read$" then assert.matches("hs_additional_emails", request.body) end
    end
  end)

  it("array get follows records that were merged into others", function()
    portal:fault { operation = "records_read", times = 1, status = 200, body = { status = "COMPLETE", results = {
      { id = "2", properties = { hs_object_id = "2", hs_merged_object_ids = "71;72" } } } } }
    local found, failures = hub:get("contacts", { 71, 2, 72 })
    assert.same({}, failures)
    assert.same({ 2, 2, 2 }, { found[1].id, found[2].id, found[3].id })
  end)

  it("stand in arrays of get, update and archive, and in the ids of each_link", function()
    hub:associate("contacts", "companies", { { 1, 501 }, { 2, 502 } })
    local found, failures = hub:get("contacts", { "email=jane@example.com", 2, "email=no@example.com" })
    assert.same({ 1, 2 }, { found[1].id, found[2].id })
    assert.same({ 3, "NOT_FOUND" }, { failures[1].row, failures[1].error.code })
    found, failures = hub:update("contacts", { { id = "email=jane@example.com", properties = { firstname = "J" } },
      { id = "email=no@example.com", properties = { firstname = "N" } } })
    assert.same({ 1, 2 }, { found[1].id, failures[1].row })
    local links = 0
    for set in hub:each_link("contacts", "companies", { ids = { "email=jane@example.com", 2 } }) do
      links = links + #set
    end
    assert.equal(2, links)
    found, failures = hub:archive("contacts", { "email=joe@example.com", "email=no@example.com" })
    assert.same({ true, 2 }, { found[1], failures[1].row })
    assert.is_false((pcall(hub.get, hub, "contacts", 2)))
  end)

  it("are told with the calls that they cost, and while they are looked up", function()
    local lines, contacts, told = { "from,to" }, {}, {}
    for i = 1, 2500 do
      contacts[i] = { id = 1000 + i, properties = { email = ("c%d@example.com"):format(i) } }
      lines[#lines + 1] = ("email=c%d@example.com,501"):format(i)
    end
    portal:seed { contacts = contacts }
    local before = portal:counters().requests
    local report = hub:import(require("spec.support.files").write(table.concat(lines, "\n"), ".csv"),
      { from = "contacts", to = "companies", on_progress = function(one) told[#told + 1] = one.calls end })
    assert.equal(2500, report.linked)
    assert.equal(portal:counters().requests - before, report.calls)
    assert.equal(10, told[1])
    assert.equal(20, told[2])
  end)

  it("choose the rows of a set that have them, in any spelling", function()
    local set = tether.links("contacts", "companies")
    set:add("email=jane@example.com", "domain=one.example"):add(2, "domain=two.example"):add(1, 502)
    assert.equal(1, #set:filter { from = "email=JANE@example.com" })
    assert.equal(2, #set:filter { from = { "email=mailto:jane@example.com", 2 } })
    assert.equal(1, #set:filter { to = "domain=https://www.two.example/", from = 2 })
    assert.equal(1, #set:filter { to = 502 })
    assert.equal(0, #set:filter { from = "email=no@example.com" })
    assert.equal(1, hub:associate(set:filter { from = "email=jane@example.com" }).linked)
  end)

  it("are refused for one pair with what is wrong, and by rules that do not exist", function()
    local ok, err = pcall(hub.associate, hub, "contacts", "email=no@example.com", "companies", 501)
    assert.is_false(ok)
    assert.equal("NOT_FOUND", err.code)
    ok, err = pcall(hub.associate, hub, "contacts", "companies", { { "email=x@example.com", 501 } },
      { keys = { none = "make" } })
    assert.is_false(ok)
    assert.equal("BAD_ARGUMENT", err.code)
    ok, err = pcall(hub.associate, hub, "contacts", "email=", "companies", 501)
    assert.is_false(ok)
    assert.equal("BAD_ID", err.code)
  end)
end)
