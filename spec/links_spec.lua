-- Links sets as values: built, joined, cut, compared; what a script sees of them.
local set_of = require "spec.support.set_of"
local tether = require "tether"

-- "1-2 A+B" for each link, in order.
local function shown(set)
  local list = {}
  for link in set:rows() do
    local labels = table.concat(link.labels, "+")
    list[#list + 1] = ("%d-%d%s"):format(link.from, link.to, labels ~= "" and " " .. labels or "")
  end
  return list
end

local function code_of(run, ...)
  local ok, err = pcall(run, ...)
  assert.is_false(ok)
  return err.code, tostring(err)
end

describe("a links set", function()
  it("makes one link of all rows of a pair, with the labels of all of them", function()
    local set = set_of { { 3, 1, "B" }, { 1, 2 }, { 3, 1, "A" }, { 1, 2, "A" }, { 3, 1 }, { 1, 1, 279 } }
    set:compact()
    assert.same({ "1-1", "1-2 A", "3-1 B+A" }, shown(set))
    assert.same({ 279 }, set:row(1).types)
  end)

  it("sorts by both ids and keeps the order of the rows of a pair", function()
    local set = set_of { { 2, 9, "x" }, { 10000000000, 1 }, { 2, 9, "y" }, { 2, 3 }, { 1, 20000000000 } }
    assert.same({ "1-20000000000", "2-3", "2-9 x", "2-9 y", "10000000000-1" }, shown(set:sort()))
  end)

  it("sorts and de-duplicates a hundred thousand rows as a table does", function()
    local set, seen, wanted, state = tether.links("contacts", "companies"), {}, {}, 42
    for _ = 1, 100000 do
      state = (state * 1103515245 + 12345) % 2147483648
      local from, to = 10000000000 + state % 300, 1 + (state >> 12) % 900
      set:add(from, to)
      local key = ("%d-%d"):format(from, to)
      if not seen[key] then wanted[#wanted + 1], seen[key] = { from, to, key }, true end
    end
    table.sort(wanted, function(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end)
    for i, one in ipairs(wanted) do wanted[i] = one[3] end
    assert.same(wanted, shown(set:compact()))
  end)

  it("is a value: a slice and a copy keep their rows whatever happens to the set", function()
    local set = set_of { { 3, 1, "A" }, { 2, 1 }, { 1, 1, "B" } }
    local slice, copy = set:slice(2), set:copy()
    set:add(4, 4, "C"):sort()
    slice:add(9, 9, "D")
    copy:compact()
    assert.same({ "1-1 B", "2-1", "3-1 A", "4-4 C" }, shown(set))
    assert.same({ "2-1", "1-1 B", "9-9 D" }, shown(slice))
    assert.same({ "1-1 B", "2-1", "3-1 A" }, shown(copy))
    assert.same({ "2-1" }, shown(slice:slice(1, 1)))
    assert.same({ "9-9 D" }, shown(slice:slice(-1)))
    assert.same({}, shown(slice:slice(3, 2)))
    assert.same({}, shown(slice:slice(7)))
  end)

  it("is not closed while a slice of it is in use, and the slice outlives it in any case", function()
    local set = set_of { { 1, 1 }, { 2, 2 } }
    local slice = set:slice(2)
    assert.equal("LENT", (code_of(set.close, set)))
    assert.same({ "1-1", "2-2" }, shown(set))
    slice:close()
    slice:close()
    assert.has_error(function() slice:add(1, 1) end)
    set:close()
    local orphan = set_of({ { 1, 1 }, { 2, 2 } }):slice(2)
    collectgarbage()
    assert.same({ "2-2" }, shown(orphan))
  end)

  it("closes once nobody uses the slice any more", function()
    local set = set_of { { 1, 1 } }
    set:slice(1):count()
    set:close()
    assert.has_error(function() return #set end)
  end)

  it("merges another one, whose labels come with it", function()
    local set, other = set_of { { 1, 1, "A" } }, set_of { { 2, 2, { "B", "A" } }, { 1, 1, "B" }, { 3, 3, "A" } }
    set:merge(other):merge(set)
    assert.equal(8, #set)
    assert.same({ "1-1 A+B", "2-2 B+A", "3-3 A" }, shown(set:compact()))
    assert.equal(3, #other)
    local code, text = code_of(set.merge, set, tether.links("contacts", "deals"):add(1, 1))
    assert.equal("BAD_ARGUMENT", code)
    assert.matches("contacts to companies and contacts to deals", text)
  end)

  it("tells what two have in common, and what one lacks", function()
    local left = set_of { { 5, 1, "A" }, { 1, 1 }, { 2, 2, "A" } }
    local right = set_of { { 2, 2, "B" }, { 7, 7 }, { 5, 1, "A" }, { 2, 2 } }
    assert.same({ "2-2 A", "5-1 A" }, shown(left:intersect(right)))
    assert.same({ "1-1" }, shown(left:subtract(right)))
    assert.same({ "5-1 A", "1-1", "2-2 A" }, shown(left)) -- as it was
    assert.same({}, shown(left:subtract(left)))
    assert.same({}, shown(left:intersect(set_of {})))
  end)

  it("tells what would have to change for another one to become this one", function()
    local wanted = set_of { { 1, 1, "A" }, { 2, 2, { "A", "B" } }, { 3, 3 }, { 4, 4, "New" } }
    local current = set_of { { 4, 4 }, { 2, 2, { "B", "A" } }, { 5, 5, "C" }, { 1, 1, "B" }, { 3, 3 } }
    local diff = wanted:diff(current)
    assert.same({}, shown(diff.added))
    assert.same({ "5-5 C" }, shown(diff.removed))
    assert.same({ "1-1 A", "4-4 New" }, shown(diff.changed))
    assert.same({ "1-1 B", "4-4" }, shown(diff.before))
    assert.equal(2, diff.same)
    assert.same({ "9-9" }, shown(set_of { { 9, 9 } }:diff(current).added))
  end)

  it("filters by ids, types and labels, or by a function", function()
    local set = set_of { { 1, 1, "A" }, { 2, 1, { "A", 279 } }, { 3, 2, "B" }, { 1, 2 }, { 4, 4, "primary" } }
    assert.same({ "1-1 A", "1-2" }, shown(set:filter { from = 1 }))
    assert.same({ "1-1 A", "3-2 B" }, shown(set:filter { from = { 3, 1 }, labeled = true }))
    assert.same({ "1-1 A", "2-1 A" }, shown(set:filter { types = "a" }))
    assert.same({ "2-1 A" }, shown(set:filter { types = { 279, "A" }, to = "1" }))
    assert.equal(2, set:count { labeled = false }) -- the primary is no label
    assert.equal(0, set:count { from = {} })
    assert.equal(5, set:count())
    assert.same({ "3-2 B" }, shown(set:filter(function(link, row) return link.from == row and link.to == 2 end)))
    assert.equal("OPTION_UNKNOWN", (code_of(set.filter, set, { form = 1 })))
    assert.equal("BAD_ID", (code_of(set.filter, set, { from = { "x" } })))
    assert.equal("BAD_ARGUMENT", (code_of(set.filter, set, 5)))
  end)

  it("iterates over pairs without a table for each", function()
    local seen = {}
    for from, to, row in set_of({ { 7, 8 }, { 9, 9007199254740993 } }):pairs() do seen[row] = { from, to } end
    assert.same({ { 7, 8 }, { 9, 9007199254740993 } }, seen)
  end)

  it("keeps keys with their rows, and refuses what only ids can do", function()
    local set = set_of { { "email=a@b.c", 1, "A" }, { 2, 2 } }
    assert.same("email=a@b.c", set:filter({ labeled = true }):row(1).from)
    assert.same("email=a@b.c", set:slice(1, 1):row(1).from)
    assert.same("email=a@b.c", set_of({ { 9, 9 } }):merge(set):row(2).from)
    for _, verb in ipairs { "sort", "compact", "as_in" } do
      assert.equal("BAD_ARGUMENT", (code_of(set[verb], set)))
    end
    assert.equal(1, #set:filter { from = 2 })
  end)

  it("compares what a script wants with what an account has", function()
    local portal = tether.portal()
    local hub = portal:connect()
    portal:seed { contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 11 }, { id = 12 } } }
    hub.labels:ensure("contacts", "companies", "Boss")
    hub:associate(set_of { { 1, 11, "Boss" }, { 2, 12 } })
    local wanted = set_of { { 1, 11, "boss" }, { 2, 12, "Boss" }, { 2, 11 } }
    local current = hub:associations("contacts", { 1, 2 }, "companies")
    local diff
    for _, mine in ipairs { wanted, wanted:as_in(hub) } do
      diff = mine:diff(current)
      assert.same({ "2-11" }, shown(diff.added))
      assert.same({}, shown(diff.removed))
      assert.equal("2-12 boss", shown(diff.changed)[1]:lower())
      assert.same({}, diff.before:row(1).labels)
      assert.equal(1, diff.same)
    end
    assert.equal(3, #current:as_in(hub):merge(diff.added))
    assert.same({ "1-11 Boss" }, shown(current:filter { types = "Boss" }))
    hub:close()
    portal:close()
  end)
end)
