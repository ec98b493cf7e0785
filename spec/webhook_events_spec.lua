-- Events of webhooks: what HubSpot sent, in Tether's words, each once.
local recorded = require "spec.fixtures.webhooks"
local tether = require "tether"
local webhook = require "spec.support.webhook"

local receiver, signed = webhook.receiver, webhook.signed

describe("a webhook's events", function()
  local function one(body)
    local events = assert(tether.webhook.parse(body))
    assert.equal(1, #events)
    return events[1]
  end

  local function bent(changes, without)
    return (recorded.delivery:gsub('("%w+":)([^,}]+)', function(name, value)
      local bare = name:sub(2, -3)
      return bare == without and name:gsub("%w+", "x%0") .. value or name .. (changes[bare] or value)
    end))
  end

  it("of a recorded association change come in Tether's words, beside what was sent", function()
    local event = one(recorded.delivery)
    assert.same({ from_type = "deals", from = 64058987777, to_type = "line_items", to = 58061514894, removed = false,
      occurred_at = 1786997905997 }, event.association)
    assert.equal("integer", math.type(event.association.from))
    assert.equal("userId:82088707", event.sourceId)
    assert.equal("DEAL_TO_LINE_ITEM", event.associationType)
    assert.is_nil(event.error)
  end)

  it("of custom objects go by type id, of built-in ones by name, with type and primary", function()
    assert.same({ from_type = "contacts", from = 1, to_type = "2-123", to = 2, removed = true, primary = true,
      type_id = 42, category = "USER_DEFINED", occurred_at = 5 }, one([=[[{"eventType":"object.associationChange",
      "fromObjectTypeId":"0-1","toObjectTypeId":"2-123","fromObjectId":"1","toObjectId":2,"associationTypeId":"42",
      "associationCategory":"USER_DEFINED","associationRemoved":true,"isPrimaryAssociation":true,"occurredAt":5}]]=])
      .association)
  end)

  it("have one name for their kind, whichever HubSpot wrote", function()
    assert.equal("deal.creation", one('[{"eventType":"deal.creation"}]').subscriptionType)
    assert.equal("deal.creation", one('[{"subscriptionType":"deal.creation"}]').subscriptionType)
  end)

  it("read every pair of the guide", function()
    local pairs_of_types = { CONTACT = { "COMPANY", "DEAL", "TICKET", "CONTACT" },
      COMPANY = { "CONTACT", "DEAL", "TICKET", "COMPANY" }, TICKET = { "CONTACT", "COMPANY", "DEAL", "TICKET" },
      DEAL = { "CONTACT", "COMPANY", "LINE_ITEM", "TICKET", "DEAL" }, LINE_ITEM = { "DEAL" } }
    for from, list in pairs(pairs_of_types) do
      for _, to in ipairs(list) do
        local change = one(bent { associationType = ('"%s_TO_%s"'):format(from, to) }).association
        assert.equal(tether.types.object(from).plural, change.from_type)
        assert.equal(tether.types.object(to).plural, change.to_type)
      end
    end
  end)

  it("keep ids beyond 2^53 exact, as integers", function()
    local event = one(bent { fromObjectId = "9007199254740993", toObjectId = '"9223372036854775807"',
      eventId = "9007199254740995" })
    assert.equal(9007199254740993, event.association.from)
    assert.equal(math.maxinteger, event.association.to)
    assert.equal(9007199254740995, event.eventId)
    assert.equal(9007199254740993, one('[{"objectId":9007199254740993}]').objectId)
    assert.equal("9007199254740993", one('[{"propertyValue":"9007199254740993"}]').propertyValue)
  end)

  it("of other kinds pass as they are", function()
    assert.same({ eventId = 1, subscriptionId = 12345, portalId = 62515, occurredAt = 1564113600000,
      subscriptionType = "contact.creation", attemptNumber = 0, objectId = 123, changeSource = "CRM",
      changeFlag = "NEW", appId = 54321 }, one(recorded.vectors[5].body))
  end)

  it("that cannot be read are told one by one, and the others come", function()
    for _, case in ipairs {
      { "associationType", '"DEAL_TO_NOWHERE"', "names no two object types: \"DEAL_TO_NOWHERE\"" },
      { "associationType", '"DEAL_TO_"' }, { "associationType", '"_TO_DEAL"' }, { "associationType", "7" },
      { "associationType", '"' .. ("_TO_"):rep(100000) .. '"' },
      { "fromObjectId", '"x"', 'fromObjectId is not a record id: "x"' }, { "toObjectId", "0", "toObjectId" },
      { "toObjectId", "1.5", "toObjectId" }, { "fromObjectId", "9223372036854775808", "fromObjectId" },
      { "associationRemoved", "null", "associationRemoved is neither true nor false: nil" },
      { "associationRemoved", '"true"', "associationRemoved" },
    } do
      local bad, good = bent { [case[1]] = case[2] }, recorded.delivery
      local events = assert(tether.webhook.parse(good:sub(1, -2) .. "," .. bad:sub(2)))
      assert.truthy(events[1].association)
      assert.is_nil(events[2].association)
      assert.equal("EVENTS_MALFORMED", events[2].error.code)
      assert.equal(2, events[2].error.place)
      assert.truthy(events[2].error.message:find("event 2: " .. (case[3] or "associationType"):match "^%w+", 1, true)
        or events[2].error.message:find(case[3], 1, true), events[2].error.message)
      assert.equal(2073333923, events[2].eventId)
    end
    assert.truthy(one(bent({}, "fromObjectId")).error)
  end)

  it("come once, however often and in whatever company they are delivered", function()
    local box = receiver()
    assert.equal(1, #box:receive(signed(recorded.delivery)))
    assert.same({}, box:receive(signed(recorded.delivery)))
    local again = bent { attemptNumber = "3" }
    assert.same({}, box:receive(signed(again)))
    local creation = recorded.vectors[5].body:sub(2, -2)
    local both = ("%s,%s,%s]"):format(again:sub(1, -2), creation, creation)
    local events = box:receive(signed(both))
    assert.equal(1, #events)
    assert.equal("contact.creation", events[1].subscriptionType)
    assert.equal(1, #receiver():receive(signed(recorded.delivery)))
  end)

  it("that differ in anything but the attempt are different ones", function()
    local box = receiver()
    assert.equal(1, #box:receive(signed(recorded.delivery)))
    for name, value in pairs { eventId = "1", portalId = "1", appId = "1", occurredAt = "1786997905998",
      changeSource = '"CRM"', fromObjectId = "1", toObjectId = "1", associationRemoved = "true", sourceId = '"x"',
      associationType = '"DEAL_TO_CONTACT"', subscriptionType = '"contact.associationChange"' } do
      assert.equal(1, #box:receive(signed(bent { [name] = value })), name)
    end
    local back = bent { associationType = '"LINE_ITEM_TO_DEAL"', fromObjectId = "58061514894",
      toObjectId = "64058987777", subscriptionType = '"line_item.associationChange"' }
    assert.equal("line_items", box:receive(signed(back))[1].association.from_type)
    local event = one(recorded.delivery)
    local key = tether.webhook.key(event)
    event.attemptNumber, event.association = 7, nil
    assert.equal(key, tether.webhook.key(event))
    assert.not_equal(tether.webhook.key { a = "1", b = "2" }, tether.webhook.key { a = "1n1:b", b = "2" })
    assert.not_equal(tether.webhook.key { a = { "1", "2" } }, tether.webhook.key { a = { "12" } })
    assert.not_equal(tether.webhook.key { a = 1 }, tether.webhook.key { a = "1" })
  end)

  it("are remembered up to a ceiling, the oldest goes first", function()
    local box = receiver { remember = 3 }
    local function come(...)
      local ids = {}
      for i, id in ipairs { ... } do ids[i] = ('{"eventId":%d}'):format(id) end
      local new = {}
      for i, event in ipairs(box:receive(signed("[" .. table.concat(ids, ",") .. "]"))) do new[i] = event.eventId end
      return new
    end
    assert.same({ 1, 2, 3 }, come(1, 2, 3))
    assert.same({}, come(3, 2, 1))
    assert.same({ 4 }, come(4, 3, 2))
    assert.same({ 1 }, come(1))
    assert.same({ 2 }, come(2, 4))
    box = receiver { remember = 0 }
    assert.same({ 1, 1 }, come(1, 1))
  end)

  it("that a host could not finish come again with the next attempt", function()
    local box = receiver { remember = 3 }
    local body = '[{"eventId":1},{"eventId":2}]'
    local events = box:receive(signed(body))
    events[2].eventId = "changed by the host"
    box:forget(events, 2)
    events = box:receive(signed(body))
    assert.equal(1, #events)
    assert.equal(2, events[1].eventId)
    box:forget(events)
    box:forget(events)
    assert.equal(2, box:receive(signed(body))[1].eventId)
    assert.equal(1, #box:receive(signed '[{"eventId":3}]'))
    assert.same({}, box:receive(signed '[{"eventId":2}]'))
  end)

  it("are nothing that `require \"tether\"` pays for: libcrypto is mapped by the first webhook", function()
    local script = [[
      local function mapped()
        local file = assert(io.open "/proc/self/maps")
        local text = file:read "a"
        file:close()
        return text:find("libcrypto", 1, true) ~= nil
      end
      local tether = require "tether"
      tether.links("contacts", "companies"):add(1, 2)
      local before = mapped()
      tether.webhook { secret = "x" }
      print(before, mapped())]]
    local pipe = assert(io.popen(("lua5.4 -e '%s'"):format(script)))
    assert.equal("false\ttrue\n", pipe:read "a")
    pipe:close()
  end)
end)
