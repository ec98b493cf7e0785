-- What a function of the script's raises in the middle of a run: what is on its way is settled and counted, nothing
-- more is sent, and then it is raised with the outcome or the report.
local account = require "spec.support.account"
local files = require "spec.support.files"
local tether = require "tether"

local ROWS, BATCH = 400, 20

local function all_links()
  local links = tether.links("contacts", "companies")
  for id = 1, ROWS do links:add(id, 9001) end
  return links
end

-- A function that raises at its nth call, and counts them.
local function raising(nth, value)
  local calls = { count = 0 }
  return function()
    calls.count = calls.count + 1
    if calls.count == nth then error(value, 0) end
  end, calls
end

describe("what a callback raises", function()
  local portal, hub, path
  before_each(function()
    portal, hub = account.open(account.numbered { contacts = { 1, ROWS }, companies = { 9001, 9001 } },
      { concurrency = 4 })
    hub.ceilings.batch_create, hub.ceilings.batch_default = BATCH, BATCH
    local lines = { "from,to" }
    for id = 1, ROWS do lines[id + 1] = id .. ",9001" end
    path = files.write(table.concat(lines, "\n") .. "\n")
  end)
  after_each(function() account.close() files.remove_all() end)

  -- What is told as done is what the account has, and nothing is under way.
  local function check_settled(counts, pending)
    assert.equal(0, counts.rejected + counts.unknown)
    assert.equal(ROWS, counts.linked + counts.unchanged + pending)
    assert.is_true(counts.linked > 0 and pending > 0)
    assert.equal(counts.linked, portal:counters().linked)
    assert.equal(0, hub:stats().under_way)
  end

  for _, verb in ipairs { "associate", "associate_default", "relabel" } do
    it("comes with the outcome: on_batch of " .. verb, function()
      local on_batch, calls = raising(3, "my own fault")
      local ok, err = pcall(hub[verb], hub, all_links(), { on_batch = on_batch })
      assert.is_false(ok)
      assert.same({ "CALLBACK_FAILED", "my own fault" }, { err.code, err.cause })
      assert.matches("on_batch raised: my own fault", tostring(err), 1, true)
      assert.equal(3, calls.count)
      check_settled(err.outcome, err.outcome.pending)
      hub:associate(err.outcome:unsent()):assert()
      assert.equal(ROWS, portal:counters().linked)
    end)
  end

  it("is raised as it is when it is an error of Tether's", function()
    local mine = tether.error.new("INVALID", "mine")
    local ok, err = pcall(hub.associate, hub, all_links(), { on_batch = raising(1, mine) })
    assert.is_false(ok)
    assert.equal(mine, err)
    check_settled(err.outcome, err.outcome.pending)
  end)

  it("may be any value", function()
    local value = { 7 }
    local _, err = pcall(hub.associate, hub, all_links(), { on_batch = raising(2, value) })
    assert.equal(value, err.cause)
    check_settled(err.outcome, err.outcome.pending)
  end)

  it("comes with the report: on_progress of import", function()
    local on_progress, calls = raising(4, "my own fault")
    local ok, err = pcall(hub.import, hub, path, { from = "contacts", to = "companies", piece = 50,
      on_progress = on_progress })
    assert.is_false(ok)
    assert.same({ "CALLBACK_FAILED", "my own fault" }, { err.code, err.cause })
    assert.equal(4, calls.count)
    local report = err.report
    assert.equal(report.rows, report.linked + report.not_sent)
    assert.equal(report.linked, portal:counters().linked)
    assert.equal(0, hub:stats().under_way)
    hub:import(path, { from = "contacts", to = "companies", first_line = report.go_on_from }):assert()
    assert.equal(ROWS, portal:counters().linked)
  end)

  it("comes with the report: stop, refused and failures of import", function()
    for _, name in ipairs { "stop", "refused", "failures" } do
      local file = assert(io.open(path, "a"))
      file:write "x,9001\n"
      file:close()
      local ok, err = pcall(hub.import, hub, path, { from = "contacts", to = "companies", [name] = raising(1, name) })
      assert.is_false(ok)
      assert.equal(name, err.cause)
      local told = err.report.linked + err.report.unchanged + err.report.rejected + err.report.not_sent
      assert.equal(err.report.rows, told)
    end
  end)

  it("ends a run over many rows, and no single call: a listener", function()
    local off = hub:on("response", raising(4, "my own fault"))
    local ok, err = pcall(hub.associate, hub, all_links())
    assert.is_false(ok)
    assert.same({ "CALLBACK_FAILED", "my own fault" }, { err.code, err.cause })
    check_settled(err.outcome, err.outcome.pending)
    off()
    off = hub:on("response", raising(1, "another"))
    assert.equal(1, hub:get("contacts", 1).id)
    off()
    hub:associate(err.outcome:unsent()):assert()
    hub:on("response", raising(1, "a third"))
    ok, err = pcall(hub.import, hub, path, { from = "contacts", to = "companies" })
    assert.is_false(ok)
    assert.equal("a third", err.cause)
    assert.equal(err.report.rows, err.report.unchanged + err.report.not_sent)
  end)
end)
