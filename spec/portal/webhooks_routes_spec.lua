-- Webhooks set up by curl over HubSpot's routes, and received by a server that is none of ours.
local files = require "spec.support.files"
local json = require "tether.json"
local process = require "spec.support.process"
local receivers = require "spec.support.receiver"

local portal, receiver, facts, address

local function curl(method, path, body)
  local data = body and "-d @" .. files.write(json.encode(body), "json") or ""
  local pipe = assert(io.popen(("curl -s -m 20 -w '\\n%%{http_code}' -X %s -H 'Authorization: Bearer %s' " ..
    "-H 'Content-Type: application/json' %s '%s%s'"):format(method, facts.token, data, facts.url, path)))
  local text, status = pipe:read "a":match "^(.*)\n(%d+)$"
  pipe:close()
  return math.tointeger(tonumber(status)), text ~= "" and (json.decode(text) or text) or nil
end

describe("webhooks by curl", function()
  setup(function()
    portal = process.background "build/tether portal --port 0 --admin --client-secret shared"
    receiver = process.background "python3 spec/support/receiver.py shared"
    facts = json.decode(portal:printed "({.-})\n")
    address = receiver:printed "(http://%S+)"
  end)
  teardown(function()
    for _, one in ipairs { portal, receiver } do
      one:signal "TERM"
      one:finish()
    end
    files.remove_all()
  end)

  it("are set, listed, changed, and reach a server of another language", function()
    local root = "/webhooks/2026-03/7"
    assert.equal(404, (curl("GET", root .. "/settings")))
    local settings = { targetUrl = address, throttling = { maxConcurrentRequests = 3 } }
    local status, set = curl("PUT", root .. "/settings", settings)
    assert.same({ 200, address, 3 }, { status, set.targetUrl, set.throttling.maxConcurrentRequests })
    assert.equal(400, (curl("POST", root .. "/subscriptions", { eventType = "contact.creation" }))) -- active is missing
    local _, made = curl("POST", root .. "/subscriptions", { eventType = "contact.creation", active = true })
    local _, same = curl("POST", root .. "/subscriptions", { eventType = "contact.creation", active = true })
    assert.equal(made.id, same.id)
    assert.equal(1, #select(2, curl("GET", "/app-webhooks/2026-09/7/subscriptions")).results)
    assert.equal(201, (curl("POST", "/crm/objects/2026-03/contacts", { properties = { firstname = "Jane" } })))
    receiver:printed '"signed": true, "events": %[{"eventId": %d+, "subscriptionId": 1, .-"contact.creation"'
    local _, state = curl("GET", "/portal/webhooks")
    assert.equal(address, state.apps[1].targetUrl)

    assert.equal(200, (curl("PATCH", root .. "/subscriptions/" .. made.id, { active = false })))
    curl("POST", "/crm/objects/2026-03/contacts", { properties = { firstname = "Joe" } })
    local _, paused = curl("GET", "/portal/webhooks")
    assert.same({ 0, 0 }, { paused.apps[1].waiting, paused.apps[1].underWay })
    local partly
    status, partly = curl("POST", root .. "/subscriptions/batch/update",
      { inputs = { { id = 1, active = true }, { id = 99, active = true } } })
    assert.same({ 207, 1, 1 }, { status, #partly.results, #partly.errors })
    assert.equal(204, (curl("DELETE", root .. "/subscriptions/1")))
    assert.equal(404, (curl("GET", root .. "/subscriptions/1")))
    assert.equal(204, (curl("DELETE", root .. "/settings")))
    assert.equal(404, (curl("GET", root .. "/settings")))
  end)

  it("refuse what no app could mean", function()
    assert.equal(404, (curl("PUT", "/webhooks/v3/x/settings", { targetUrl = address })))
    assert.equal(400, (curl("PUT", "/webhooks/v3/7/settings", { targetUrl = "http://example.com/" })))
    assert.equal(400, (curl("PUT", "/webhooks/v3/7/settings", { targetUrl = 7 })))
    assert.equal(400, (curl("PUT", "/webhooks/v3/7/settings", {})))
    assert.equal(400, (curl("POST", "/webhooks/v3/7/subscriptions", { eventType = "conversation.creation" })))
    assert.equal(400, (curl("POST", "/webhooks/v3/7/subscriptions", { eventType = 7 })))
    assert.equal(404, (curl("PUT", "/webhooks/2026-09/7/settings", { targetUrl = address })))
    assert.equal(405, (curl("POST", "/webhooks/v3/7/settings", { targetUrl = address })))
  end)

  it("are set up whole by the portal's own route, whose log tells each delivery", function()
    local wanted = { app = 8, url = address, secret = "other", signatures = { "v3" },
      events = { { eventType = "object.associationChange", objectTypeId = "0-1" } } }
    local status, answer = curl("POST", "/portal/webhooks", wanted)
    assert.same({ 200, 1 }, { status, #answer.subscriptions })
    local _, jane = curl("POST", "/crm/objects/2026-03/contacts", { properties = { firstname = "Jane" } })
    local _, acme = curl("POST", "/crm/objects/2026-03/companies", { properties = { name = "Acme" } })
    curl("PUT", ("/crm/objects/2026-03/contacts/%s/associations/default/companies/%s"):format(jane.id, acme.id))
    receiver:printed '"signed": false.-"fromObjectTypeId": "0%-1"' -- another secret than the receiver's
    local entry
    process.wait_until(function()
      local _, log = curl("GET", "/portal/deliveries")
      entry = type(log) == "string" and json.decode(log:match "[^\n]+\n*$") or log
      return entry and entry.appId == 8
    end, "an entry of the log")
    assert.same({ 401, 0, 1 }, { entry.status, entry.attempt, entry.count })
    assert.equal(204, (curl("DELETE", "/portal/deliveries")))
    assert.equal(204, (curl("DELETE", "/portal/webhooks")))
    assert.same({}, select(2, curl("GET", "/portal/webhooks")).apps)
  end)

  it("throw away what their receiver answers: nothing of it is printed", function()
    local root, talking <close> = "/webhooks/2026-03/8", receivers.open()
    assert.equal(200, (curl("PUT", root .. "/settings", { targetUrl = talking.url,
      throttling = { maxConcurrentRequests = 1 } })))
    curl("POST", root .. "/subscriptions", { eventType = "contact.creation", active = true })
    assert.equal(201, (curl("POST", "/crm/objects/2026-03/contacts", { properties = { firstname = "Jill" } })))
    local request = assert(talking:take())
    request.client:send "HTTP/1.1 200 Fine\r\nContent-Length: 16\r\n\r\nnot to be shown\n"
    process.wait_until(function()
      local _, state = curl("GET", "/portal/webhooks")
      for _, app in ipairs(state.apps) do
        if app.targetUrl == talking.url then return app.waiting == 0 and app.underWay == 0 end
      end
    end, "the end of the delivery")
    assert.is_nil(portal:output():find("shown", 1, true))
    assert.equal(204, (curl("DELETE", root .. "/settings")))
  end)
end)
