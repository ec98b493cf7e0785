-- The account's day ends in the middle of a run: one error that says until when, everything unsent known, and the rest
-- of it fed the next day.
local account = require "spec.support.account"
local native = require "tether.native"
local tether = require "tether"

local ROWS, BATCH, CALLS = 1200, 31, 20
local DAY = 86400

local function seeded(switches)
  local portal = tether.portal { switches = switches }
  local facts = account.numbered { contacts = { 1, ROWS }, companies = { 9001, 9001 } }
  facts.labels = { { from = "contacts", to = "companies", label = "A", name = "a", id = 21, inverseId = 22 } }
  portal:seed(facts)
  return portal
end

local function all_links()
  local links = tether.links("contacts", "companies")
  for id = 1, ROWS do links:add(id, 9001, id % 3 == 0 and "A" or nil) end
  return links
end

local function midnight(offset_minutes)
  local now = native.wall_ms() // 1000
  return now - (now + offset_minutes * 60) % DAY + DAY
end

describe("at the daily limit", function()
  local portal
  before_each(function() portal = seeded { daily = CALLS, batch_create_most = BATCH, utc_offset = -300 } end)
  after_each(function() portal:close() end)

  -- A hub that knows how many inputs a batch may have, so that each call of the day counts.
  local function connect(options)
    local hub = portal:connect(options)
    hub.ceilings.batch_create = BATCH
    return hub
  end

  -- One day's run: the error, and what is left.
  local function one_day(links, options)
    local hub <close> = connect(options)
    local ok, err = pcall(hub.associate, hub, links)
    if ok then return nil, err end
    assert.equal("DAILY_LIMIT", err.code)
    return err, err.outcome
  end

  it("a run stops with one error that says until when, and asks for nothing more", function()
    local err, outcome = one_day(all_links())
    assert.equal(midnight(-300), err.resets_at)
    assert.matches("run it again after %d%d%d%d%-", err.hint)
    assert.is_true(outcome.linked > 0)
    assert.equal(ROWS, outcome.linked + outcome.pending)
    assert.equal(outcome.pending, #outcome:unsent())
    assert.equal(outcome.linked, portal:counters().linked)
    local counters = portal:counters()
    assert.equal(0, counters.rateLimited)
    assert.equal(CALLS, counters.requests)
  end)

  it("what is left goes the next days, and the end is that of an undisturbed run", function()
    local undisturbed <close> = seeded {}
    local hub <close> = undisturbed:connect()
    hub:associate(all_links()):assert()
    local left, days = all_links(), 0
    while left do
      days = days + 1
      local err, outcome = one_day(left)
      left = err and outcome:unsent()
      if not err then outcome:assert() end
      portal:advance(DAY)
      assert.is_true(days < 6)
    end
    assert.is_true(days >= 3)
    assert.equal(account.state(undisturbed), account.state(portal))
    assert.equal(0, portal:counters().rateLimited)
  end)

  it("a reserve is left for the account's other apps", function()
    one_day(all_links(), { daily_reserve = 8 })
    assert.equal(CALLS - 8, portal:counters().requests)
  end)

  it("a run that another app has used the day up for is refused once a request, and all its rows are known", function()
    portal:fault { operation = "batch_create", nth = 5, times = 1000, status = 429, body = { status = "error",
      errorType = "RATE_LIMIT", policyName = "DAILY", message = "You have reached your daily limit." } }
    local err, outcome = one_day(all_links())
    assert.is_true(err.in_doubt == nil or err.in_doubt == false)
    assert.equal(ROWS, outcome.linked + outcome.pending)
    assert.equal(4 * BATCH, outcome.linked)
    portal:clear_faults()
    assert.equal(outcome.pending, #outcome:unsent())
  end)

  it("a refusal by the account says until when as well, in batches too", function()
    local refusal = { nth = 1, times = 1000, status = 429, body = { status = "error", errorType = "RATE_LIMIT",
      policyName = "DAILY", message = "You have reached your daily limit." } }
    for _, verb in ipairs { { "batch_create", function(hub) hub:associate(all_links()) end },
      { "batch_read", function(hub) hub:associations("contacts", { 1, 2 }, "companies") end },
      { "associations_list", function(hub) hub:associations("contacts", 1, "companies") end },
      { "records_read", function(hub)
        local _, failures = hub:get("contacts", { 1, 2 })
        error(failures[1].error, 0)
      end } } do
      local hub <close> = connect()
      portal:set("daily", 1000)
      require("tether.connection.day").take(hub, hub:account())
      refusal.operation = verb[1]
      portal:fault(refusal)
      local ok, err = pcall(verb[2], hub)
      portal:clear_faults()
      assert.is_false(ok, verb[1])
      assert.equal("DAILY_LIMIT", err.code)
      assert.equal(midnight(-300), err.resets_at, verb[1])
    end
  end)

  it("the end that a later day's error tells lies ahead as well", function()
    local hub <close> = connect()
    hub.day_asked = true
    for _ = 1, CALLS do hub:account() end
    hub.session:day_ends(native.wall_ms() - 1000)
    assert.is_false(pcall(hub.account, hub)) -- asks, and is refused
    local _, err = pcall(hub.account, hub)
    local tomorrow = os.date("!%Y-%m-%d", native.wall_ms() // 1000 + DAY - 1)
    assert.truthy(err.message:find("the day ends " .. tomorrow, 1, true))
  end)

  it("a run that has not begun has all its rows unsent, and a single call is refused", function()
    local hub <close> = connect()
    for _ = 1, CALLS do pcall(hub.get, hub, "contacts", 1) end
    local ok, err = pcall(hub.associate, hub, all_links())
    assert.is_false(ok)
    assert.equal(ROWS, err.outcome.pending)
    assert.equal(midnight(-300), err.resets_at)
    ok, err = pcall(hub.relabel, hub, all_links())
    assert.is_false(ok)
    assert.equal(ROWS, err.outcome.pending)
    ok, err = pcall(hub.get, hub, "contacts", 1)
    assert.is_false(ok)
    assert.equal("DAILY_LIMIT", err.code)
    assert.equal(midnight(-300), err.resets_at)
    assert.equal(CALLS, portal:counters().requests)
  end)

  it("a job stops, says until when, and goes on the next day to the same end", function()
    local whole = seeded {}
    local free <close> = whole:connect()
    free:associate(all_links()):assert()
    local wanted_state = account.state(whole)
    whole:close()
    portal:set("daily", 1000)
    local path = os.tmpname()
    os.remove(path)
    do
      local hub <close> = connect()
      local plan <close> = hub:plan(all_links())
      plan:save(path)
    end
    portal:set("daily", CALLS)
    local days, done = 0
    repeat
      local hub <close> = connect()
      local ok, err = pcall(hub.apply, hub, path)
      done, days = ok, days + 1
      if not ok then
        assert.equal("DAILY_LIMIT", err.code)
        portal:advance(DAY)
      end
    until done or days > 10
    assert.is_true(done and days > 1)
    assert.equal(wanted_state, account.state(portal))
    os.remove(path)
    os.remove(path .. ".lock")
  end)
end)
