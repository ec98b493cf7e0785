-- A links set is a value, wherever it came from: a script, a file, an account, or several of them.
local tether = require "tether"
local files = require "spec.support.files"
local shown = require "spec.support.shown"

local function code_of(run, ...)
  local ok, err = pcall(run, ...)
  assert.is_false(ok)
  return err.code, tostring(err)
end

local function from_file(text, options)
  options = options or {}
  options.from, options.to = options.from or "contacts", options.to or "companies"
  return tether.links.read(files.write(text), options)
end

describe("a set of a file", function()
  local text = "from,to,label\n3,1,B; a\n1,2,\n2,2,A\n"

  it("is equal to itself, to a copy, and to the same links of a script", function()
    local set = from_file(text)
    local script = tether.links("contacts", "companies"):add(1, 2):add(2, 2, "a"):add(3, 1, { "A", "B" })
    for _, other in ipairs { set, set:copy(), script, from_file "from,to,label\n2,2,a\n3,1,A;B\n1,2,\n" } do
      local diff = set:diff(other)
      assert.same({ 0, 0, 0, 3 }, { #diff.added, #diff.removed, #diff.changed, diff.same })
    end
  end)

  it("keeps the lines of its rows in copies, slices and merges", function()
    local set = from_file(text)
    assert.equal(4, set:copy().lines[3])
    assert.same({ 3, 4 }, { set:slice(2).lines[1], set:slice(2).lines[2] })
    local merged = tether.links("contacts", "companies"):add(9, 9):merge(set):merge(set)
    assert.equal(7, #merged)
    assert.same({ nil, 2, 4, 2 }, { merged.lines[1], merged.lines[2], merged.lines[4], merged.lines[5] })
    local empty = from_file "from,to\n"
    assert.equal(0, #empty:copy())
    assert.equal(2, empty:merge(set).lines[1])
  end)

  it("is joined with others, cut and compared, whatever the order of its rows", function()
    local set, script = from_file(text), tether.links("contacts", "companies"):add(3, 1, "C"):add(7, 7, "D")
    assert.same({ "3-1 B+a" }, shown(set:intersect(script)))
    assert.same({ "1-2 ", "2-2 A" }, shown(set:subtract(script)))
    assert.same({ "1-2 ", "2-2 A", "3-1 B+C+a", "7-7 D" }, shown(set:copy():merge(script):compact()))
    assert.same({ "3-1 C", "7-7 D" }, shown(script)) -- as they were
    assert.same({ "1-2 ", "2-2 A", "3-1 B+a" }, shown(set))
    assert.equal(6, #set:merge(set))
  end)

  it("may name the object types in another way", function()
    local other = tether.links("contact", "0-2"):add(1, 2)
    assert.equal(1, from_file("from,to\n1,2\n"):diff(other).same)
  end)
end)

describe("a filter", function()
  local set
  before_each(function()
    set = tether.links("contacts", "companies"):add(1, 1, { category = "USER_DEFINED", id = 1 })
      :add(2, 1, { category = "HUBSPOT_DEFINED", id = 1 }):add(3, 1, "Boss"):add(4, 1)
  end)

  local function found(types)
    local list = {}
    for link in set:filter({ types = types }):rows() do list[#list + 1] = link.from end
    return list
  end

  it("takes every spelling of a type that verbs take, and tells categories apart", function()
    assert.same({ 2 }, found(1)) -- the built-in type of this direction, as for verbs
    assert.same({ 2 }, found "primary")
    assert.same({ 2 }, found "contact_to_primary_company")
    assert.same({ 2 }, found { category = "HUBSPOT_DEFINED", id = 1 })
    assert.same({ 1 }, found { category = "USER_DEFINED", id = 1 })
    assert.same({ 3 }, found "boss")
    for _, plain in ipairs { 279, "unlabeled", "contact_to_company" } do assert.same({ 4 }, found(plain)) end
  end)

  it("refuses what verbs refuse instead of finding nothing", function()
    assert.equal("TYPE_WRONG_DIRECTION", (code_of(found, 280)))
    assert.equal("TYPE_WRONG_DIRECTION", (code_of(found, { category = "HUBSPOT_DEFINED", id = 280 })))
    assert.equal("TYPE_UNKNOWN", (code_of(found, 98765)))
    assert.equal("TYPE_UNKNOWN", (code_of(found, { category = "USER_DEFINED", id = 9 })))
    local code, text = code_of(found, "Bosss")
    assert.equal("LABEL_UNKNOWN", code)
    assert.matches('did you mean "Boss"', text)
    assert.equal("LABEL_UNKNOWN", (code_of(found, "279")))
    assert.equal("BAD_ARGUMENT", (code_of(found, 1.5)))
  end)

  it("ends when its function adds to the set", function()
    local passed = set:filter(function(link)
      set:add(link.from + 100, 1)
      return true
    end)
    assert.equal(4, #passed)
    local seen = 0
    for link in set:rows() do
      set:add(link.from + 1000, 1)
      seen = seen + 1
    end
    for from in set:pairs() do set:add(from + 10000, 1) end
    assert.equal(8, seen)
    assert.equal(32, #set)
  end)
end)

describe("a set and accounts", function()
  local first, second, here, there
  before_each(function()
    local records = { contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 11 }, { id = 12 } } }
    first, second = tether.portal(), tether.portal()
    first:seed(records)
    second:seed(records)
    here, there = first:connect(), second:connect()
    for _, label in ipairs { "Boss", "Clerk" } do here.labels:ensure("contacts", "companies", label) end
    for _, label in ipairs { "Other", "Boss" } do there.labels:ensure("contacts", "companies", label) end
    here:associate("contacts", "companies", { { 1, 11, "Boss" }, { 2, 12, { "Clerk", "Boss" } }, { 2, 11 } }):assert()
  end)
  after_each(function()
    here:close()
    there:close()
    first:close()
    second:close()
  end)

  local function state(hub)
    return shown(hub:associations("contacts", { 1, 2 }, "companies"))
  end

  it("goes by the names of labels from one account to another, and never by their ids", function()
    local set = here:associations("contacts", { 1 }, "companies")
    there:associate(set):assert()
    assert.same({ "1-11 Boss" }, state(there))
    local whole = here:associations("contacts", { 1, 2 }, "companies")
    local code, text = code_of(there.associate, there, whole)
    assert.equal("LABEL_UNKNOWN", code)
    assert.matches('no label "Clerk"', text)
    assert.same({ "1-11 Boss" }, state(there))
  end)

  it("compares two accounts by names", function()
    local mine = here:associations("contacts", { 1, 2 }, "companies")
    there:associate("contacts", "companies", { { 1, 11, "Boss" }, { 2, 12, "Other" } }):assert()
    local diff = mine:diff(there:associations("contacts", { 1, 2 }, "companies"))
    assert.same({ "2-11 " }, shown(diff.added))
    assert.same({ "2-12 Boss+Clerk" }, shown(diff.changed))
    assert.same({ "2-12 Other" }, shown(diff.before))
    assert.equal(1, diff.same)
  end)

  it("joins sets of two accounts without taking one's label for the other's", function()
    there:associate("contacts", "companies", { { 1, 11, "Other" }, { 1, 12, "Boss" } }):assert()
    local whole = here:associations("contacts", { 1 }, "companies")
    whole:merge(there:associations("contacts", { 1 }, "companies"))
    assert.same({ "1-11 Boss", "1-11 Other", "1-12 Boss" }, shown(whole))
    whole:merge(tether.links("contacts", "companies"):add(1, 12, "Clerk"))
    assert.same({ "1-11 Boss+Other", "1-12 Boss+Clerk" }, shown(whole:compact()))
  end)

  it("keeps the names of labels in as_in, in what a diff finds, and in the file that this becomes", function()
    local wanted = tether.links("contacts", "companies"):add(1, 11, { "clerk", "primary" }):add(2, 12, "Boss")
    local diff = wanted:as_in(here):diff(here:associations("contacts", { 1, 2 }, "companies"))
    local path = files.write ""
    diff.changed:write(path)
    assert.equal("from,to,labels,primary\n1,11,Clerk,true\n2,12,Boss,\n", files.content(path))
    assert.same({ "1-11 Clerk!", "2-12 Boss" },
      shown(tether.links.read(path, { from = "contacts", to = "companies", primary = true })))
  end)

  it("knows a label of the account that none of its links bears", function()
    local set = here:associations("contacts", { 1 }, "companies")
    assert.equal(0, set:count { types = "Clerk" })
    assert.equal("LABEL_UNKNOWN", (code_of(set.count, set, { types = "Clark" })))
  end)

  it("is not the primary's mover unless a word asks for it", function()
    here.primary:set("contacts", 1, "companies", 11)
    local set = here:associations("contacts", { 1 }, "companies")
    there.primary:set("contacts", 1, "companies", 12)
    there:associate(set):assert()
    assert.same({ "1-11 Boss", "1-12 !" }, state(there))
    assert.matches("the primary of 1 link", table.concat(there.notices, "\n"))
    there:relabel(set):assert()
    assert.equal(12, there.primary:get("contacts", 1, "companies"))
    there:associate(set, { primary = true }):assert()
    assert.equal(11, there.primary:get("contacts", 1, "companies"))
  end)

  it("tells its labels, and what was not sent is as it was read", function()
    here.primary:set("contacts", 1, "companies", 11)
    local set = here:associations("contacts", { 1, 2 }, "companies")
    assert.same({ "Boss", "Clerk" }, set:labels())
    first:fault { operation = "batch_read", nth = 1, status = 401, body = { status = "error",
      category = "INVALID_AUTHENTICATION", message = "no" } }
    local ok, err = pcall(here.associate, here, set)
    assert.is_false(ok)
    local unsent = err.outcome:unsent()
    assert.same(shown(set), shown(unsent))
    local path = files.write ""
    unsent:write(path)
    assert.same(shown(set), shown(tether.links.read(path, { from = "contacts", to = "companies", primary = true })))
    there.labels:ensure("contacts", "companies", "Clerk")
    there.primary:set("contacts", 1, "companies", 12)
    there:associate(unsent):assert() -- by names, and without the primary, as the set itself
    assert.same({ "1-11 Boss", "1-12 !", "2-11 ", "2-12 Boss+Clerk" }, state(there))
  end)

  it("is unlabelled of its labels, and not of the link", function()
    local set = here:associations("contacts", { 2 }, "companies")
    assert.equal("1 removed, 1 unchanged, 0 rejected, 0 unknown", tostring(here:unlabel(set)))
    assert.same({ "1-11 Boss", "2-11 ", "2-12 " }, state(here))
  end)
end)
