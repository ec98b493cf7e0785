-- 100,000 links while one request in twenty goes wrong, in every way: each row is settled, and the account is as after
-- an undisturbed run.
local account = require "spec.support.account"
local tether = require "tether"

local CONTACTS, COMPANIES = 10000, 10
local SEED, PART = 2026, 0.05

-- How requests go wrong, each as likely as the others.
local ways = {
  { reset = "before" }, { reset = "after" }, { reset = "middle" },
  { status = 423, headers = { ["Retry-After"] = "0" } },
  { status = 429, headers = { ["Retry-After"] = "0" } },
  { status = 500 }, { status = 502, html = true, applied = true }, { status = 503 }, { status = 504, applied = true },
  { truncate = true }, { malformed = true }, { status = 200, html = true }, { status = 200, body = "" },
  { delay = 2.5 }, -- longer than the hub waits
}

local function given_portal()
  local portal = tether.portal { switches = { batch_create_most = 250 } }
  local facts = account.numbered { contacts = { 1, CONTACTS }, companies = { 900001, 900000 + COMPANIES } }
  facts.labels = { { from = "contacts", to = "companies", label = "A", name = "a", id = 21, inverseId = 22 } }
  portal:seed(facts)
  return portal
end

local function all_links()
  local links = tether.links("contacts", "companies")
  for company = 1, COMPANIES do
    for id = 1, CONTACTS do links:add(id, 900000 + company, id % 2 == 0 and "A" or nil) end
  end
  return links
end

local function disturb(portal)
  for i, way in ipairs(ways) do
    local rule = { probability = PART / #ways, seed = SEED + i }
    for name, value in pairs(way) do rule[name] = value end
    portal:fault(rule)
  end
end

local function run(disturbed)
  local portal <close> = given_portal()
  if disturbed then disturb(portal) end
  local hub <close> = portal:connect { retry_pause = 0.02, timeout = 2 }
  local outcome = hub:associate(all_links())
  local counters = portal:counters()
  return outcome, account.state(portal), counters, hub:stats()
end

describe("a run of 100,000 links with faults at 5 % of the requests", function()
  it("settles every row and ends as an undisturbed one", function()
    local whole, wanted = run(false)
    assert.equal(CONTACTS * COMPANIES, whole.linked)
    local outcome, state, counters, stats = run(true)
    assert.equal(CONTACTS * COMPANIES, outcome.linked)
    assert.equal(0, outcome.rejected + outcome.unknown + outcome.pending)
    assert.is_true(state == wanted, "the account is another one")
    assert.is_true(counters.faults >= 400 * PART / 2, ("only %d requests went wrong"):format(counters.faults))
    assert.is_true(stats.retries >= counters.faults / 2) -- a garbled refusal is a refusal
  end)
end)
