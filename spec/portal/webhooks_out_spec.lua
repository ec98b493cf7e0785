-- Webhooks that go out of a portal, received by tether.webhook: what is told, how it is signed, when it comes again.
local socket = require "socket"
local tether = require "tether"
local given = require "spec.support.portal"
local receivers = require "spec.support.receiver"

local SECRET = "an app's secret"
local receiver, portal, checker

local function subscribe(...)
  return portal:subscribe { url = receiver.url, secret = SECRET, events = { ... } }
end

-- The events of the next delivery, checked and answered.
local function receive(status)
  local request = assert(receiver:take(), "no delivery")
  local events, problem = checker:receive(request)
  receiver:answer(request, status or 204)
  return assert(events, tostring(problem)), request
end

local function until_(what)
  local ends = socket.gettime() + 20
  while not what() do
    assert(socket.gettime() < ends, "it did not happen")
    socket.sleep(0.01)
  end
end

local function settled(number) until_(function() return #portal:deliveries() >= number end) end

local function link(from, to) assert.equal(200, (given.ask(portal, "PUT",
  ("/crm/objects/2026-03/contacts/%d/associations/default/companies/%d"):format(from, to)))) end

local function shown(events)
  local list = {}
  for i, event in ipairs(events) do
    local change = event.association
    list[i] = change and ("%s %d > %s %d%s%s"):format(change.from_type, change.from, change.to_type, change.to,
      change.removed and " removed" or "", change.primary and " primary" or "") or
      ("%s %d %s%s"):format(event.subscriptionType, event.objectId, event.changeFlag or event.propertyName or "",
        event.propertyValue and "=" .. event.propertyValue or "")
  end
  table.sort(list)
  return list
end

describe("a webhook that goes out", function()
  before_each(function()
    receiver = receivers.open()
    portal = given.open()
    checker = tether.webhook { secret = SECRET, url = receiver.url, accept = { "v3", "v2", "v1" } }
  end)
  after_each(function()
    portal:close()
    receiver:close()
  end)

  it("tells a change of an association from both sides, signed with version 3", function()
    subscribe("contact.associationChange", "company.associationChange")
    link(101, 9001)
    local events, request = receive()
    assert.same({ "companies 9001 > contacts 101", "contacts 101 > companies 9001" }, shown(events))
    assert.equal("v3", checker:verify(request))
    assert.equal("POST", request.method)
    assert.equal(0, events[1].attemptNumber)
    given.ask(portal, "DELETE", "/crm/objects/2026-03/contacts/101/associations/companies/9001")
    assert.same({ "companies 9001 > contacts 101 removed", "contacts 101 > companies 9001 removed" }, shown(receive()))
  end)

  it("tells both sides of a pair inside one object type", function()
    subscribe "contact.associationChange"
    given.ask(portal, "PUT", "/crm/objects/2026-03/contacts/101/associations/default/contacts/102")
    assert.same({ "contacts 101 > contacts 102", "contacts 102 > contacts 101" }, shown(receive()))
  end)

  it("tells the plain type beside a primary one", function()
    subscribe "contact.associationChange"
    given.ask(portal, "PUT", "/crm/objects/2026-03/contacts/101/associations/companies/9001", { given.spec(1) })
    assert.same({ "contacts 101 > companies 9001", "contacts 101 > companies 9001 primary" }, shown(receive()))
  end)

  it("tells labels of any object type with category and id", function()
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", id = 42, inverseId = 43 } } }
    subscribe({ type = "object.associationChange", object = "companies" })
    given.ask(portal, "PUT", "/crm/objects/2026-03/contacts/101/associations/companies/9001", { given.spec "U42" })
    local seen = {}
    for _, event in ipairs(receive()) do
      assert.equal("companies", event.association.from_type)
      seen[#seen + 1] = ("%s %d"):format(event.association.category, event.association.type_id)
    end
    table.sort(seen)
    assert.same({ "HUBSPOT_DEFINED 280", "USER_DEFINED 43" }, seen)
  end)

  it("tells of records: made, changed, archived, erased", function()
    subscribe("contact.creation", "contact.deletion", "contact.privacyDeletion",
      { type = "contact.propertyChange", property = "city" })
    local root = "/crm/objects/2026-03/contacts"
    local _, made = given.ask(portal, "POST", root, { properties = { city = "Ulm", firstname = "J" } })
    local id = tonumber(made.id)
    assert.same({ "contact.creation " .. made.id .. " NEW", "contact.propertyChange " .. made.id .. " city=Ulm" },
      shown(receive()))
    given.ask(portal, "PATCH", root .. "/" .. made.id, { properties = { city = "Ulm", firstname = "K" } }) -- no change
    given.ask(portal, "PATCH", root .. "/" .. made.id, { properties = { city = "Bonn" } })
    assert.same({ ("contact.propertyChange %d city=Bonn"):format(id) }, shown(receive()))
    given.ask(portal, "DELETE", root .. "/" .. made.id)
    assert.same({ ("contact.deletion %d DELETED"):format(id) }, shown(receive()))
    given.ask(portal, "DELETE", root .. "/" .. made.id) -- is archived already
    given.ask(portal, "POST", root .. "/gdpr-delete", { objectId = "101" })
    assert.same({ "contact.privacyDeletion 101 " }, shown(receive()))
  end)

  it("tells nothing that did not happen, and nothing of a seed", function()
    subscribe "contact.associationChange"
    local spoiled = { inputs = { given.input(101, 9001, 279), given.input(101, 9002, 99999) } }
    assert.equal(400, (given.ask(portal, "POST", "/crm/associations/2026-03/contacts/companies/batch/create", spoiled)))
    local half = { inputs = { given.input(101, 9001, 279), given.input(999, 9002, 279) } }
    portal:seed { links = { { from = "contacts", fromId = 102, to = "companies", toId = 9002, types = { 279 } } } }
    assert.equal(207, (given.ask(portal, "POST", "/crm/associations/2026-03/contacts/companies/batch/create", half)))
    assert.same({ "contacts 101 > companies 9001" }, shown(receive()))
    link(101, 9001) -- is there already
    link(103, 9003)
    assert.same({ "contacts 103 > companies 9003" }, shown(receive()))
  end)

  it("comes again until it is taken, with the number of the attempt, by the portal's clock", function()
    subscribe "contact.associationChange"
    link(101, 9001)
    local first = receive(500)
    settled(1)
    assert.is_nil(receiver:take(0.2))
    portal:advance(61)
    local request = receiver:take()
    local again = tether.webhook.parse(request.body)
    assert.same({ 0, 1 }, { first[1].attemptNumber, again[1].attemptNumber })
    assert.equal(tether.webhook.key(first[1]), tether.webhook.key(again[1]))
    assert.same({}, checker:receive(request)) -- known: it came before
    receiver:answer(request, 301) -- is no success, and is not followed
    settled(2)
    portal:advance(121)
    assert.same({}, (receive(200)))
    settled(3)
    local log = portal:deliveries()
    assert.same({ 500, 301, 200 }, { log[1].status, log[2].status, log[3].status })
    assert.same({ 0, 1, 2 }, { log[1].attempt, log[2].attempt, log[3].attempt })
    assert.same({ 60000, 120000 }, { log[1].next_ms - log[1].at_ms, log[2].next_ms - log[2].at_ms })
    assert.is_nil(log[3].next_ms)
    assert.equal(log[1].delivery, log[3].delivery)
  end)

  it("is given up after ten further attempts, which fill a day", function()
    subscribe "contact.associationChange"
    local began = portal:clock()
    link(101, 9001)
    for attempt = 0, 10 do
      local request = assert(receiver:take(), attempt)
      receiver:answer(request, 404)
      settled(attempt + 1)
      local entry = portal:deliveries()[attempt + 1]
      if attempt < 10 then portal:clock(entry.next_ms + 1) else assert.is_nil(entry.next_ms) end
    end
    assert.is_true(math.abs(portal:clock() - began - 86400000) < 60000)
    assert.equal(1, portal:webhooks()[1].givenUp)
  end)

  it("comes in batches of at most 100 events, and asks at most as many at once as it may", function()
    portal:subscribe { url = receiver.url, secret = SECRET, concurrency = 2,
      events = { "contact.associationChange", "company.associationChange" } }
    local lines, inputs = {}, {}
    for id = 1, 150 do
      lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id + 1000)
      inputs[id] = given.input(id + 1000, 9001, 279)
    end
    portal:seed(table.concat(lines, "\n"))
    given.ask(portal, "POST", "/crm/associations/2026-03/contacts/companies/batch/create", { inputs = inputs })
    local one, two = receiver:take(), receiver:take()
    assert.is_nil(receiver:take(0.2))
    assert.equal(2, portal:webhooks()[1].underWay)
    local count = #checker:receive(one) + #checker:receive(two)
    receiver:answer(one, 200)
    receiver:answer(two, 200)
    assert.equal(200, count)
    assert.equal(100, #receive())
    until_(function() return portal:webhooks()[1].delivered == 300 end)
  end)

  it("that is not answered blocks nobody, and its time ends", function()
    portal:set("webhook_timeout", 1)
    subscribe "contact.associationChange"
    link(101, 9001)
    local hanging = receiver:take()
    local began = socket.gettime()
    for _ = 1, 20 do given.ask(portal, "GET", "/crm/objects/2026-03/contacts/101") end
    assert.is_true(socket.gettime() - began < 0.9)
    settled(1)
    local entry = portal:deliveries()[1]
    assert.equal(0, entry.status)
    assert.match("[Tt]ime", entry.problem)
    assert.is_truthy(entry.next_ms)
    hanging.client:close()
  end)

  it("ends with its portal, also while a receiver keeps it waiting", function()
    subscribe "contact.associationChange"
    link(101, 9001)
    receiver:take()
    local began = socket.gettime()
    portal:close()
    assert.is_true(socket.gettime() - began < 3)
  end)

  it("says why nobody could be reached", function()
    local gone = receivers.open()
    gone:close()
    portal:subscribe { url = gone.url, secret = SECRET, events = { "contact.associationChange" } }
    link(101, 9001)
    settled(1)
    assert.equal(0, portal:deliveries()[1].status)
    assert.match("onnect", portal:deliveries()[1].problem)
  end)

  for version, header in pairs { v1 = "x-hubspot-signature", v2 = "x-hubspot-signature" } do
    it("is signed with version " .. version .. " on demand, beside version 3 or alone", function()
      portal:subscribe { url = receiver.url, secret = SECRET, signatures = { version },
        events = { "contact.associationChange" } }
      link(101, 9001)
      local _, request = receive()
      assert.equal(version, checker:verify(request))
      assert.is_nil(request.headers["x-hubspot-signature-v3"])
      portal:subscribe { url = receiver.url, signatures = { version, "v3" }, events = { "contact.associationChange" } }
      link(102, 9001)
      _, request = receive()
      assert.equal("v3", checker:verify(request))
      assert.is_truthy(request.headers[header])
    end)
  end

  it("signs an address as it is set, with what version 3 decodes", function()
    receiver.url = receiver.url .. "&to=%2Fa%3Bb%20c"
    checker = tether.webhook { secret = SECRET, url = receiver.url }
    subscribe "contact.associationChange"
    link(101, 9001)
    receive()
  end)

  it("goes to this machine only, unless a host is told", function()
    local function refusal(url)
      local fine, err = pcall(portal.subscribe, portal, { url = url, secret = "s", events = { "contact.creation" } })
      assert.is_false(fine)
      assert.equal("BAD_ARGUMENT", err.code)
      return err.message
    end
    for _, url in ipairs { "http://example.com/", "http://10.0.0.1/", "http://[::2]/", "http://127.0.0.1.example.com/",
      "http://0.0.0.0/", "http://169.254.169.254/" } do
      assert.match("this machine only", refusal(url))
    end
    for _, url in ipairs { "ftp://127.0.0.1/", "127.0.0.1 /", "http://user:pass@127.0.0.1/", "" } do
      assert.match("no address of http", refusal(url))
    end
    assert.same({}, portal:webhooks())
    local told <close> = tether.portal { deliver_to = { "hooks.example.com" } }
    told:subscribe { url = "https://hooks.example.com/x", secret = "s", events = { "contact.creation" } }
    assert.equal("https://hooks.example.com/x", told:webhooks()[1].targetUrl)
  end)

  it("refuses what it cannot tell, and changes nothing then", function()
    local function refusal(options)
      for name, value in pairs { url = receiver.url, secret = "s" } do options[name] = options[name] or value end
      local fine, err = pcall(portal.subscribe, portal, options)
      assert.is_false(fine)
      return err.code .. " " .. err.message
    end
    assert.match("BAD_ARGUMENT.*eventType contact.assoc ", refusal { events = { "contact.assoc" } })
    assert.match("BAD_ARGUMENT.*names no object type", refusal { events = { "pets.creation" } })
    assert.match("BAD_ARGUMENT.*objectTypeId", refusal { events = { "object.creation" } })
    assert.match("BAD_ARGUMENT.*propertyName", refusal { events = { "contact.propertyChange" } })
    assert.match("BAD_ARGUMENT.*1 to 1000", refusal { events = {} })
    assert.match("BAD_ARGUMENT.*v1, v2 and v3", refusal { events = { "contact.creation" },
      signatures = { "v1", "v2" } })
    assert.match("BAD_ARGUMENT.*1 to 100", refusal { events = { "contact.creation" }, concurrency = 0 })
    assert.match("BAD_ARGUMENT.*1 to 100", refusal { events = { "contact.creation" }, concurrency = 101 })
    assert.match("OPTION_UNKNOWN", refusal { event = { "contact.creation" } })
    assert.match("no secret", select(2, pcall(portal.subscribe, portal,
      { url = receiver.url, events = { "contact.creation" } })).message)
    assert.match("no secret", select(2, pcall(portal.subscribe, portal,
      { url = receiver.url, events = { "contact.creation" }, secret = "" })).message)
    assert.same({}, portal:webhooks())
  end)

  it("tells by an object type's own event of few others, in the words of old; by that of any object of all", function()
    local function put(path) assert.equal(200, (given.ask(portal, "PUT", "/crm/objects/2026-03/" .. path))) end
    portal:seed { line_items = { { id = 1 } }, notes = { { id = 2 } } }
    subscribe("line_item.associationChange", "contact.associationChange")
    put "line_items/1/associations/default/deals/501"
    put "contacts/101/associations/default/notes/2"
    put "contacts/101/associations/default/deals/501"
    local types = {}
    until_(function()
      for _, attempt in ipairs(portal:deliveries()) do
        for _, event in ipairs(attempt.events or {}) do
          types[event.associationType] = event.fromObjectTypeId or "none"
        end
      end
      local request = receiver:take(0.1)
      if request then receiver:answer(request, 204) end
      return types.CONTACT_TO_DEAL
    end)
    assert.same({ LINE_ITEM_TO_DEAL = "none", CONTACT_TO_DEAL = "none" }, types)
  end)

  it("tells nothing of a subscription that pauses", function()
    subscribe({ type = "contact.creation", active = false }, "company.creation")
    for _, kind in ipairs { "contacts", "companies" } do
      given.ask(portal, "POST", "/crm/objects/2026-03/" .. kind, { properties = { name = "x" } })
    end
    local events = receive()
    assert.same({ 1, "company.creation" }, { #events, events[1].subscriptionType })
    settled(1)
    assert.equal(0, portal:webhooks()[1].waiting)
    assert.equal(1, portal:webhooks()[1].delivered)
  end)

  it("keeps its secret out of log, state and dump; clearing tells nobody any more", function()
    subscribe "contact.associationChange"
    link(101, 9001)
    receive()
    settled(1)
    local function all()
      return given.json.encode { portal:webhooks(), portal:deliveries(), portal:log() } .. portal:dump()
    end
    assert.is_nil(all():find(SECRET, 1, true))
    portal:clear_deliveries()
    assert.same({}, portal:deliveries())
    portal:clear_webhooks()
    link(102, 9001)
    assert.is_nil(receiver:take(0.2))
    assert.same({}, portal:webhooks())
  end)
end)
