-- The doctor finds what is wrong, and says what to mend: against portals and, for TLS, nginx in front of one.
local shell = require "spec.support.shell"
local tether = require "tether"
local certificates = require "spec.support.certificates"
local json = require "tether.json"
local nginx = require "spec.support.nginx"

local function found(report, name)
  for _, one in ipairs(report.checks) do
    if one.name == name then return one end
  end
  error("no check " .. name)
end

local function states(report)
  local list = {}
  for i, one in ipairs(report.checks) do list[i] = one.name .. " " .. one.state end
  return table.concat(list, ", ")
end

describe("the doctor", function()
  local portal
  local function open(options)
    portal = tether.portal(options)
    return portal
  end
  local function examine(wanted, options)
    options = options or {}
    options.url, options.token = options.url or portal.url, options.token or portal.token
    return tether.doctor(options, wanted)
  end
  after_each(function()
    if portal then portal:close() end
    portal = nil
  end)

  it("finds nothing wrong with a sound account", function()
    open { switches = { tier = "professional", utc_offset = -300 } }
    local report = examine { objects = { "contacts", "companies" }, write = true }
    assert.equal("settings ok, quota ok, host ok, tls ok, token ok, scopes ok, routes ok, window ok, " ..
      "day ok, clock ok", states(report))
    assert.is_true(report.fine)
    assert.equal(62515, report.facts.account)
    assert.matches("accepted by account 62515", found(report, "token").message)
    assert.matches("4 needed, all held", found(report, "scopes").message)
    assert.matches("of 190 calls left in 10 seconds", found(report, "window").message)
    assert.matches("of 625,000 calls left today, new at %d+%-%d+%-%d+T05:00:00Z", found(report, "day").message)
    assert.matches("within seconds", found(report, "clock").message)
    for _, request in ipairs(portal:log()) do assert.is_nil(request.body:find(portal.token, 1, true)) end
  end)

  it("changes nothing: it only reads", function()
    open { switches = { tier = "free" } }
    portal:seed("contacts", 101)
    local before = portal:dump()
    examine { objects = { "contacts" } }
    assert.equal(before, portal:dump())
  end)

  it("names the scopes that are missing", function()
    open { scopes = { "oauth", "crm.objects.contacts.read", "crm.objects.deals.sensitive.read.v2" } }
    local report = examine { objects = { "contacts", "company" }, scopes = { "crm.objects.deals.sensitive.read" } }
    local scopes = found(report, "scopes")
    assert.equal("fail", scopes.state)
    assert.equal("missing: crm.objects.companies.read", scopes.message)
    assert.matches("grant them", scopes.remedy)
    assert.same({ "crm.objects.companies.read" }, report.facts.missing_scopes)
    assert.is_false(report.fine)
    report = examine { objects = { "contacts" }, write = true, scopes = { "tickets", "oauth" } }
    assert.same({ "crm.objects.contacts.write", "tickets" }, report.facts.missing_scopes)
  end)

  it("names scopes that a refusal calls granular", function()
    open { scopes = { "oauth" }, switches = { scope_names = "requiredGranularScopes" } }
    local hub <close> = portal:connect()
    local fine, problem = pcall(hub.get, hub, "contacts", 1)
    assert.same({ false, "MISSING_SCOPES" }, { fine, problem.code })
    assert.matches("crm%.objects%.contacts%.read", problem.message)
  end)

  it("lists the scopes that are held when nothing is asked of them", function()
    open { scopes = { "oauth", "tickets" } }
    local report = examine()
    assert.matches("held: oauth", found(report, "scopes").message)
    assert.equal("tickets", report.facts.scopes[#report.facts.scopes])
    assert.is_true(examine({ objects = { "tickets" } }).fine)
  end)

  it("tries reads where the server does not tell the scopes", function()
    open { scopes = { "oauth", "crm.objects.contacts.read" } }
    portal:fault { operation = "oauth_private_app", status = 404, html = true }
    assert.equal("ok", found(examine { objects = { "contacts" } }, "scopes").state)
    local report = examine { objects = { "contacts", "companies" } }
    assert.equal("missing: crm.objects.companies.read", found(report, "scopes").message)
    report = examine { objects = { "contacts" }, write = true }
    assert.equal("warn", found(report, "scopes").state)
    assert.matches("not tried: crm.objects.contacts.write", found(report, "scopes").message)
    assert.equal("warn", found(examine(), "scopes").state)
  end)

  it("takes no list in a refusal for the scopes that are held", function()
    open { scopes = { "oauth", "crm.objects.contacts.read" } }
    portal:fault { operation = "oauth_private_app", status = 403, body = { scopes = { "crm.objects.companies.read" } } }
    local report = examine { objects = { "contacts", "companies" } }
    assert.equal("missing: crm.objects.companies.read", found(report, "scopes").message)
    assert.is_nil(report.facts.scopes)
  end)

  it("does not take an answer that tells nothing for a known route", function()
    for _, status in ipairs { 429, 503 } do
      open()
      for _, operation in ipairs { "batch_create", "associate_typed" } do
        portal:fault { operation = operation, status = status }
      end
      local report = examine()
      assert.same({}, report.facts.routes)
      assert.equal("warn", found(report, "routes").state)
      assert.matches("described form unclear, overview's form unclear; type id in a path unclear",
        found(report, "routes").message)
      portal:close()
    end
  end)

  it("asks OAuth's server for the scopes of an OAuth token", function()
    open { refresh_token = "refresh-me", scopes = { "oauth", "crm.objects.contacts.read" } }
    local report = tether.doctor({ url = portal.url,
      oauth = { client_id = "a", client_secret = "planted-secret", refresh_token = "refresh-me" } },
      { objects = { "contacts", "deals" } })
    assert.equal("missing: crm.objects.deals.read", found(report, "scopes").message)
    assert.equal(1, portal:counters().operations.oauth_introspect)
  end)

  it("goes on when the account's details are out of the token's scopes", function()
    open { scopes = { "crm.objects.contacts.read" } }
    local report = examine { objects = { "contacts" } }
    assert.equal("ok", found(report, "token").state)
    assert.equal("ok", found(report, "scopes").state)
  end)

  it("tells a refused token, and the host of its region", function()
    open()
    local report = examine(nil, { token = "pat-na1-wrong" })
    assert.equal("settings ok, quota ok, host ok, tls ok, token fail, scopes skip, routes ok, window skip, " ..
      "day skip, clock skip",
      states(report))
    assert.matches("^copy the token again", found(report, "token").remedy)
    assert.equal("UNAUTHENTICATED", report.facts.code)
    assert.matches("^copy the token again", found(examine(nil, { token = "pat-na2-wrong" }), "token").remedy)
    report = examine(nil, { token = "pat-eu1-wrong" })
    assert.matches("api%-eu1.hubapi.com", found(report, "token").remedy)
    portal:set("eu_tokens", "refuse")
    assert.is_nil(tostring(report):find("wrong", 1, true))
  end)

  it("tells of a version whose support ends, and whose the quota is", function()
    open()
    for _, version in ipairs { "v4", "2025-09" } do
      local hub <close> = portal:connect { version = version }
      assert.matches("unsupported from .*March 2027", hub.notices[1])
      local settings = found(examine(nil, { version = version }), "settings")
      assert.equal("warn", settings.state)
      assert.matches("unsupported from", settings.message)
    end
    local folder = os.tmpname()
    os.remove(folder)
    assert.matches("^shared with the other", found(examine(nil, { share = folder }), "quota").message)
    os.execute("rm -rf " .. folder)
  end)

  it("tells what is wrong with the settings", function()
    local report = tether.doctor { url = "https://127.0.0.1:1", token = "two words" }
    assert.equal("settings fail, quota skip, host skip, tls skip, token skip, scopes skip, routes skip, " ..
      "window skip, day skip, clock skip",
      states(report))
    assert.equal("TOKEN_MALFORMED", report.facts.code)
    report = tether.doctor { token_file = "/nonexistent" }
    assert.matches("/nonexistent", found(report, "settings").message)
    report = tether.doctor { url = "http://example.com", token = "t" }
    assert.matches("in the clear", found(report, "settings").message)
  end)

  it("tells a host that cannot be reached, in libcurl's words, and at once", function()
    local report = tether.doctor { url = "http://127.0.0.1:1", token = "t" }
    assert.equal("settings ok, quota ok, host fail, tls skip, token skip, scopes skip, routes skip, " ..
      "window skip, day skip, clock skip",
      states(report))
    assert.matches("Failed to connect to 127.0.0.1 port 1", found(report, "host").message)
    report = tether.doctor { url = "https://nowhere.invalid", token = "t", connect_timeout = 5 }
    assert.equal("fail", found(report, "host").state)
    assert.matches("nowhere.invalid", found(report, "host").message)
  end)

  it("tells a server that is none of HubSpot's", function()
    open()
    portal:fault { operation = "account", status = 404, html = true }
    local report = examine()
    assert.equal("fail", found(report, "token").state)
    assert.matches("url", found(report, "token").remedy)
  end)

  it("tells a day that is used up, and a window that others fill", function()
    open { switches = { daily = 100, burst = 20 } }
    for _ = 1, 95 do portal:advance(10) portal:connect { share = false }:account() end
    local report = examine()
    assert.equal("warn", found(report, "day").state)
    assert.matches("^%d of 100 calls left today, new at", found(report, "day").message)
    portal:fault { operation = "account", status = 429,
      body = { status = "error", errorType = "RATE_LIMIT", policyName = "DAILY", message = "daily limit" } }
    report = examine { objects = { "contacts" } }
    assert.equal("fail", found(report, "scopes").state)
    assert.is_false(report.fine)
  end)

  it("tells a clock that goes wrong, and which way", function()
    open()
    local function with_date(seconds)
      portal:clear_faults()
      portal:fault { operation = "account", status = 200, body = { portalId = 1, utcOffsetMilliseconds = 0 },
        headers = { Date = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + seconds) } }
      portal:fault { operation = "oauth_private_app", status = 200, body = { scopes = { "oauth" } },
        headers = { Date = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + seconds) } }
      return found(examine(), "clock")
    end
    local clock = with_date(100)
    assert.equal("warn", clock.state)
    assert.matches("^%d+ seconds behind the server's", clock.message)
    clock = with_date(-4000)
    assert.equal("fail", clock.state)
    assert.matches("ahead of the server's", clock.message)
    assert.matches("clock", clock.remedy)
  end)

  describe("about the forms of a route", function()
    local OVERVIEW, DESCRIBED = "/crm/objects/2026-03/associations/*", "/crm/associations/2026-03/*"

    it("tells which ones the account knows, and asks without the token", function()
      open()
      portal:seed { contacts = { { id = 1 } }, companies = { { id = 1 } } }
      local report = examine()
      assert.same({ described = true, overview = true, typed = true }, report.facts.routes)
      local asked = 0
      for _, entry in ipairs(portal:log()) do
        if entry.path:find "batch/create" or entry.path:find "/279$" then
          asked = asked + 1
          assert.same({ 401, "" }, { entry.status, entry.body })
        end
      end
      assert.equal(3, asked)
    end)

    it("fails when the form that is sent is unknown, and says what to do", function()
      open()
      portal:fault { path = OVERVIEW, status = 404 }
      portal:fault { path = "*/279", status = 405 }
      local report = examine()
      assert.same({ described = true, overview = false, typed = false }, report.facts.routes)
      assert.equal("ok", found(report, "routes").state)
      assert.matches("overview's form unknown; type id in a path unknown", found(report, "routes").message)
      report = examine(nil, { routes = "overview" })
      assert.equal("fail", found(report, "routes").state)
      assert.matches("routes", found(report, "routes").remedy)
      portal:fault { path = DESCRIBED, status = 404 }
      assert.equal("fail", found(examine(), "routes").state)
    end)

    it("takes no other failure for an unknown route", function()
      open()
      portal:fault { path = OVERVIEW, status = 503 }
      portal:fault { path = DESCRIBED, status = 503 }
      local report = examine()
      assert.same({ typed = true }, report.facts.routes)
      assert.equal("warn", found(report, "routes").state)
    end)

    it("is asked with another token in hand: a refusal without one renews nothing", function()
      open { refresh_token = "r" }
      local report = tether.doctor { url = portal.url, oauth = { client_id = "a", client_secret = "b",
        refresh_token = "r" } }
      assert.equal("ok", found(report, "routes").state)
      assert.equal(1, portal:counters().operations.oauth_token)
    end)
  end)

  it("refuses arguments that are wrong", function()
    for _, wrong in ipairs { { { objects = { "contcts" } } }, { { scope = { "x" } } }, { { scopes = { 1 } } },
      { {}, { tokn = "x" } } } do
      local ok, problem = pcall(tether.doctor, wrong[2] or { token = "t" }, wrong[1])
      assert.is_false(ok)
      assert.is_true(tether.error.is(problem))
    end
  end)

  describe("in front of TLS", function()
    local authority, server, ports, given
    setup(function()
      authority = certificates.authority()
      given = tether.portal()
      ports = { good = nginx.free_port(), name = nginx.free_port(), old = nginx.free_port() }
      local function block(port, certificate, key)
        return ([[server { listen 127.0.0.1:%d ssl http2; ssl_certificate %s; ssl_certificate_key %s;
          location / { proxy_pass %s; } }]]):format(port, certificate, key, given.url)
      end
      local certificate, key = authority.sign("good", "IP:127.0.0.1")
      local wrong, wrong_key = authority.sign("wrong", "DNS:elsewhere.example")
      local expired, expired_key = authority.sign("expired", "IP:127.0.0.1", -1)
      server = nginx.start { port = ports.good, servers = block(ports.good, certificate, key) ..
        block(ports.name, wrong, wrong_key) .. block(ports.old, expired, expired_key) }
    end)
    teardown(function()
      server.stop()
      authority.remove()
      given:close()
    end)

    local function look(port, ca_file)
      return tether.doctor { url = "https://127.0.0.1:" .. port, token = given.token, ca_file = ca_file }
    end

    it("says that the certificate is verified", function()
      local report = look(ports.good, authority.file)
      assert.is_true(report.fine, tostring(report))
      assert.matches("verified", found(report, "tls").message)
    end)

    it("says why it is not: expired, another name, unknown authority, no authority file", function()
      local cases = { { ports.old, authority.file, "certificate has expired" },
        { ports.name, authority.file, "no alternative certificate subject name matches" },
        { ports.good, nil, "unable to get local issuer certificate" },
        { ports.good, "/nonexistent/ca.pem", "/nonexistent/ca.pem" } }
      for _, case in ipairs(cases) do
        local report = look(case[1], case[2])
        assert.equal("settings ok, quota ok, host ok, tls fail, token skip, scopes skip, routes skip, " ..
      "window skip, day skip, clock skip",
          states(report))
        assert.truthy(found(report, "tls").message:find(case[3], 1, true), found(report, "tls").message)
      end
    end)
  end)
end)

describe("the command doctor", function()
  local function run(arguments, environment)
    return shell.output(("%s build/tether doctor %s"):format(environment or "", arguments))
  end

  it("prints a line a check, and exits with 0", function()
    local text, code = run "--portal contacts companies --write"
    assert.equal(0, code, text)
    assert.matches("^ok    settings  .*\nok    host      http://127.0.0.1:%d+ answers\n", text)
    assert.equal(10, select(2, text:gsub("\n", "")))
  end)

  it("tells why the quota is not shared", function()
    local text = run("", "XDG_RUNTIME_DIR=/proc HUBSPOT_TOKEN=t TETHER_URL=https://account.invalid")
    assert.matches("\nwarn  quota     not shared with other processes: cannot make /proc/tether", text)
  end)

  it("exits with 1 when a check fails, with 2 on wrong usage", function()
    local text, code = run("", "HUBSPOT_TOKEN=pat-na1-planted TETHER_URL=http://127.0.0.1:1")
    assert.equal(1, code)
    assert.matches("fail  host", text)
    assert.is_nil(text:match "planted")
    text, code = run("", "HUBSPOT_TOKEN= TETHER_URL=http://127.0.0.1:1")
    assert.equal(1, code)
    assert.matches("fail  settings  .*to do: set HUBSPOT_TOKEN", text)
    for _, wrong in ipairs { "--portal contcts", "--portl", "--portal --scopes" } do
      text, code = run(wrong)
      assert.equal(2, code, text)
    end
  end)

  it("prints one JSON object for programs", function()
    local text, code = run "--portal --json --scopes crm.lists.read"
    assert.equal(1, code)
    local report = json.decode(text)
    assert.is_false(report.fine)
    assert.equal("crm.lists.read", report.facts.missing_scopes[1])
    assert.equal("settings", report.checks[1].name)
    text = run "--portal --json"
    assert.is_true(json.decode(text).fine)
  end)
end)
