-- The client at its edges: the first value that is refused, the last that is not, and what is easily left out.
local account = require "spec.support.account"
local native = require "tether.native"
local tether = require "tether"

local function codes_of(outcome)
  local codes = {}
  for failure in outcome:failures() do codes[#codes + 1] = failure.row .. failure.error.code end
  return table.concat(codes, " ")
end

describe("the client at its edges", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open({ contacts = { { id = 101 } }, companies = { { id = 9001 } } }, { retry_pause = 0.01 })
  end)
  after_each(account.close)

  it("gives the second row of a refused pair the same reason as the first", function()
    local outcome = hub:associate("contacts", "companies", { { 101, 9001 }, { 101, 404 }, { 101, 404 } })
    assert.equal("2NOT_FOUND 3NOT_FOUND", codes_of(outcome))
  end)

  it("encodes every reserved character of a path, the plus too", function()
    local _, path = native.path("record_get", { f = "contacts", a = "a+b c/d?e", version = "2026-03" })
    assert.matches("a%2Bb%20c%2Fd%3Fe", path, 1, true)
  end)

  it("shows a bad id of 60 characters whole and cuts a longer one", function()
    local set = tether.links("contacts", "companies")
    for _, length in ipairs { 58, 60 } do
      local id = ("x"):rep(length)
      local _, err = pcall(set.add, set, id, 9001)
      assert.matches(id, err.message, 1, true)
    end
  end)

  it("refuses a limit above 10,000 before anything is sent", function()
    hub.limits:set("contacts", "companies", { default = 10000 })
    portal:clear_log()
    local ok, err = pcall(hub.limits.set, hub.limits, "contacts", "companies", { default = 10001 })
    assert.same({ false, "BAD_ARGUMENT" }, { ok, err.code })
    assert.same({}, portal:log())
  end)

  it("takes line 0 for no line when it looks for the least", function()
    local set = tether.links("contacts", "companies")
    set:add(101, 9001)
    set:add(101, 9002, 279)
    local lines = native.lines_by_types(set.native, { [0] = 0, 7 })
    assert.equal(7, native.lines_least(lines, native.rows(1, 2)))
    assert.is_nil(native.lines_least(lines, native.rows(1, 1)))
  end)

  it("settles no row behind the last one", function()
    local set = tether.links("contacts", "companies")
    set:add(101, 9001)
    local outcome = native.outcome(1)
    assert.is_false(pcall(outcome.settle, outcome, native.rows(2, 1), "linked"))
    assert.is_false(pcall(outcome.settle, outcome, native.rows(1, 2), "linked"))
  end)

  it("takes no name that is none for an error's code", function()
    local outcome = native.outcome(1)
    local ok, problem = pcall(outcome.settle, outcome, native.rows(1, 1), "rejected", { code = "NOT_FOUMD" })
    assert.is_false(ok)
    assert.matches("NOT_FOUMD", problem)
    assert.equal("pending", outcome:state(1))
  end)

  it("quotes a cell with a semicolon, which would be read as two labels", function()
    assert.equal('"a;b",c\n', (require "tether.sets.csv_line" { "a;b", "c" }))
  end)
end)
