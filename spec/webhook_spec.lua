-- Webhooks: only what HubSpot signed, just now, comes in, and each event once.
local recorded = require "spec.fixtures.webhooks"
local sign = require "spec.support.signature"
local tether = require "tether"
local webhook = require "spec.support.webhook"

local SECRET, NOW, URI = recorded.secret, recorded.now, recorded.vectors[1].uri
local ALL = { "v1", "v2", "v3" }
local receiver, request_of, signed, refused = webhook.receiver, webhook.request_of, webhook.signed, webhook.refused

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
