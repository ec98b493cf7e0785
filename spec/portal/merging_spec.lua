local given = require "spec.support.portal"

local ROOT = "/crm/objects/2026-03/"

describe("merging in the portal", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local function merge(kind, primary, other)
    local status, answer = ask("POST", ROOT .. kind .. "/merge", { primaryObjectId = tostring(primary),
      objectIdToMerge = tostring(other) })
    assert.equal(200, status)
    return answer
  end
  local function get(path)
    local status, record = ask("GET", ROOT .. path)
    return status == 200 and record or status
  end

  it("gives the survivor a new id, to which both old ones lead", function()
    ask("PATCH", ROOT .. "contacts/101", { properties = { firstname = "Jane" } })
    ask("PATCH", ROOT .. "contacts/102", { properties = { firstname = "J", lastname = "Doe" } })
    local merged = merge("contacts", 101, 102)
    assert.same({ "1000001", "Jane", "Doe" }, { merged.id, merged.properties.firstname, merged.properties.lastname })
    assert.equal("102;101", get "contacts/1000001?properties=hs_merged_object_ids".properties.hs_merged_object_ids)
    assert.same({ "1000001", "1000001" }, { get "contacts/101".id, get "contacts/102".id })
    local again = merge("contacts", 103, 102)
    assert.equal(again.id, get "contacts/101".id)
    assert.equal(again.id, get "contacts/1000001".id)
  end)

  it("keeps the times and the former values of the primary", function()
    ask("PATCH", ROOT .. "contacts/101", { properties = { firstname = "Jan" } })
    portal:advance(60)
    ask("PATCH", ROOT .. "contacts/101", { properties = { firstname = "Jane" } })
    local before = get "contacts/101".properties.createdate
    merge("contacts", 101, 102)
    local record = get "contacts/101?propertiesWithHistory=firstname&properties=firstname"
    assert.equal(before, record.properties.createdate)
    assert.same({ "Jane", "Jan" }, { record.propertiesWithHistory.firstname[1].value,
      record.propertiesWithHistory.firstname[2].value })
  end)

  it("leaves one primary company, that of the primary", function()
    ask("PUT", ROOT .. "contacts/101/associations/companies/9001", { given.spec(1) })
    ask("PUT", ROOT .. "contacts/102/associations/companies/9002", { given.spec(1) })
    merge("contacts", 101, 102)
    assert.same({ [9001] = "1 279", [9002] = "279" }, given.links(portal, "contacts", 101, "companies"))
    ask("PUT", ROOT .. "contacts/103/associations/companies/9003", { given.spec(1) })
    merge("contacts", 103, 101)
    assert.same({ [9001] = "279", [9002] = "279", [9003] = "1 279" },
      given.links(portal, "contacts", 101, "companies"))
  end)

  it("takes over the primary company of the other one when the primary has none", function()
    ask("PUT", ROOT .. "contacts/102/associations/companies/9002", { given.spec(1) })
    merge("contacts", 101, 102)
    assert.same({ [9002] = "1 279" }, given.links(portal, "contacts", 101, "companies"))
  end)

  it("makes the other e-mail address an additional one, by which the contact is found", function()
    for id, mail in pairs { [101] = "a@example.com", [102] = "b@example.com", [103] = "c@example.com" } do
      ask("PATCH", ROOT .. "contacts/" .. id, { properties = { email = mail } })
    end
    merge("contacts", 102, 103)
    local made = merge("contacts", 101, 102)
    assert.equal("a@example.com", made.properties.email)
    assert.equal("c@example.com;b@example.com",
      get "contacts/101?properties=hs_additional_emails".properties.hs_additional_emails)
    for _, letter in ipairs { "a", "b", "C" } do
      assert.equal(made.id, get("contacts/" .. letter .. "%40example.com?idProperty=email").id)
    end
    local _, read = ask("POST", ROOT .. "contacts/batch/read", { idProperty = "email",
      inputs = { { id = "b@example.com" } }, properties = { "email", "hs_additional_emails" } })
    assert.same({ made.id, "a@example.com", "c@example.com;b@example.com" }, { read.results[1].id,
      read.results[1].properties.email, read.results[1].properties.hs_additional_emails })
    local status, refused = ask("POST", ROOT .. "contacts", { properties = { email = "b@example.com" } })
    assert.same({ 409, "Contact already exists. Existing ID: " .. made.id }, { status, refused.message })
    local _, hits = ask("POST", ROOT .. "contacts/search", { filters = { { propertyName = "hs_additional_emails",
      operator = "EQ", value = "b@example.com" } } })
    assert.same({ 1, made.id }, { hits.total, hits.results[1].id })
  end)

  it("makes the other domain an additional one, by which the company is found", function()
    ask("PATCH", ROOT .. "companies/9001", { properties = { domain = "a.com" } })
    ask("PATCH", ROOT .. "companies/9002", { properties = { domain = "b.com" } })
    local made = merge("companies", 9001, 9002)
    assert.equal("b.com", get "companies/9001?properties=hs_additional_domains".properties.hs_additional_domains)
    for _, how in ipairs { "EQ", "CONTAINS_TOKEN" } do
      local _, hits = ask("POST", ROOT .. "companies/search", { filters = { { propertyName = "hs_additional_domains",
        operator = how, value = "b.com" } } })
      assert.same({ 1, made.id }, { hits.total, hits.results[1].id })
    end
  end)

  it("frees additional addresses when the contact is archived, and takes them again when it comes back", function()
    ask("PATCH", ROOT .. "contacts/101", { properties = { email = "a@example.com" } })
    ask("PATCH", ROOT .. "contacts/102", { properties = { email = "b@example.com" } })
    local made = merge("contacts", 101, 102)
    ask("DELETE", ROOT .. "contacts/" .. made.id)
    assert.equal(404, get "contacts/b%40example.com?idProperty=email")
    portal:restore("contacts", made.id)
    assert.equal(made.id, get "contacts/b%40example.com?idProperty=email".id)
  end)

  it("by a line of a seed moves links and values as the route does", function()
    ask("PATCH", ROOT .. "contacts/102", { properties = { email = "b@example.com", lastname = "Doe" } })
    ask("PATCH", ROOT .. "contacts/101", { properties = { email = "a@example.com" } })
    ask("PUT", ROOT .. "contacts/101/associations/companies/9001", { given.spec(1) })
    ask("PUT", ROOT .. "contacts/102/associations/companies/9002", { given.spec(1) })
    portal:seed '{"kind":"merge","type":"contacts","id":"102","into":"101"}'
    assert.same({ [9001] = "1 279", [9002] = "279" }, given.links(portal, "contacts", 101, "companies"))
    assert.same({ [101] = "280" }, given.links(portal, "companies", 9002, "contacts"))
    assert.equal("101", get "contacts/b%40example.com?idProperty=email".id)
    local record = get "contacts/102?properties=lastname,hs_merged_object_ids"
    assert.same({ "101", "Doe", "102" }, { record.id, record.properties.lastname,
      record.properties.hs_merged_object_ids })
    local lines = portal:dump()
    portal:reset()
    portal:seed(lines)
    assert.equal(lines, portal:dump())
    assert.equal("101", get "contacts/102".id)
  end)
end)
