-- Webhooks: only what HubSpot signed, just now, comes in, and each event once.
local recorded = require "spec.fixtures.webhooks"
local sign = require "spec.support.signature"
local tether = require "tether"

local SECRET, NOW, URI = recorded.secret, recorded.now, recorded.vectors[1].uri
local ALL = { "v1", "v2", "v3" }

local function receiver(options)
  local given = { secret = SECRET, clock = function() return NOW end }
  for name, value in pairs(options or {}) do given[name] = value end
  return tether.webhook(given)
end

-- A vector as the request that it came with.
local function request_of(vector)
  local headers = vector.version == "v3" and { ["X-HubSpot-Signature-v3"] = vector.signature,
      ["X-HubSpot-Request-Timestamp"] = tostring(NOW) } or
    { ["X-HubSpot-Signature"] = vector.signature, ["X-HubSpot-Signature-Version"] = vector.version }
  return { method = vector.method, uri = vector.uri, body = vector.body, headers = headers }
end

-- A request that is signed well; `signed_uri`: what v3 makes of the URI.
local function signed(body, uri, signed_uri, time)
  time = tostring(time or NOW)
  return { method = "POST", uri = uri or URI, body = body, headers = { ["x-hubspot-request-timestamp"] = time,
    ["x-hubspot-signature-v3"] = sign.v3(SECRET, "POST", signed_uri or uri or URI, body, time) } }
end

local function refused(code, status, value, err)
  assert.is_nil(value)
  assert.is_true(tether.error.is(err))
  assert.equal(code, err.code, tostring(err))
  assert.equal(status, err.status)
  assert.is_nil(tostring(err):find(SECRET, 1, true))
  return err
end

describe("a webhook's signature", function()
  it("is taken in each version that was recorded, when that version is accepted", function()
    for _, vector in ipairs(recorded.vectors) do
      assert.equal(vector.version, receiver({ accept = ALL }):verify(request_of(vector)))
      assert.equal(vector.version, receiver({ accept = { vector.version } }):verify(request_of(vector)))
    end
  end)

  it("is refused when anything that it covers is changed", function()
    for _, vector in ipairs(recorded.vectors) do
      local function changed(name, value)
        local request = request_of(vector)
        request[name] = value
        refused("SIGNATURE_WRONG", 401, receiver({ accept = ALL }):verify(request))
      end
      changed("body", vector.body .. " ")
      if vector.version ~= "v1" then
        changed("method", "PUT")
        changed("uri", vector.uri .. "?a=1")
        changed("uri", (vector.uri:gsub("https", "http")))
      end
      refused("SIGNATURE_WRONG", 401, receiver({ accept = ALL, secret = "another" }):verify(request_of(vector)))
      if vector.version == "v3" then
        local request = request_of(vector)
        request.headers["X-HubSpot-Request-Timestamp"] = tostring(NOW + 1)
        refused("SIGNATURE_WRONG", 401, receiver():verify(request))
      end
    end
  end)

  it("is refused when it is cut, empty, in capitals or of another version", function()
    local v2 = recorded.vectors[3]
    for _, bent in ipairs { v2.signature:sub(1, -2), "", v2.signature:upper(), v2.signature .. "0",
      recorded.vectors[2].signature } do
      local request = request_of(v2)
      request.headers["X-HubSpot-Signature"] = bent
      refused("SIGNATURE_WRONG", 401, receiver({ accept = ALL }):verify(request))
    end
  end)

  it("of v3 holds for five minutes, before and behind this machine's clock, to the millisecond", function()
    local request = request_of(recorded.vectors[2])
    for _, case in ipairs { { 300000, true }, { -300000, true }, { 300001 }, { -300001 }, { 86400000 } } do
      local box = receiver { clock = function() return NOW + case[1] end }
      if case[2] then
        assert.equal("v3", box:verify(request))
      else
        local err = refused("SIGNATURE_OLD", 401, box:verify(request))
        assert.matches(case[1] > 0 and "signed %d+ s ago" or "signed %d+ s ahead", err.message)
      end
    end
    assert.equal("v3", receiver({ window = 0 }):verify(request))
    refused("SIGNATURE_OLD", 401, receiver({ window = 0.5, clock = function() return NOW + 501 end }):verify(request))
  end)

  it("of v3 is held against this machine's clock when no other one is given", function()
    refused("SIGNATURE_OLD", 401, tether.webhook({ secret = SECRET }):verify(request_of(recorded.vectors[2])))
    assert.equal("v3", tether.webhook({ secret = SECRET }):verify(signed("[]", nil, nil, os.time() * 1000)))
  end)

  it("of v3 decodes the codes of the guide, in capitals, once, and no other", function()
    local kept = "https://x.example/a%20b%3a%25%3Fc?q=%C3%A9&%2B=%26"
    assert.equal("v3", receiver():verify(signed("[]", kept, "https://x.example/a%20b%3a%25?c?q=%C3%A9&%2B=%26")))
    assert.equal("v3", receiver():verify(signed("[]", "https://x.example/?u=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B%",
      "https://x.example/?u=:/?@!$'()*,;%")))
    assert.equal("v3", receiver():verify(signed("[]", "https://x.example/%253A", "https://x.example/%253A")))
    refused("SIGNATURE_WRONG", 401, receiver():verify(signed("[]", "https://x.example/%2F", "https://x.example/%2F")))
  end)

  it("is found under any spelling of the headers, in lists and by a function", function()
    local vector = recorded.vectors[2]
    local small = { ["x-hubspot-signature-v3"] = vector.signature, ["x-hubspot-request-timestamp"] = tostring(NOW) }
    local request = { method = vector.method, uri = vector.uri, body = vector.body }
    for _, headers in ipairs {
      small, function(name) return small[name] end,
      { ["X-HUBSPOT-SIGNATURE-V3"] = vector.signature, ["X-Hubspot-Request-Timestamp"] = NOW },
      { ["X-Hubspot-Signature-V3"] = { vector.signature }, ["x-Hubspot-request-timestamp"] = { tostring(NOW) } },
    } do
      request.headers = headers
      assert.equal("v3", receiver():verify(request))
    end
  end)

  it("that is missing, unclear or of a version that is not accepted is called missing", function()
    local vector, other = recorded.vectors[2], recorded.vectors[1]
    local function missing(headers, options)
      return refused("SIGNATURE_MISSING", 401,
        receiver(options):verify { method = "POST", uri = URI, body = vector.body, headers = headers })
    end
    missing {}
    missing { "x" }
    missing { ["X-HubSpot-Signature-v3"] = vector.signature, ["x-hubspot-signature-v3"] = other.signature }
    missing { ["X-HubSpot-Signature-v3"] = { vector.signature, other.signature } }
    missing({ ["X-HubSpot-Signature"] = vector.signature }, { accept = ALL })
    missing({ ["X-HubSpot-Signature"] = vector.signature, ["X-HubSpot-Signature-Version"] = "v9" }, { accept = ALL })
    missing({ ["X-HubSpot-Signature-v3"] = vector.signature }, { accept = { "v1" } })
    assert.matches('version v3; the request has version "v2"', missing(request_of(recorded.vectors[3]).headers).message)
    refused("SIGNATURE_WRONG", 401, receiver():verify { method = "POST", uri = URI, body = vector.body,
      headers = { ["X-HubSpot-Signature-v3"] = vector.signature } })
  end)

  -- HubSpot may send an older signature beside v3's: without its time, an old request could be sent again.
  it("of an old version does not stand in for v3's, unless it is accepted by name", function()
    local body = recorded.delivery
    local request = { method = "POST", uri = URI, body = body, headers = { ["X-HubSpot-Signature-Version"] = "v1",
      ["X-HubSpot-Signature"] = sign.v1(SECRET, body) } }
    refused("SIGNATURE_MISSING", 401, receiver():receive(request))
    assert.equal(1, #assert(receiver({ accept = { "v3", "v1" } }):receive(request)))
    request.headers["X-HubSpot-Signature-v3"] = "AAAA"
    request.headers["X-HubSpot-Request-Timestamp"] = tostring(NOW)
    refused("SIGNATURE_WRONG", 401, receiver({ accept = ALL }):receive(request))
  end)

  it("is that of the address that HubSpot calls, whatever a proxy made of it", function()
    local request = signed("[]", "https://hooks.example.com/crm?x=%40", "https://hooks.example.com/crm?x=@")
    for _, case in ipairs {
      { "https://hooks.example.com/crm", "/internal?x=%40" }, { "https://hooks.example.com", "/crm?x=%40" },
      { "https://hooks.example.com/", "/crm?x=%40" }, { "https://hooks.example.com/crm?x=%40", "/" },
      { "https://hooks.example.com", "http://10.0.0.1:8080/crm?x=%40" },
      { "https://hooks.example.com/crm", "http://10.0.0.1?x=%40" },
    } do
      request.uri = case[2]
      assert.equal("v3", receiver({ url = case[1] }):verify(request))
    end
    request.uri = "/elsewhere"
    local err = refused("SIGNATURE_WRONG", 401, receiver({ url = "https://hooks.example.com" }):verify(request))
    assert.matches("POST https://hooks.example.com/elsewhere", err.message, 1, true)
    request.uri = "/crm"
    assert.error_matches(function() receiver():verify(request) end, "request.uri is only a path")
  end)
end)

describe("a webhook's receiver", function()
  it("raises what its author got wrong, and shows no secret", function()
    for _, case in ipairs {
      { SECRET }, { nil }, { {} }, { { secret = "" } }, { { secret = 12345678 } },
      { { secret = SECRET, url = SECRET } },
      { { secret = SECRET, url = "https://x.example/#a" } }, { { secret = SECRET, window = -1 } },
      { { secret = SECRET, window = 0 / 0 } }, { { secret = SECRET, window = math.huge } },
      { { secret = SECRET, remember = -1 } }, { { secret = SECRET, accept = {} } },
      { { secret = SECRET, accept = { "v4" } } }, { { secret = SECRET, most_bytes = 0 } },
      { { secret = SECRET, sekret = 1 }, "OPTION_UNKNOWN" },
    } do
      local fine, err = pcall(tether.webhook, case[1])
      assert.is_false(fine)
      assert.equal(case[2] or "BAD_ARGUMENT", err.code)
      assert.is_nil(tostring(err):find(SECRET, 1, true) or tostring(err):find("12345678", 1, true))
    end
    for _, request in ipairs { 1, {}, { headers = {}, body = 1 }, { headers = "x" } } do
      assert.error_matches(function() receiver():verify(request) end, "request")
    end
    local request = request_of(recorded.vectors[2])
    request.method = nil
    assert.error_matches(function() receiver():verify(request) end, "request.method: a string is needed")
  end)

  it("shows its secret in none of its fields", function()
    local seen = {}
    local function look(value)
      assert.is_nil(tostring(value):find(SECRET, 1, true))
      if type(value) ~= "table" or seen[value] then return end
      seen[value] = true
      for key, field in pairs(value) do look(key) look(field) end
    end
    local box = receiver()
    box:receive(signed(recorded.delivery))
    look(box)
  end)

  it("refuses more bytes and more events than are plausible", function()
    local box = receiver { most_bytes = 20, most_events = 3 }
    local err = refused("TOO_LARGE", 413, box:receive(signed(("x"):rep(21))))
    assert.matches("21 bytes; most_bytes is 20", err.message)
    assert.equal(3, #assert(box:receive(signed '[{"a":1},{"b":2},{}]')))
    assert.equal(4, refused("TOO_LARGE", 413, box:receive(signed "[{},{},{},{}]")).place)
    local many = "[" .. ("{},"):rep(1000) .. "{}]"
    refused("TOO_LARGE", 413, tether.webhook.parse(many))
  end)

  it("refuses what is signed and still no list of events, and names the byte", function()
    for body, place in pairs {
      [""] = 1, ["{}"] = 1, ['[{"a":1},2]'] = 10, ['[{"a":1}'] = 9, ['[{"a":9007199254740993,"b":}]'] = 28,
      ["[{}]x"] = 5, ["[{},]"] = 5, ["[{'a':1}]"] = 3, ['[{"a":NaN}]'] = 7, ['[{"a":0x10}]'] = 8, ["[null]"] = 2,
      ['[{"a":' .. ("["):rep(100)] = 70, ['[{"a":"\0"}]'] = 8,
    } do
      local err = refused("EVENTS_MALFORMED", 400, receiver():receive(signed(body)))
      assert.equal(place, err.place, body)
      assert.same(err, select(2, tether.webhook.parse(body)))
    end
    refused("EVENTS_MALFORMED", 400, tether.webhook.parse '[{"a":"\\q"}]')
    local request = signed ""
    request.body = nil
    refused("EVENTS_MALFORMED", 400, receiver():receive(request))
  end)

  it("raises nothing whatever a stranger sends", function()
    local box = receiver { accept = ALL, url = "https://x.example" }
    for _, uri in ipairs { "", "*", "\0", "//", "http://", ("%"):rep(70000), "x:?\r\n" } do
      for _, time in ipairs { "", "-1", "9223372036854775807", "9223372036854775808", "1e3", ("9"):rep(1000), "\0" } do
        refused("SIGNATURE_WRONG", 401, box:receive { method = "", uri = uri, body = "\0", headers = {
          ["X-HubSpot-Signature-v3"] = "\0", ["X-HubSpot-Request-Timestamp"] = time } })
      end
    end
  end)
end)

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
