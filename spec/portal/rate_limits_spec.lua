local given = require "spec.support.portal"

describe("the portal's rate limits", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local GET = "/crm/objects/2026-03/contacts/101"
  local READ = "/crm/associations/2026-03/contacts/companies/batch/read"

  local function header(headers, name) return tonumber(headers["x-hubspot-ratelimit-" .. name]) end

  it("are none until a tier is chosen", function()
    local _, _, headers = ask("GET", GET)
    assert.is_nil(header(headers, "max"))
  end)

  it("tell the tier's window and day", function()
    for tier, allowed in pairs { free = { 100, 250000 }, professional = { 190, 625000 }, enterprise = { 190, 1000000 },
      free_pack = { 250, 1250000 }, professional_pack = { 250, 1625000 }, enterprise_pack = { 250, 2000000 },
      oauth = { 110 } } do
      portal:set("tier", tier)
      local _, _, headers = ask("GET", GET)
      assert.same({ 10000, allowed[1], allowed[2] },
        { header(headers, "interval-milliseconds"), header(headers, "max"), header(headers, "daily") })
    end
  end)

  it("refuse what comes too fast, with the recorded body, until ten seconds have rolled by", function()
    portal:set("tier", "free")
    portal:set("burst", 3)
    for left = 2, 0, -1 do
      local status, _, headers = ask("GET", GET)
      assert.same({ 200, left }, { status, header(headers, "remaining") })
      portal:advance(2)
    end
    local status, body, headers = ask("GET", GET)
    assert.same({ 429, "RATE_LIMIT", "TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit." },
      { status, body.errorType, body.policyName, body.message })
    assert.is_nil(body.category)
    assert.is_nil(headers["retry-after"])
    assert.equal(0, header(headers, "remaining"))
    portal:advance(4)
    assert.equal(200, (ask("GET", GET)))
    assert.equal(429, (ask("GET", GET)))
    assert.equal(2, portal:counters().rateLimited)
  end)

  it("exempt batches from the window, or not, by a switch", function()
    portal:set("burst", 1)
    for _ = 1, 3 do
      local status, _, headers = ask("POST", READ, { inputs = { { id = "101" } } })
      assert.equal(207, status)
      assert.is_nil(header(headers, "max"))
    end
    portal:set("exemptions", "off")
    assert.equal(207, (ask("POST", READ, { inputs = { { id = "101" } } })))
    assert.equal(429, (ask("POST", READ, { inputs = { { id = "101" } } })))
  end)

  it("give search five a second, without headers", function()
    portal:set("tier", "professional")
    local path, nothing = "/crm/objects/2026-03/contacts/search", given.json.decode "{}"
    for _ = 1, 5 do
      local status, _, headers = ask("POST", path, nothing)
      assert.equal(200, status)
      assert.is_nil(header(headers, "max"))
    end
    local status, body = ask("POST", path, nothing)
    assert.same({ 429, "SECONDLY", "You have reached your secondly limit." },
      { status, body.policyName, body.message })
    portal:advance(1)
    assert.equal(200, (ask("POST", path, nothing)))
  end)

  it("end the day at midnight of the account's time zone", function()
    portal:set("daily", 2)
    portal:set("utc_offset", -300)
    portal:clock(1772427600000 - 60000) -- a minute before midnight of 2026-03-02 at -05:00
    assert.equal(200, (ask("GET", GET)))
    local _, _, headers = ask("POST", READ, { inputs = { { id = "101" } } })
    assert.same({ 2, 0 }, { header(headers, "daily"), header(headers, "daily-remaining") })
    portal:set("retry_after", "on")
    local status, body
    status, body, headers = ask("GET", GET)
    assert.same({ 429, "DAILY", "You have reached your daily limit." }, { status, body.policyName, body.message })
    assert.equal(60, math.tointeger(tonumber(headers["retry-after"])))
    portal:advance(61)
    assert.equal(200, (ask("GET", GET)))
    local _, usage = ask("GET", "/account-info/2026-03/api-usage/daily/private-apps")
    assert.same({ 2, 2, "2026-03-03T05:00:00" },
      { usage.results[1].usageLimit, usage.results[1].currentUsage, usage.results[1].resetsAt:sub(1, 19) })
  end)
end)
