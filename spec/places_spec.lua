-- Rows of native values are counted from 1 to their number: whatever asks for another one raises, and reads nothing.
local native = require "tether.native"

describe("a row that there is not", function()
  local links, outcome, rows
  before_each(function()
    links = assert(native.links())
    for id = 1, 3 do assert(links:add(id, 10 + id, 0)) end
    outcome = native.outcome(3)
    rows = native.rows(1, 3)
  end)

  local asks = {
    ["a link"] = function(place) return links:row(place) end,
    ["a link's types"] = function(place) return links:types(place) end,
    ["a state"] = function(place) return outcome:state(place) end,
    ["a reason"] = function(place) return outcome:reason(place) end,
    ["a number of rows"] = function(place) return rows:at(place) end,
  }
  for name, ask in pairs(asks) do
    it("is not asked for " .. name, function()
      for _, place in ipairs { 1, 3 } do assert.is_true(pcall(ask, place)) end
      for _, place in ipairs { 0, 4, 5, -1, math.mininteger, math.maxinteger } do
        local fine, problem = pcall(ask, place)
        assert.is_false(fine, place)
        assert.matches("no such place", problem, 1, true)
      end
      assert.is_false(pcall(ask, 1.5))
      assert.is_false(pcall(ask, nil))
    end)
  end

  it("is not settled either", function()
    for _, run in ipairs { { 1, 4 }, { 4, 1 }, { 3, 2 } } do
      assert.is_false(pcall(outcome.settle, outcome, native.rows(run[1], run[2]), "linked"))
    end
    outcome:settle(native.rows(3, 1), "linked")
    assert.equal("linked", outcome:state(3))
  end)
end)

describe("a slice of rows", function()
  it("ends with them at the latest", function()
    for _, rows in ipairs { native.rows(5, 3), native.rows(1, 0) } do
      local count = #rows
      for first = 1, count + 1 do
        for most = 0, count + 1 - first do assert.equal(most, #rows:slice(first, most)) end
        assert.is_false(pcall(rows.slice, rows, first, count + 2 - first))
        assert.is_false(pcall(rows.slice, rows, first, -1))
      end
      for _, first in ipairs { 0, count + 2 } do assert.is_false(pcall(rows.slice, rows, first, 0)) end
    end
    assert.equal(7, native.rows(5, 3):slice(3, 1):at(1))
  end)
end)

describe("rows of one pair", function()
  it("have a leader, the first of them, and followers", function()
    local links = assert(native.links())
    for _, pair in ipairs { { 1, 2 }, { 1, 3 }, { 1, 2 }, { 2, 2 }, { 1, 2 }, { 2, 2 } } do
      assert(links:add(pair[1], pair[2], 0))
    end
    local leaders, leading, following = links:unify()
    local function list(rows)
      local found = {}
      for i = 1, #rows do found[i] = rows:at(i) end
      return found
    end
    assert.same({ 1, 2, 1, 4, 1, 4 }, list(leaders))
    assert.same({ { 1, 2, 4 }, { 3, 5, 6 } }, { list(leading), list(following) })
    -- a follower goes with its leader
    for first, left in pairs { { 2, 4, 6 }, { 1, 3, 4, 5, 6 }, [4] = { 1, 2, 3, 5 } } do
      assert.same(left, list(native.unsent(leaders, native.rows(first, 1))))
    end
  end)
end)

describe("what a native value refuses", function()
  it("is told with its code and its remedy", function()
    for _, id in ipairs { 0, -1, "x", 1.5 } do
      local fine, err = native.links():add(id, 1, 0)
      assert.is_nil(fine)
      assert.equal("BAD_ID", err.code)
      assert.matches("^pass a record id", err.hint)
    end
  end)

  it("is told of what has nothing else to answer", function()
    local job = assert(require "tether.job.native".create "")
    local fine, err = job:begin() -- it has begun
    assert.is_nil(fine)
    assert.equal("JOB_FILE", err.code)
  end)

  it("is a time before all times, a window below none, a version that nobody says", function()
    local key = require "tether.webhook.native".key "a secret"
    local function verify(version, now_ms, window_ms)
      return pcall(key.verify, key, version, "POST", "http://h/", "[]", "0", "x", now_ms, window_ms)
    end
    assert.is_true(verify("v3", 0, 0))
    for said, case in pairs { ["a time before 1970"] = { "v3", -1, 1000 }, ["a window below zero"] = { "v3", 0, -1 },
      ["invalid option 'v4'"] = { "v4", 0, 0 }, ["string expected"] = { nil, 0, 0 } } do
      local fine, problem = verify(table.unpack(case, 1, 3))
      assert.is_false(fine)
      assert.matches(said, problem, 1, true)
    end
  end)

  it("is fewer events than none", function()
    local count = require "tether.webhook.native".count
    assert.is_true(pcall(count, "[]", 0))
    assert.is_false(pcall(count, "[]", -1))
  end)

  it("is no time where a text is none", function()
    assert.equal(0, native.time_of "1970-01-01T00:00:00Z")
    for _, text in ipairs { "", "yesterday", "1970-01-01", "1970-13-01T00:00:00Z" } do
      assert.is_nil(native.time_of(text))
    end
  end)

  it("is a port that there is not", function()
    local open = require "tether.portal.native".open
    for _, port in ipairs { -1, 65536, 1.5 } do
      assert.is_false(pcall(open, { path = ":memory:", token = "x", port = port }))
    end
  end)

  it("is a text that is cut by a NUL", function()
    local fine, problem = pcall(require "tether.session.native".open, { url = "http://127.0.0.1\0.example" })
    assert.is_false(fine)
    assert.matches("has a NUL byte in it", problem, 1, true)
  end)
end)
