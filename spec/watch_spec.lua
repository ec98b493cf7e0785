-- Seeing inside: events, counters, the log. The portal counts beside it, and real processes write the log.
local files = require "spec.support.files"
local shell = require "spec.support.shell"
local tether = require "tether"
local nginx = require "spec.support.nginx"

local function run(script, environment, url, token)
  return (shell.output(("%s HUBSPOT_TOKEN=%s TETHER_URL=%s lua5.4 %s"):format(environment, token, url,
    files.write(script))))
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = line end
  return lines
end

describe("a hub", function()
  local portal, hub, seen
  before_each(function()
    portal = tether.portal()
    portal:seed { contacts = { { id = 101, properties = { email = "jane@example.com" } } },
      companies = { { id = 9001 } } }
    hub = portal:connect { retry_pause = 0.01 }
    seen = {}
  end)
  after_each(function() hub:close() portal:close() end)

  local function watch(...)
    for _, name in ipairs { ... } do
      hub:on(name, function(event) seen[#seen + 1] = event end)
    end
  end

  it("tells of each request and response with its fields", function()
    portal:set("tier", "professional")
    watch("request", "response")
    local before = os.time() * 1000
    hub:get("contacts", 101)
    assert.equal(2, #seen)
    local request, response = seen[1], seen[2]
    local at_ms, elapsed_ms = response.at_ms, response.elapsed_ms
    assert.is_true(at_ms >= before and at_ms < before + 60000)
    assert.is_true(elapsed_ms >= 0 and elapsed_ms < 60000)
    assert.same({ event = "request", operation = "record_get", method = "GET", attempt = 1, ticket = 1,
      path = "/crm/objects/2026-03/contacts/101", at_ms = request.at_ms }, request)
    assert.same({ event = "response", operation = "record_get", method = "GET", attempt = 1, ticket = 1, status = 200,
      path = "/crm/objects/2026-03/contacts/101", at_ms = at_ms, elapsed_ms = elapsed_ms, window_left = 189,
      daily_left = 624999, correlation_id = response.correlation_id }, response)
    assert.matches("^%x+%-%x+%-%x+%-%x+%-%x+$", response.correlation_id)
  end)

  it("tells of a retry and of what went wrong", function()
    portal:fault { operation = "record_get", times = 1, reset = "after" } -- of a new connection: of a kept one libcurl
    portal:fault { operation = "record_get", nth = 2, status = 503 } -- sends what converges again by itself
    watch("response", "retry")
    hub:get("contacts", 101)
    local told = {}
    for _, event in ipairs(seen) do
      told[#told + 1] = ("%s %d %s"):format(event.event, event.attempt, event.status or event.problem or "")
      if event.event == "retry" then assert.is_true(event.wait_ms >= 0 and event.wait_ms < 60000) end
    end
    assert.matches("^response 1 GET http", told[1])
    assert.matches("^retry 1", told[2])
    assert.equal("response 2 503", told[3])
    assert.matches("^retry 2", told[4])
    assert.equal("response 3 200", told[5])
    assert.equal(5, #told)
  end)

  it("tells of a wait for the quota", function()
    watch "wait"
    for _ = 1, 6 do hub:search("contacts", { query = "x" })() end
    assert.equal(1, #seen)
    assert.is_true(seen[1].wait_ms > 0 and seen[1].wait_ms <= 1010)
    local stats = hub:stats()
    assert.equal(1, stats.waits)
    assert.is_true(stats.waited_ms > 0)
  end)

  it("goes on when a listener raises, and notes it", function()
    hub:on("response", function() error "my own fault" end)
    watch "response"
    assert.equal(101, hub:get("contacts", 101).id)
    assert.equal(1, #seen)
    assert.matches('listener of "response" failed: .*my own fault', hub.notices[1])
  end)

  it("calls several listeners in order, and none that was taken away, even by another", function()
    local order, off_second = {}, nil
    hub:on("response", function()
      order[#order + 1] = 1
      if off_second then off_second() end
      off_second = nil
    end)
    off_second = hub:on("response", function() order[#order + 1] = 2 end)
    local off_third = hub:on("response", function() order[#order + 1] = 3 end)
    hub:get("contacts", 101)
    off_third()
    off_third()
    hub:get("contacts", 101)
    assert.same({ 1, 2, 3, 1 }, order)
  end)

  it("may be closed by a listener", function()
    hub:on("response", function() hub:close() end)
    local ok, problem = pcall(hub.get, hub, "contacts", 101)
    assert.is_false(ok)
    assert.equal("CLOSED", problem.code)
    ok, problem = pcall(hub.on, hub, "response", print)
    assert.is_false(ok)
    assert.equal("CLOSED", problem.code)
  end)

  it("refuses a listener that is none, and an event that is none", function()
    for _, wrong in ipairs { { "response" }, { "respnse", print }, { nil, print }, { "wait", 1 } } do
      local ok, problem = pcall(hub.on, hub, table.unpack(wrong, 1, 2))
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", problem.code)
    end
  end)

  it("counts as the portal counts", function()
    portal:fault { operation = "record_get", times = 1, reset = "after" }
    portal:fault { operation = "record_get", nth = 2, times = 2, status = 503 }
    portal:fault { operation = "record_list", times = 1, status = 429,
      body = { status = "error", errorType = "RATE_LIMIT", policyName = "SECONDLY" } }
    local received = 0
    hub:on("response", function() received = received + 1 end)
    hub:get("contacts", 101)
    pcall(hub.get, hub, "contacts", 999)
    hub:associate("contacts", 101, "companies", 9001)
    for _ in hub:records "contacts" do received = received + 0 end
    local stats, counted, sent = hub:stats(), portal:counters(), 0
    for _, request in ipairs(portal:log()) do sent = sent + #request.body end
    assert.equal(counted.requests, stats.requests)
    assert.equal(stats.requests, stats.answers + stats.lost)
    assert.equal(stats.requests, received)
    assert.equal(1, stats.lost)
    assert.equal(4, stats.retries)
    assert.equal(counted.faults, stats.retries)
    assert.equal(2 + 1 + 1, stats.refused)
    assert.equal(counted.rateLimited, stats.rate_limited)
    assert.equal(1, stats.rate_limited)
    assert.equal(sent, stats.sent_bytes)
    assert.is_true(stats.received_bytes > 100)
    assert.equal(0, stats.under_way)
    assert.equal(0, stats.dropped_events)
    assert.is_true(math.abs(stats.skew_ms) < 60000)
  end)

  it("counts what nobody took of its events in time", function()
    local session = require("tether.session.native").open { url = portal.url, token = portal.token, concurrency = 8 }
    session:listen("request", true)
    for _ = 1, 5000 do session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, "record_get") end
    while session:under_way() > 0 do
      session:step(1000)
      while session:take() do end
    end
    local count = 0
    for _ in session.event, session do count = count + 1 end
    assert.equal(4096, count)
    assert.equal(904, session:stats().dropped_events)
    session:close()
  end)
end)

describe("TETHER_LOG", function()
  local portal
  before_each(function()
    portal = tether.portal { switches = { tier = "professional" } }
    portal:seed { contacts = { { id = 101, properties = { email = "jane@example.com", firstname = "Jane" } } },
      companies = { { id = 9001 } } }
  end)
  after_each(function() portal:close() end)

  local function log(level, script)
    return run("local hub = require('tether').connect { retry_pause = 0.01 }\n" .. script,
      level and "TETHER_LOG=" .. level or "", portal.url, portal.token)
  end

  it("is silent unless it is asked for", function()
    for _, level in ipairs { false, "off", "''" } do assert.equal("", log(level, "hub:get('contacts', 101)")) end
  end)

  it("refuses a level that is none", function()
    local text = log("verbose", "")
    assert.matches("BAD_ARGUMENT: $TETHER_LOG: off, info or debug is needed, got \"verbose\"", text)
  end)

  it("at info writes a line an attempt: method, route, status, ms, try, quota left, correlation id", function()
    portal:fault { operation = "record_get", times = 1, status = 503 }
    local lines = lines_of(log("info", "hub:get('contacts', 101)"))
    assert.equal(3, #lines)
    local stamp = "^tether %d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d[%.%d]*Z "
    assert.matches(stamp .. "record_get GET /crm/objects/2026%-03/contacts/101 503 %d+ms try=1.* id=%x+%-%x+%-[%x-]+$",
      lines[1])
    assert.matches(stamp .. "record_get GET /crm/objects/2026%-03/contacts/101 again in %d+ms try=2$", lines[2])
    assert.matches(stamp .. "record_get GET /crm/objects/2026%-03/contacts/101 200 %d+ms try=2 window=%d+ day=%d+ " ..
      "id=%x+%-%x+%-[%x-]+$", lines[3])
  end)

  it("writes what went wrong in place of a status", function()
    portal:fault { operation = "record_get", times = 1, reset = "after" }
    assert.matches("contacts/101 %- %d+ms try=1 GET http://127.0.0.1:%d+: ", (lines_of(log("info",
      "hub:get('contacts', 101)"))[1]))
  end)

  local everything = [[
    hub:create("contacts", { email = "secret1@example.com", firstname = "Secret2" })
    hub:update("contacts", 101, { firstname = "Secret3" })
    hub:get("contacts", "email=jane@example.com")
    pcall(hub.get, hub, "contacts", "Secret4", { id_property = "firstname" })
    hub:search("contacts", { filters = { { "firstname", "EQ", "Secret5" } } })()
    hub:search("contacts", { query = "Secret6" })()
    hub:search("contacts", { filters = { { "firstname", "IN", { "Secret7" } } } })()
    hub:upsert("contacts", "email", { { id = "secret8@example.com", properties = { firstname = "Secret9" } } })
    pcall(hub.upsert, hub, "contacts", "serial", { { id = "SecretE", properties = {} } })
    hub:associate("contacts", "email=jane@example.com", "companies", 9001)
    pcall(hub.request, hub, "POST", "/crm/objects/2026-03/contacts", '{"properties":{"firstname":"SecretA","x":')
    pcall(hub.request, hub, "GET", "/crm/objects/2026-03/contacts/secretb@example.com?idProperty=email&x=SecretC")
    pcall(hub.request, hub, "GET", "/crm/objects/2026-03/contacts/SecretD?properties=email&idProperty=firstname")]]

  it("shows nobody's data: no properties, no searches, no addresses, at neither level", function()
    for _, level in ipairs { "info", "debug" } do
      local text = log(level, everything:gsub("ecret1", level .. "%0"))
      assert.is_true(#lines_of(text) >= 12, text)
      assert.is_nil(text:lower():match "[%w]*secret%w", level)
      assert.is_nil(text:match "jane", level)
      assert.is_nil(text:match "Jane", level)
      assert.matches("/crm/objects/2026%-03/contacts/%*%*%*", text)
      assert.is_nil(text:find(portal.token, 1, true))
      for _, line in ipairs(lines_of(text)) do assert.matches("^tether 20", line) end
    end
  end)

  it("shows bodies at debug only, ids and types in them", function()
    local script = "hub:associate('contacts', 101, 'companies', 9001, 279)"
    assert.is_nil(log("info", script):match "associationTypeId")
    assert.matches('received={.*9001', log("debug", script))
  end)

  it("at debug shows the bodies of OAuth not at all", function()
    local given = tether.portal { refresh_token = "planted-refresh" }
    given:seed("contacts", 101)
    local text = run([[local hub = require('tether').connect { oauth = { client_id = "planted-id",
      client_secret = "planted-secret", refresh_token = "planted-refresh" } }
      hub:get("contacts", 101)]], "TETHER_LOG=debug", given.url, "")
    assert.matches("oauth_token POST /oauth/2026%-03/token 200", text)
    assert.is_nil(text:match "planted")
    assert.is_nil(text:match "oauth%-%x%x%x%x")
    given:close()
  end)

  it("cuts long bodies", function()
    local text = log("debug", [[
      local list = {}
      for i = 1, 100 do list[i] = { properties = { firstname = "x" } } end
      hub:create("contacts", list)]])
    for _, line in ipairs(lines_of(text)) do assert.is_true(#line < 9000) end
    assert.matches("…", text)
  end)

  describe("with a server that would forge", function()
    local server, port
    setup(function()
      port = nginx.free_port()
      server = nginx.start { port = port, servers = ([[server { listen 127.0.0.1:%d;
        location /blank { add_header x-hubspot-correlation-id "id-1 status=999" always; return 200 "{}"; }
        location /control { add_header x-hubspot-correlation-id "id%s[31m" always; return 200 "{}"; }
        location /long { add_header x-hubspot-correlation-id "%s" always; return 200 "{}"; }
        location /bytes { return 400 "{\"message\":\"a%sb%sc%sd\"}"; } }]]):format(port, "\27", ("x"):rep(100),
        "\27[2J", "\127", "\xC2\x9B") }
    end)
    teardown(function() server.stop() end)

    it("keeps its lines and the terminal safe", function()
      local text = run([[local hub = require('tether').connect()
        for _, path in ipairs { "/blank", "/control", "/long", "/bytes" } do pcall(hub.request, hub, "GET", path) end]],
        "TETHER_LOG=debug", "http://127.0.0.1:" .. port, "t")
      local lines = lines_of(text)
      assert.equal(4, #lines, text)
      assert.is_nil(text:find("[\0-\9\11-\31\127]"))
      assert.is_nil(text:find("\xC2\x9B", 1, true))
      assert.is_nil(text:find("id=", 1, true))
      assert.matches("GET /bytes 400 ", lines[4])
    end)
  end)
end)
