local tether = require "tether"

describe("keys instead of ids", function()
  local portal, hub
  before_each(function()
    portal = tether.portal()
    portal:seed {
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
    hub = portal:connect()
  end)
  after_each(function()
    hub:close()
    portal:close()
  end)

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
    assert.equal("1 linked, 1 unchanged, 0 rejected, 0 unknown", tostring(outcome))
    assert.same({ 502 }, targets(1))
    outcome = hub:associate("contacts", "companies", { { "email=new@example.com", 501 } },
      { keys = { none = "create" } })
    assert.equal(1, outcome.linked)
    assert.equal("created", outcome.keys[1].how)
    assert.same({ 501 }, targets "email=new@example.com")
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
