-- A refusal of the account, or of the line to it, is no verdict on a row: what was certainly not applied is not sent,
-- and can be sent later.
local tether = require "tether"

local CONTACTS, PART = 600, 50

local function error_body(category, message, more)
  local body = { status = "error", category = category, message = message, correlationId = "c" }
  for name, value in pairs(more or {}) do body[name] = value end
  return body
end

local AT_ONCE = { ["Retry-After"] = "0" }

-- What an account, or what stands before it, says of no row.
local refusals = {
  { "401", "UNAUTHENTICATED", { status = 401, body = error_body("INVALID_AUTHENTICATION", "no") } },
  { "403 of scopes", "MISSING_SCOPES", { status = 403, body = error_body("MISSING_SCOPES", "no") } },
  { "403 of the user", "PERMISSION_MISSING", { status = 403,
    body = error_body("USER_DOES_NOT_HAVE_PERMISSIONS", "no") } },
  { "400 of the user", "PERMISSION_MISSING", { status = 400,
    body = error_body("VALIDATION_ERROR", "Missing 'Edit Associations' permission.") } },
  { "477", "MIGRATING", { status = 477, headers = AT_ONCE, body = error_body(nil, "moving") } },
  { "488", "WRONG_REGION", { status = 488, body = error_body(nil, "Hub 1 is unknown to this Hublet, but it appears " ..
    "to exist in Hublet eu1", { correctHublet = "eu1" }) } },
  { "423", "LOCKED", { status = 423, headers = AT_ONCE, body = error_body(nil, "locked") } },
  { "429", "RATE_LIMITED", { status = 429, headers = AT_ONCE, body = { status = "error", errorType = "RATE_LIMIT",
    policyName = "SECONDLY", message = "You have reached your secondly limit." } } },
  { "402", "UNEXPECTED_STATUS", { status = 402, body = error_body(nil, "pay") } },
  { "407 of a proxy", "UNEXPECTED_STATUS", { status = 407, html = true } },
  { "302 of a portal to log in", "UNEXPECTED_STATUS", { status = 302, html = true } },
}

local function seeded()
  local portal, facts = tether.portal(), { contacts = {}, companies = { { id = 9001 } } }
  for id = 1, CONTACTS do facts.contacts[id] = { id = id } end
  facts.labels = { { from = "contacts", to = "companies", label = "A", name = "a", id = 21, inverseId = 22 } }
  portal:seed(facts)
  return portal
end

local function all_links(types)
  local links = tether.links("contacts", "companies")
  for id = 1, CONTACTS do links:add(id, 9001, types) end
  return links
end

local function strike(portal, operation, refusal, from)
  local rule = { operation = operation, nth = from, times = 1000 }
  for name, value in pairs(refusal[3]) do rule[name] = value end
  portal:fault(rule)
end

-- verb -> operation that is struck, whether all is linked first, what it is told, and how many links an account has in
-- the end, when all is done.
local verbs = {
  { "associate", "batch_create", false, function(hub, links) return hub:associate(links) end, CONTACTS },
  { "associate_default", "batch_default", false,
    function(hub, links) return hub:associate_default(links) end, CONTACTS },
  { "relabel", "batch_create", true, function(hub, links) return hub:relabel(links) end, CONTACTS, "A" },
  { "unlabel", "batch_labels_archive", true, function(hub, links) return hub:unlabel(links) end, CONTACTS, "A" },
  { "dissociate", "batch_archive", true, function(hub, links) return hub:dissociate(links) end, 0 },
  { "primary", "batch_create", false, function(hub, links) return hub.primary:set(links) end, CONTACTS },
}

describe("a set that the account refuses in mid-run", function()
  local portal
  before_each(function() portal = seeded() end)
  after_each(function() portal:close() end)

  local function connect(options)
    options = options or {}
    options.retry_for, options.concurrency = options.retry_for or 0, 2
    local hub = portal:connect(options)
    for _, verb in ipairs(verbs) do hub.ceilings[verb[2]] = PART end
    return hub
  end

  for _, verb in ipairs(verbs) do
    local name, operation, linked_before, run, links_after, types = table.unpack(verb)
    for _, refusal in ipairs(refusals) do
      it(("keeps what was not sent: %s, %s"):format(name, refusal[1]), function()
        local hub <close> = connect()
        if linked_before then hub:associate(all_links(name == "unlabel" and "A" or nil)):assert() end
        strike(portal, operation, refusal, 4)
        local ok, err = pcall(run, hub, all_links(types))
        assert.is_false(ok)
        assert.is_true(tether.error.is(err), tostring(err))
        assert.equal(refusal[2], err.code)
        assert.equal(refusal[3].status, err.status)
        local outcome = err.outcome
        assert.equal(CONTACTS, #outcome)
        assert.equal(0, outcome.rejected + outcome.unknown)
        assert.is_true(outcome.linked >= PART and outcome.pending >= PART, tostring(outcome))
        assert.equal(outcome.pending, #outcome:unsent())
        assert.is_nil(outcome:failures()())
        portal:clear_faults()
        run(hub, outcome:unsent()):assert()
        assert.equal(links_after, #hub:associations("companies", 9001, "contacts"))
      end)
    end
  end

  it("is asked for nothing more once it has refused", function()
    local hub <close> = connect()
    strike(portal, "batch_create", refusals[1], 1)
    assert.is_false(pcall(hub.associate, hub, all_links(), { read = false }))
    assert.is_true(portal:counters().requests <= 4, portal:counters().requests)
  end)

  it("has all its rows not sent where it is refused before the first", function()
    for _, operation in ipairs { "labels_list", "batch_read" } do
      local hub <close> = connect()
      strike(portal, operation, refusals[1], 1)
      local ok, err = pcall(hub.associate, hub, all_links "A")
      portal:clear_faults()
      assert.is_false(ok)
      assert.equal("UNAUTHENTICATED", err.code)
      assert.equal(CONTACTS, #err.outcome:unsent())
      assert.same({ "A" }, err.outcome:unsent():row(1).labels)
    end
  end)

  it("has all its rows not sent where a key cannot be looked up", function()
    local hub <close> = connect()
    strike(portal, "records_read", refusals[1], 1)
    local links = tether.links("contacts", "companies"):add("email=a@b.example", 9001)
    local ok, err = pcall(hub.associate, hub, links)
    assert.is_false(ok)
    assert.equal("UNAUTHENTICATED", err.code)
    assert.equal("email=a@b.example", err.outcome:unsent():row(1).from)
  end)

  it("is not refused for a row where it cannot be reached", function()
    local url = portal.url
    portal:close()
    local hub <close> = tether.connect { url = url, token = "x", retry_for = 0 }
    local ok, err = pcall(hub.associate, hub, all_links(), { read = false })
    assert.is_false(ok)
    assert.equal("HOST_UNREACHABLE", err.code)
    assert.equal(CONTACTS, err.outcome.pending)
    portal = seeded()
  end)

  it("is in doubt where the refused request may have been applied before", function()
    local hub <close> = connect { retry_for = 20, retry_pause = 0.01 }
    portal:fault { operation = "batch_create", nth = 1, reset = "after" }
    strike(portal, "batch_create", refusals[1], 2)
    hub.ceilings.batch_create = nil
    local ok, err = pcall(hub.associate, hub, all_links(), { read = false })
    assert.is_false(ok)
    assert.equal("UNAUTHENTICATED", err.code)
    assert.equal(CONTACTS, err.outcome.unknown)
    assert.equal(CONTACTS, #hub:associations("companies", 9001, "contacts"))
  end)

  it("names the region where the account is", function()
    local hub <close> = connect()
    for _, refusal in ipairs { refusals[6], { "", "MIGRATING", { status = 477, headers = AT_ONCE,
      body = error_body(nil, "moving", { correctHublet = "eu1" }) } } } do
      strike(portal, "record_get", refusal, 1)
      local _, err = pcall(hub.get, hub, "contacts", 1)
      portal:clear_faults()
      assert.equal(refusal[2], err.code)
      assert.matches('region = "eu1"', err.hint, 1, true)
    end
  end)

  it("names the scopes that it misses, the granular ones too", function()
    local hub <close> = connect()
    for _, key in ipairs { "requiredScopes", "requiredGranularScopes" } do
      for _, body in ipairs { error_body("MISSING_SCOPES", "no", { context = { [key] = { "a.read", "b.read" } } }),
        error_body("MISSING_SCOPES", "no", { errors = { { message = "one of", context = { [key] = { "a.read",
          "b.read" } } } } }) } do
        portal:fault { operation = "record_get", status = 403, body = body }
        local _, err = pcall(hub.get, hub, "contacts", 1)
        portal:clear_faults()
        assert.equal("MISSING_SCOPES", err.code)
        assert.matches("a%.read.*b%.read", err.message)
      end
    end
  end)

  it("says of many records which were not sent", function()
    local inputs = {}
    for id = 1, 350 do inputs[id] = { id = id, properties = { firstname = "Z" } } end
    local hub <close> = connect()
    strike(portal, "records_update", refusals[1], 2)
    local done, failures = hub:update("contacts", inputs)
    local count = 0
    for _ in pairs(done) do count = count + 1 end
    assert.equal(100, count)
    assert.equal(250, #failures)
    for _, failure in ipairs(failures) do
      assert.is_true(failure.not_sent)
      assert.equal("UNAUTHENTICATED", failure.error.code)
    end
    assert.is_true(portal:counters().requests <= 3)
  end)
end)

describe("an import that the account refuses in mid-run", function()
  local ROWS = 40000
  local portal, path
  before_each(function()
    portal, path = tether.portal(), os.tmpname()
    local lines, seeds = { "from,to" }, {}
    for i = 1, ROWS // 2 do seeds[i] = ('{"kind":"record","type":"contacts","id":%d}'):format(i) end
    for i = 1, 2 do seeds[#seeds + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(900000 + i) end
    portal:seed(table.concat(seeds, "\n"))
    for i = 1, ROWS do lines[#lines + 1] = ("%d,%d"):format((i + 1) // 2, 900001 + i % 2) end
    local file = assert(io.open(path, "w"))
    file:write(table.concat(lines, "\n"))
    file:close()
  end)
  after_each(function()
    portal:close()
    os.remove(path)
  end)

  for _, refusal in ipairs { refusals[1], refusals[6], refusals[7] } do
    it("goes on from the first row that was not sent, and loses none: " .. refusal[1], function()
      strike(portal, "batch_create", refusal, 4)
      local hub <close> = portal:connect { retry_for = 0, concurrency = 1 }
      local refused = 0
      local options = { from = "contacts", to = "companies", read = false, failures = function()
        refused = refused + 1
      end }
      local report = hub:import(path, options)
      assert.equal(refusal[2], report.stopped.code)
      assert.equal(0, refused)
      assert.equal(0, report.rejected + report.unknown)
      assert.equal(6000, report.linked)
      assert.equal(report.rows, report.linked + report.not_sent)
      assert.is_true(report.go_on_from <= 6002, report.go_on_from)
      portal:clear_faults()
      options.first_line = report.go_on_from
      hub:import(path, options):assert()
      assert.equal(ROWS, portal:counters().linked)
    end)
  end
end)
