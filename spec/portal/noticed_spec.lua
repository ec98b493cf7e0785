-- Single rules of the portal, each of which was once a slip that nobody saw.
local given = require "spec.support.portal"
local socket = require "socket"

local ROOT = "/crm/objects/2026-03/"

describe("the portal, looked at closely:", function()
  local portal
  local function open(options)
    portal = given.open(options)
  end
  before_each(function() open() end)
  after_each(function() portal:close() end)
  local function ask(...) return given.ask(portal, ...) end
  local function links(...) return given.links(portal, ...) end

  local function merge(kind, primary, other)
    local status, answer = ask("POST", ROOT .. kind .. "/merge", { primaryObjectId = tostring(primary),
      objectIdToMerge = tostring(other) })
    assert.equal(200, status)
    return math.tointeger(tonumber(answer.id))
  end

  it("a lead has one primary contact, company and deal, and a contact many leads", function()
    portal:seed { leads = { { id = 1 }, { id = 2 } }, deals = { { id = 502 } } }
    local primaries = { contacts = { 578, 101, 102 }, companies = { 580, 9001, 9002 }, deals = { 582, 501, 502 } }
    for to, case in pairs(primaries) do
      for i = 2, 3 do
        local status = ask("PUT", ("%sleads/1/associations/%s/%d"):format(ROOT, to, case[i]), { given.spec(case[1]) })
        assert.equal(201, status)
      end
      local function has(target) return (" " .. links("leads", 1, to)[target] .. " "):find(" " .. case[1] .. " ") end
      assert.is_nil(has(case[2]), to)
      assert.is_truthy(has(case[3]), to)
    end
    for lead = 1, 2 do
      ask("PUT", ("%sleads/%d/associations/deals/501"):format(ROOT, lead), { given.spec(582) })
    end
    for lead = 1, 2 do assert.matches("582", links("leads", lead, "deals")[501]) end
  end)

  it("a primary that is set again stays", function()
    for _ = 1, 2 do ask("PUT", ROOT .. "contacts/101/associations/companies/9001", { given.spec(1) }) end
    assert.same({ [9001] = "1 279" }, links("contacts", 101, "companies"))
  end)

  it("a record that is merged takes all its links along, with the labels of both, seen from both sides", function()
    local boss, staff = given.label(portal, "boss", "Boss", "Staff")
    local payer, paid = given.label(portal, "payer", "Payer", "Paid")
    ask("PUT", ROOT .. "contacts/101/associations/companies/9001", { given.spec("U" .. boss) })
    ask("PUT", ROOT .. "contacts/102/associations/companies/9001", { given.spec("U" .. payer) })
    ask("PUT", ROOT .. "contacts/102/associations/default/companies/9002")
    local made = merge("contacts", 101, 102)
    local both = { "U" .. boss, "U" .. payer, "279" }
    table.sort(both)
    assert.same({ [9001] = table.concat(both, " "), [9002] = "279" }, links("contacts", made, "companies"))
    both = { "U" .. staff, "U" .. paid, "280" }
    table.sort(both)
    assert.same({ [made] = table.concat(both, " ") }, links("companies", 9001, "contacts"))
    assert.same({ [made] = "280" }, links("companies", 9002, "contacts"))
  end)

  it("two records with a link between them become one without a link to itself", function()
    ask("PUT", ROOT .. "companies/9001/associations/default/companies/9002")
    ask("PUT", ROOT .. "companies/9002/associations/default/companies/9003")
    local made = merge("companies", 9001, 9002)
    assert.same({ [9003] = "450" }, links("companies", made, "companies"))
  end)

  it("a record that goes, or is merged, touches none of another type with its number", function()
    portal:seed { contacts = { { id = 7 }, { id = 8 } }, companies = { { id = 7 } }, deals = { { id = 1 } } }
    ask("PUT", ROOT .. "companies/7/associations/default/deals/1")
    merge("contacts", 8, 7)
    assert.is_truthy(links("companies", 7, "deals")[1])
    portal:seed { contacts = { { id = 9 } }, companies = { { id = 9 } } }
    ask("PUT", ROOT .. "companies/9/associations/default/deals/1")
    ask("DELETE", ROOT .. "contacts/9")
    assert.is_truthy(links("companies", 9, "deals")[1])
  end)

  it("late reads are late from either side", function()
    portal:close()
    open { switches = { stale_reads = "10" } }
    portal:advance(60)
    ask("PUT", ROOT .. "contacts/101/associations/default/companies/9001")
    assert.same({}, links("contacts", 101, "companies"))
    assert.same({}, links("companies", 9001, "contacts"))
    portal:advance(11)
    assert.same({ [9001] = "279" }, links("contacts", 101, "companies"))
    assert.same({ [101] = "280" }, links("companies", 9001, "contacts"))
    ask("DELETE", ROOT .. "contacts/101/associations/companies/9001")
    assert.same({ [101] = "280" }, links("companies", 9001, "contacts"))
    portal:advance(11)
    assert.same({}, links("companies", 9001, "contacts"))
  end)

  it("a label of HubSpot's own is shown as people read it", function()
    local function label(type, from, to)
      ask("PUT", ("%s%s/associations/%s"):format(ROOT, from, to), { given.spec(type) })
      local _, answer = ask("GET", ("%s%s/associations/%s"):format(ROOT, from, to:match "^%a+"))
      for _, one in ipairs(answer.results[1].associationTypes) do if one.typeId == type then return one.label end end
    end
    assert.equal("Billing contact", label(930, "companies/9001", "contacts/101"))
    assert.equal("Billing contact", label(931, "contacts/102", "companies/9002"))
    assert.equal("Primary", label(1, "contacts/103", "companies/9003"))
    assert.equal(given.null, label(341, "deals/501", "companies/9003"))
  end)

  it("a line of a seed makes no record twice, and no object type that is not the account's", function()
    ask("PATCH", ROOT .. "contacts/101", { properties = { firstname = "Jane" } })
    local before = portal:dump()
    portal:seed(before)
    assert.equal(before, portal:dump())
    portal:seed '{"kind":"record","type":"contacts","id":"101","properties":{"firstname":"Other"}}'
    assert.equal(before, portal:dump())
    for _, name in ipairs { "0-9999", "1-9999", "3-1", "9" } do
      assert.is_false(pcall(portal.seed, portal, ('{"kind":"record","type":"%s","id":"1"}'):format(name)), name)
    end
    assert.equal(before, portal:dump())
    portal:seed '{"kind":"record","type":"2-9999","id":"1"}'
    assert.equal(200, (ask("GET", ROOT .. "2-9999/1")))
  end)

  it("an address is read whichever way its escapes are written", function()
    ask("PATCH", ROOT .. "contacts/101", { properties = { email = "jklmno@example.com" } })
    for _, written in ipairs { "%6A%6B%6C%6D%6E%6F@example.com", "%6a%6b%6c%6d%6e%6f%40example.com" } do
      local status, record = ask("GET", ("%scontacts/%s?idProperty=email"):format(ROOT, written))
      assert.same({ 200, "101" }, { status, record.id })
    end
    assert.equal(400, (ask("GET", ROOT .. "contacts/a%00b?idProperty=email")))
    assert.equal(400, (ask("GET", ROOT .. "contacts/a%0gb?idProperty=email")))
  end)

  it("a batch of nothing makes nothing, and says so", function()
    for _, path in ipairs { ROOT .. "contacts", "/crm/associations/2026-03/contacts/companies",
      "/crm/v3/associations/contacts/companies", "/crm/properties/2026-03/contacts" } do
      local status, answer = ask("POST", path .. "/batch/create", '{"inputs":[]}')
      assert.same({ 200, "COMPLETE", 0 }, { status, answer.status, #answer.results })
    end
  end)

  it("late reads show what was there, whether it went and came, or came and went", function()
    portal:close()
    open { switches = { stale_reads = "10" } }
    local function make(company) ask("PUT", ROOT .. "contacts/101/associations/default/companies/" .. company) end
    local function remove(company) ask("DELETE", ROOT .. "contacts/101/associations/companies/" .. company) end
    make(9001)
    portal:advance(60)
    remove(9001)
    make(9001)
    make(9002)
    remove(9002)
    assert.same({ [9001] = "279" }, links("contacts", 101, "companies"))
    portal:advance(60)
    make(9003)
    portal:advance(60)
    local function page(after)
      local _, answer = ask("GET", ROOT .. "contacts/101/associations/companies?limit=1" .. after)
      return answer.results[1].toObjectId, answer.paging and answer.paging.next.after
    end
    local first, after = page ""
    assert.same({ 9001, 9003 }, { first, (page("&after=" .. after)) })
  end)

  it("a record may keep its own unique value, written in other letters", function()
    for _, mail in ipairs { "jane@example.com", "jane@example.com", "Jane@Example.com" } do
      assert.equal(200, (ask("PATCH", ROOT .. "contacts/101", { properties = { email = mail } })))
    end
    assert.equal(409, (ask("PATCH", ROOT .. "contacts/102", { properties = { email = "JANE@example.com" } })))
  end)

  it("empty parts of a list are none", function()
    ask("PATCH", ROOT .. "contacts/101", { properties = { email = "a@example.com",
      hs_additional_emails = ";b@example.com;;;c@example.com;" } })
    for _, letter in ipairs { "a", "b", "c" } do
      assert.equal(200, (ask("GET", ("%scontacts/%s@example.com?idProperty=email"):format(ROOT, letter))))
    end
  end)

  it("nothing below zero is zero", function()
    ask("PATCH", ROOT .. "deals/501", { properties = { amount = "-0" } })
    for _, value in ipairs { "0", "-0", "0.0", "-0.00" } do
      local _, answer = ask("POST", ROOT .. "deals/search", { filterGroups = { { filters = { {
        propertyName = "amount", operator = "EQ", value = value } } } } })
      assert.equal(1, answer.total, value)
    end
  end)

  -- The status that comes for lines of a head, which stand as they are; and all that comes.
  local function raw(...)
    local host, port = portal.url:match "^http://([^:]+):(%d+)"
    local client = assert(socket.connect(host, tonumber(port)))
    client:settimeout(10)
    client:send(table.concat({ ... }, "\r\n") .. "\r\n\r\n")
    local line, length = client:receive "*l", 0
    for header in function() return client:receive "*l" end do
      if header == "" then break end
      length = tonumber(header:lower():match "^content%-length:%s*(%d+)") or length
    end
    local body = client:receive(length)
    client:close()
    return math.tointeger(tonumber(line and line:match "^HTTP/1.1 (%d+)")), body
  end

  it("names of headers are read in any letters", function()
    for _, name in ipairs { "Authorization", "AUTHORIZATION", "authorization", "aUTHORIZATIOn" } do
      assert.equal(200, raw("GET " .. ROOT .. "contacts/101 HTTP/1.1", "Host: 127.0.0.1",
        name .. ": Bearer " .. portal.token))
    end
    assert.equal(401, (ask("GET", ROOT .. "contacts/101", nil, { authorization = false })))
  end)

  it("a head that contradicts itself about its body is refused", function()
    local function post(...)
      return raw("POST " .. ROOT .. "contacts/search HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer " ..
        portal.token, "Content-Type: application/json", ...)
    end
    local contradiction = "The headers contradict each other about the length of the body"
    for _, case in ipairs {
      { contradiction, "Content-Length: 2", "Transfer-Encoding: chunked", "", "0" },
      { contradiction, "Content-Length: 2", "Content-Length: 3", "", "{}" },
      { "Transfer-Encoding may be chunked, and nothing else", "Transfer-Encoding: gzip", "", "" },
    } do
      local status, body = post(table.unpack(case, 2))
      assert.equal(400, status)
      assert.is_truthy(body:find(case[1], 1, true), body)
    end
  end)

  it("an app does what its scopes say, and no more", function()
    portal:close()
    open { scopes = { "crm.objects.contacts.read", "crm.objects.companies.readonly" } }
    local function allowed(method, path, body) return (ask(method, path, body)) ~= 403 end
    assert.is_true(allowed("GET", ROOT .. "contacts/101"))
    local read = { inputs = { { id = "101" } }, properties = { "a" } }
    assert.is_true(allowed("POST", ROOT .. "contacts/batch/read", read))
    assert.is_true(allowed("POST", ROOT .. "contacts/search", { query = "x" }))
    assert.is_false(allowed("PATCH", ROOT .. "contacts/101", { properties = { a = "b" } }))
    assert.is_false(allowed("GET", ROOT .. "companies/9001"))
    assert.is_false(allowed("GET", "/account-info/2026-03/details"))
    portal:close()
    open { scopes = { "oauth" } }
    assert.is_true(allowed("GET", "/account-info/2026-03/details"))
    assert.is_false(allowed("GET", ROOT .. "contacts/101"))
  end)

  it("the answer of a search tells of no limits, that of others does", function()
    portal:close()
    open { switches = { tier = "professional" } }
    local _, _, headers = ask("GET", ROOT .. "contacts/101")
    assert.is_truthy(headers["x-hubspot-ratelimit-daily"] and headers["x-hubspot-ratelimit-max"])
    _, _, headers = ask("POST", ROOT .. "contacts/search", { query = "x" })
    for name in pairs(headers) do assert.is_nil(name:match "ratelimit", name) end
  end)

  it("what people write in labels is shown as they wrote it", function()
    for i, text in ipairs { 'Say "hi"', "a/b", "back\\slash", "tab\there", "Jos\xC3\xA9" } do
      local type = given.label(portal, "label" .. i, text)
      ask("PUT", ROOT .. "contacts/101/associations/companies/9001", { given.spec("U" .. type) })
      local _, answer = ask("GET", ROOT .. "contacts/101/associations/companies")
      local found = false
      for _, one in ipairs(answer.results[1].associationTypes) do found = found or one.label == text end
      assert.is_true(found, text)
    end
  end)

  it("a refusal has its sub-category", function()
    given.label(portal, "boss", "Boss")
    local _, answer = ask("POST", "/crm/associations/2026-03/contacts/companies/labels",
      { name = "other", label = "Boss" })
    assert.equal("AssociationValidationError.DUPLICATE_ASSOCIATION_LABEL", answer.subCategory)
    _, answer = ask("GET", ROOT .. "contacts/999")
    assert.is_nil(answer.subCategory)
  end)

  it("a line of a seed that comes again replaces the one before", function()
    for _, name in ipairs { "Jane", "Joan" } do
      portal:seed(('{"kind":"owner","id":"7","email":"jane@example.com","firstName":"%s"}'):format(name))
    end
    local _, answer = ask("GET", "/crm/owners/2026-03")
    local names = {}
    for _, owner in ipairs(answer.results) do names[#names + 1] = owner.id == "7" and owner.firstName or nil end
    assert.same({ "Joan" }, names)
  end)

  it("a plus in a query is a blank, in a path it is one", function()
    portal:seed '{"kind":"owner","id":"8","email":"a b@example.com"}'
    ask("PATCH", ROOT .. "contacts/101", { properties = { email = "a+b@example.com" } })
    for _, written in ipairs { "a+b@example.com", "a%20b@example.com" } do
      local _, answer = ask("GET", "/crm/owners/2026-03?email=" .. written)
      assert.equal("8", answer.results[1] and answer.results[1].id)
    end
    assert.equal(200, (ask("GET", ROOT .. "contacts/a+b@example.com?idProperty=email")))
  end)

  it("histories are read of fifty records at once, and of no more", function()
    local function read(count)
      local inputs = {}
      for i = 1, count do inputs[i] = { id = tostring(100 + i) } end
      return (ask("POST", ROOT .. "contacts/batch/read", { inputs = inputs, properties = { "email" },
        propertiesWithHistory = { "email" } }))
    end
    assert.equal(207, read(50))
    assert.equal(400, read(51))
  end)

  it("each side of a link that is not there is named", function()
    for _, side in ipairs { { 999, 9001, "CONTACT=999" }, { 101, 998, "COMPANY=998" } } do
      local status, answer = ask("PUT", ("%scontacts/%d/associations/companies/%d"):format(ROOT, side[1], side[2]),
        { given.spec(279) })
      assert.equal(400, status)
      assert.same({ side[3] .. " is not valid" }, answer.context.INVALID_OBJECT_IDS)
    end
  end)

  it("each side of a link that is to go, and has no id, is named", function()
    for _, side in ipairs { { "0", "9001", "CONTACT=0" }, { "101", "0", "COMPANY=0" }, { "101", "x", "COMPANY=x" } } do
      local status, answer = ask("DELETE", ("%scontacts/%s/associations/companies/%s"):format(ROOT, side[1], side[2]))
      assert.equal(400, status)
      assert.same({ side[3] .. " is not valid" }, answer.context.INVALID_OBJECT_IDS)
    end
  end)

  it("a limit of the primary does not keep it from moving", function()
    portal:seed { limits = { { from = "contacts", to = "companies", type = 1, most = 1 } } }
    for company = 9001, 9002 do
      assert.equal(201, (ask("PUT", ROOT .. "contacts/101/associations/companies/" .. company, { given.spec(1) })))
    end
    assert.same({ [9001] = "279", [9002] = "1 279" }, links("contacts", 101, "companies"))
  end)

  it("version 3 lists the types of its own direction alone", function()
    local of = {}
    for _, pair in ipairs { "contacts/companies", "contacts/deals", "companies/contacts", "deals/contacts" } do
      local _, answer = ask("GET", "/crm/v3/associations/" .. pair .. "/types")
      assert.is_true(#answer.results > 0)
      for _, one in ipairs(answer.results) do
        assert.is_nil(of[one.id])
        of[one.id] = pair
      end
    end
    assert.same({ "contacts/companies", "companies/contacts" }, { of["279"], of["280"] })
  end)

  it("version 3 takes a type's name in its own pair alone", function()
    local function create(name)
      return (ask("POST", "/crm/v3/associations/contacts/companies/batch/create",
        { inputs = { { from = { id = "101" }, to = { id = "9001" }, type = name } } }))
    end
    assert.equal(200, create "contact_to_company")
    for _, name in ipairs { "contact_to_deal", "company_to_contact", "deal_to_company", "nothing" } do
      assert.is_true(create(name) ~= 200, name)
    end
  end)

  it("a label of one object type without an inverse is its own", function()
    local _, made = ask("POST", "/crm/associations/2026-03/contacts/contacts/labels",
      { name = "sibling", label = "Sibling" })
    assert.equal(1, #made.results)
    local sibling = "U" .. math.tointeger(made.results[1].typeId)
    ask("PUT", ROOT .. "contacts/101/associations/contacts/102", { given.spec(sibling) })
    assert.same({ [102] = "449 " .. sibling }, links("contacts", 101, "contacts"))
    assert.same({ [101] = "449 " .. sibling }, links("contacts", 102, "contacts"))
  end)

  it("each direction is told with its own labels", function()
    given.label(portal, "boss", "Boss", "Staff")
    for to, label in pairs { deals = "Buyer", contacts = "Sibling" } do
      ask("POST", "/crm/associations/2026-03/contacts/" .. to .. "/labels", { name = label:lower(), label = label })
    end
    local _, answer = ask("GET", "/crm/limits/2026-03/associations/labels")
    local found = {}
    for _, one in ipairs(answer.results) do
      found[one.fromObjectType.pluralLabel .. " " .. one.toObjectType.pluralLabel] = table.concat(one.allLabels, " ")
    end
    assert.same({ ["Contacts Companies"] = "Boss", ["Companies Contacts"] = "Staff", ["Contacts Deals"] = "Buyer",
      ["Deals Contacts"] = "Buyer", ["Contacts Contacts"] = "Sibling" }, found)
  end)
end)
