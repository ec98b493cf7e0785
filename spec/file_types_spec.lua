-- What goes out to a file comes back: labels of any text, types by their ids, the primary; in CSV and in JSON lines.
local account = require "spec.support.account"
local tether = require "tether"
local files = require "spec.support.files"
local shown = require "spec.support.shown"

local TYPES = { from = "contacts", to = "companies" }

local function with(more)
  local options = { from = "contacts", to = "companies" }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

-- Texts that other programs, and this one, have a meaning for.
local LABELS = { "Boss", "a;b", "a|b", 'say "no"', '"quoted"', "279", "USER_DEFINED:7", "None", "NaN", "NULL", "\\N",
  "#N/A", "部長", "Начальник", "x,y", "1.0" }

describe("a file of links", function()
  after_each(files.remove_all)

  for _, ending in ipairs { ".csv", ".jsonl" } do
    it("has every label, type id and primary of a set again: " .. ending, function()
      local set = tether.links("contacts", "companies"):add(100, 1):add(101, 1, { "Boss", "primary" })
        :add(102, 1, 279):add(103, 1, { category = "USER_DEFINED", id = 7 }):add(104, 1, { 578, "Boss" })
        :add(105, 1, { category = "HUBSPOT_DEFINED", id = 1 })
      for i, label in ipairs(LABELS) do set:add(i, 1, label) end
      set:add(99, 1, LABELS)
      local path = files.write("", ending)
      set:write(path)
      local back = tether.links.read(path, with { primary = true })
      local diff = back:diff(set)
      assert.same({ 0, 0, 0, #set }, { #diff.added, #diff.removed, #diff.changed, diff.same })
      local again = files.write("", ending)
      back:write(again)
      assert.equal(files.content(path), files.content(again))
    end)
  end

  it("gives the primary to who asks for it, and tells of it else", function()
    for _, text in ipairs {
      "from,to,labels,primary\n1,2,Boss,true\n3,4,,\n",
      "from,to,label\n1,2,Boss; Primary\n3,4,\n",
      "from,to,label\n1,2,Boss; HUBSPOT_DEFINED:1\n3,4,\n",
      '{"from":1,"to":2,"label":"Boss","primary":true}\n{"from":3,"to":4,"primary":false}\n',
    } do
      local path = files.write(text)
      assert.same({ "1-2 Boss", "3-4 " }, shown(tether.links.read(path, TYPES)))
      assert.same({ "1-2 Boss!", "3-4 " }, shown(tether.links.read(path, with { primary = true })))
      local source <close> = require("tether.files.rows").open(path, TYPES)
      source:read(10)
      assert.equal(1, source.primaries)
    end
    assert.same({ "1-2 Boss!" }, shown(tether.links.read(files.write "from,to,primary\n1,2,yes\n",
      with { primary = true, label = "Boss" })))
    assert.same({ "1-2 Primary" }, shown(tether.links.read(files.write "from,to,label\n1,2,Primary\n",
      { from = "contacts", to = "deals" }))) -- which have no primary: it is somebody's label
  end)

  it("is told what is neither true nor false where the primary was asked for", function()
    local path = files.write "from,to,primary\n1,2,true\n3,4,Acme Inc.\n"
    assert.equal(2, #tether.links.read(path, TYPES)) -- a column of that name may be anything
    local ok, err = pcall(tether.links.read, path, with { primary = true })
    assert.is_false(ok)
    assert.equal("INVALID", err.code)
    assert.equal(path .. ', line 3: primary: true or false is needed, got "Acme Inc."', err.message)
    assert.equal(3, err.place)
  end)

  it("has no label where programs write that there is nothing", function()
    local words = { "NaN", "nan", "None", "null", "NULL", "\\N", "#N/A", "<NA>", "n/a", "" }
    local text = "from,to,label\n"
    for i, word in ipairs(words) do text = text .. ("%d,1,%s\n"):format(i, word) end
    local set = tether.links.read(files.write(text), TYPES)
    assert.equal(#words, set:count { labeled = false })
    assert.same({ "1-2 " }, shown(tether.links.read(files.write '{"from":1,"to":2,"label":"None"}\n', TYPES)))
  end)
end)

describe("rows that are not done", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 11 }, { id = 12 } } }
  end)
  after_each(function() account.close() files.remove_all() end)

  local function state()
    return shown(hub:associations("contacts", { 1, 2 }, "companies"))
  end

  local function refuse_once(ids)
    portal:fault { operation = "batch_create", nth = 1, status = 400, body = { status = "error",
      category = "VALIDATION_ERROR", message = "not now", context = { fromObjectId = ids } } }
  end

  for _, ending in ipairs { ".csv", ".jsonl" } do
    it("are fed back with their types and their primary: " .. ending, function()
      local id = hub.labels:create("contacts", "companies", { label = "a; 279" }).id
      local rows = { { 1, 11, { { category = "USER_DEFINED", id = id }, "primary" } }, { 2, 12, { "a; 279", 279 } } }
      refuse_once { "1", "2" }
      local outcome = hub:associate("contacts", "companies", rows)
      assert.equal(2, outcome.rejected)
      local path = files.write("", ending)
      assert.equal(2, outcome:write(path, nil, ending:sub(2)))
      hub:associate(tether.links.read(path, with { primary = true })):assert()
      assert.same({ "1-11 a; 279!", "2-12 a; 279" }, state())
    end)
  end

  it("of an import are what the first run would have done", function()
    hub.labels:create("contacts", "companies", { label = "Boss" })
    local path, failures = files.write "from,to,label,primary\n1,11,Boss; 279,true\n9,12,Boss,true\n", files.write ""
    local asked = with { primary = true, failures = failures, separator = ";" }
    refuse_once { "1" }
    local report = hub:import(path, asked)
    assert.equal(2, report.rejected)
    assert.equal('1,11,"Boss; 279; primary",2,INVALID,not now,contacts,companies,',
      files.content(failures):match "\n(1,.-)\n")
    assert.equal(1, hub:import(failures, with { primary = true }).linked)
    assert.same({ "1-11 Boss!" }, state())
  end)

  it("move no primary that was not asked for, and the report says so", function()
    local path = files.write "from,to,label,primary\n1,11,,true\n2,12,Primary,\n"
    assert.matches("primary +2 ", tostring(tether.preflight(path, with())))
    assert.no.matches("primary +%d", tostring(tether.preflight(path, with { primary = true })))
    local report = hub:import(path, with())
    assert.same({ 2, 2 }, { report.linked, report.primaries })
    assert.same({ "1-11 ", "2-12 " }, state())
    report = hub:import(path, with { primary = true })
    assert.same({ 2, 0 }, { report.linked, report.primaries })
    assert.same({ "1-11 !", "2-12 !" }, state())
  end)
end)

for _, second in ipairs { "move", "keep", "refuse" } do
  describe(("an import with the primary, where second_primary=%s"):format(second), function()
    it("moves it to the rows that say so, with their labels, and nowhere else", function()
      local portal = tether.portal { switches = { second_primary = second } }
      portal:seed { contacts = { { id = 1 }, { id = 2 }, { id = 3 } }, companies = { { id = 11 }, { id = 12 } } }
      local hub = portal:connect()
      hub.labels:create("contacts", "companies", { label = "Boss" })
      hub.labels:create("contacts", "companies", { label = "Clerk" })
      hub:associate("contacts", "companies", { { 1, 12, "Clerk" }, { 3, 12 } }):assert()
      hub.primary:set("contacts", "companies", { { 1, 12 }, { 3, 12 } }):assert()
      local lost = {}
      local path = files.write("from,to,label,primary\n1,11,Boss,true\n1,11,Clerk,\n2,11,,\n2,12,,true\n9,12,,true\n" ..
        "2,11,Boss,true\n3,12,,true\n")
      for _, piece in ipairs { 20000, 1 } do
        local report = hub:import(path, with { primary = true, piece = piece, failures = function(row)
          lost[#lost + 1] = { row.line, row.label, row.error.code }
        end })
        assert.equal(7, report.linked + report.unchanged + report.rejected)
        assert.equal(0, report.unknown + report.not_sent)
        if piece == 20000 then
          assert.same({ { 6, "primary", "NOT_FOUND" }, { 7, "Boss; primary", "CONFLICT" } }, lost)
          assert.equal(1, report.unchanged)
          assert.same({ "1-11 Boss+Clerk!", "1-12 Clerk", "2-11 ", "2-12 !", "3-12 !" },
            shown(hub:associations("contacts", { 1, 2, 3 }, "companies")))
        end
      end
      hub:close()
      portal:close()
      files.remove_all()
    end)
  end)
end
