-- Files of links: what comes in, piece by piece, and what goes out again.
local files = require "spec.support.files"
local shown_lines = require "spec.support.shown_lines"
local tether = require "tether"
local json = require "tether.json"
local rows = require "tether.files.rows"

local file, content = files.write, files.content

local PAIR = { from = "contacts", to = "companies" }

local function with(more)
  local options = {}
  for name, value in pairs(PAIR) do options[name] = value end
  for name, value in pairs(more) do options[name] = value end
  return options
end

after_each(function()
  files.remove_all()
end)

describe("a file of links", function()
  it("is read whatever a spreadsheet made of it", function()
    local wanted = { "101>9001 @2", "102>9002 Boss+Clerk@3", "103>9003 Boss@5" }
    for name, text in pairs {
      comma = "from,to,label\n101,9001,\n102,9002,Boss; Clerk\n\n103,9003,Boss\n",
      semicolon = "From ID;To ID;Label\r\n101;9001;\r\n102;9002;\"Boss; Clerk\"\r\n\r\n103;9003;Boss",
      tab = "\xEF\xBB\xBFlabel\tto\tfrom\n\t9001\t101\nBoss;Clerk\t9002\t102\n\nBoss\t 9003 \t103\n",
    } do
      assert.same(wanted, shown_lines(tether.links.read(file(text), PAIR)), name)
    end
  end)

  it("may be JSON lines in any of their shapes", function()
    local text = '{"from":101,"to":9001}\n{"from":"contacts:102","to":"companies:9002","labels":["Boss","Clerk"]}\n' ..
      '\n{"to":{"id":"9003"},"from":{"id":103},"label":"Boss","more":[1]}\n'
    assert.same({ "101>9001 @1", "102>9002 Boss+Clerk@2", "103>9003 Boss@4" },
      shown_lines(tether.links.read(file(text), PAIR)))
  end)

  it("tells the object types itself in the shape of HubSpot's command line", function()
    local path = file '{"from":"contacts:1","to":"companies:2"}\n{"from":"0-1:3","to":"company:4"}\n'
    local links = tether.links.read(path)
    assert.same({ "contacts", "companies", 2 }, { links.from, links.to, #links })
    links = tether.links.read(file "from,to\ndeals:5,contact:6\n")
    assert.same({ "deals", "contact", 1 }, { links.from, links.to, #links })
  end)

  it("has one pair of object types: a row of another is refused with its line", function()
    local refused = {}
    local path = file '{"from":"contacts:1","to":"companies:2"}\n{"from":"contacts:1","to":"deals:3"}\n'
    local links = tether.links.read(path, { refused = function(row) refused[#refused + 1] = row end })
    assert.equal(1, #links)
    assert.same({ 2, "contacts:1", "deals:3", "INVALID" },
      { refused[1].line, refused[1].from, refused[1].to, refused[1].error.code })
    assert.matches("contacts to deals, and this file is contacts to companies", refused[1].error.message)
  end)

  it("is refused when nobody tells the object types", function()
    local ok, err = pcall(tether.links.read, file "from,to\n1,2\n")
    assert.is_false(ok)
    assert.equal("BAD_ARGUMENT", err.code)
    assert.matches(", line 2: nothing tells the object types", err.message)
    ok, err = pcall(tether.links.read, file "from,to\n1,2\n", { from = "contacts" })
    assert.is_false(ok)
    assert.equal("BAD_ARGUMENT", err.code)
  end)

  it("may name types by id and by category", function()
    local path = file '{"from":1,"to":2,"types":[279,{"category":"USER_DEFINED","id":42}]}'
    local links = tether.links.read(path, PAIR)
    assert.same({ 279, { category = "USER_DEFINED", id = 42 } }, links:row(1).types)
  end)

  it("has columns by name, position or JSON key, and one label for all", function()
    local path = file "9,x,101,9001\n9,y,102,9002\n"
    assert.same({ "101>9001 x@1", "102>9002 y@2" },
      shown_lines(tether.links.read(path, with { columns = { from = 3, to = 4, label = 2 } })))
    assert.same({ "101>9001 A; B@1", "102>9002 A; B@2" },
      shown_lines(tether.links.read(path, with { columns = { from = 3, to = 4 }, label = "A; B" })))
    path = file '{"contact":101,"company":9001,"role":"Boss"}\n{"contact":102,"company":9002}\n'
    assert.same({ "101>9001 Boss@1", "102>9002 Clerk@2" }, shown_lines(tether.links.read(path,
      with { columns = { from = "contact", to = "company", label = "role" }, label = "Clerk" })))
  end)

  it("has several labels in a cell, by the separator that is told", function()
    local path = file "from,to,label\n1,2,A|B ; C\n"
    assert.same({ "1>2 A+B ; C@2" }, shown_lines(tether.links.read(path, with { separator = "|" })))
    assert.same({ "1>2 A|B ; C@2" }, shown_lines(tether.links.read(path, with { separator = "" })))
  end)

  it("has a label column when one is asked for by name", function()
    local ok, err = pcall(tether.links.read, file "from,to,lable\n1,2,x\n", with { columns = { label = "label" } })
    assert.is_false(ok)
    assert.equal("CSV_COLUMN_MISSING", err.code)
    assert.matches('did you mean "lable"', err.message)
  end)

  it("keeps keys in place of ids", function()
    local links = tether.links.read(file "from,to\nemail=J@x.example,9001\n102,domain=a.example\n", PAIR)
    assert.same({ "email=J@x.example>9001 @2", "102>domain=a.example @3" }, shown_lines(links))
  end)

  it("comes in pieces whose lines go on, without an id more or less", function()
    local lines = { "from,to,label" }
    for i = 1, 1000 do lines[#lines + 1] = ("%d,%d,%s"):format(i, 5000 + i, ({ "", "A", "B", "A;B" })[i % 4 + 1]) end
    local path = file(table.concat(lines, "\n"))
    local whole, pieces, sizes = shown_lines(tether.links.read(path, PAIR)), {}, {}
    for set in rows.open(path, PAIR):sets(300) do
      sizes[#sizes + 1] = #set
      for _, row in ipairs(shown_lines(set)) do pieces[#pieces + 1] = row end
    end
    assert.same({ 300, 300, 300, 100 }, sizes)
    assert.same(whole, pieces)
  end)

  it("goes on at a line", function()
    local path = file "from,to\n1,2\nx,y\n3,4\n5,6\n"
    local source = rows.open(path, with { first_line = 4 })
    assert.same({ "3>4 @4", "5>6 @5" }, shown_lines(source:read(10)))
    assert.same({ 2, 0, 5, true }, { source.count, source.refused, source.line, source.finished })
    source:close()
  end)

  it("tells every bad row with its line, and reads the others", function()
    local refused = {}
    local text = "from,to,label\n1,2,A\nabc,2,B\n3\n4,\xE9\n5,6,\n\"7,8,\n"
    local links = tether.links.read(file(text), with { refused = function(row) refused[#refused + 1] = row end })
    assert.same({ "1>2 A@2", "5>6 @6" }, shown_lines(links))
    local told = {}
    for i, row in ipairs(refused) do told[i] = ("%d %s %s"):format(row.line, row.error.code, row.label or "-") end
    assert.same({ "3 BAD_ID B", "5 BAD_ID -", "7 CSV_BROKEN -" }, told)
    for _, row in ipairs(refused) do assert.truthy(utf8.len(row.error.message), "a message is text") end
  end)

  it("that is none, empty or a folder is refused in one line", function()
    local function code(path, options) return select(2, pcall(tether.links.read, path, options or PAIR)).code end
    assert.equal("FILE_FAILED", code "/nonexistent/links.csv")
    assert.equal("FILE_FAILED", code "/tmp")
    assert.equal("CSV_COLUMN_MISSING", code(file ""))
    assert.equal(0, #tether.links.read(file("", ".jsonl"), PAIR))
    assert.equal("JSONL_BROKEN", code(file("\xFF\xFE{\0", ".jsonl")))
    assert.equal("CSV_COLUMN_MISSING", code(file("\xFF\xFEf\0")))
    assert.equal("OPTION_UNKNOWN", code(file "", with { columns = { form = 1 } }))
    assert.equal("BAD_ARGUMENT", code(file "", with { format = "xml" }))
    assert.equal("BAD_ARGUMENT", code(file "", with { separator = "; " }))
    assert.equal("BAD_ARGUMENT", code(file "", with { first_line = 0 }))
  end)
end)

describe("links written to a file", function()
  local links
  before_each(function()
    links = tether.links("contacts", "companies")
    links:add(101, 9001, { "Boss", 'The "real" boss' }):add(102, 9002)
    links:add(9007199254740993, 9223372036854775807, "Boss")
  end)

  it("are read again as they were, CSV", function()
    local path = file("", ".csv")
    assert.equal(3, links:write(path))
    assert.equal('from,to,labels,primary\n101,9001,"Boss; The ""real"" boss",\n102,9002,,\n' ..
      "9007199254740993,9223372036854775807,Boss,\n", content(path))
    assert.same({ '101>9001 Boss+The "real" boss@2', "102>9002 @3", "9007199254740993>9223372036854775807 Boss@4" },
      shown_lines(tether.links.read(path, PAIR)))
  end)

  it("are read again as they were, JSON lines", function()
    local path = file("", ".jsonl")
    links:add("email=j@x.example", "domain=a/b.example", "Boss")
    assert.equal(4, links:write(path))
    local lines = {}
    for line in content(path):gmatch "[^\n]+" do lines[#lines + 1] = json.decode(line) end
    assert.same({ from = 101, to = 9001, labels = { "Boss", 'The "real" boss' } }, lines[1])
    assert.same({ from = "9007199254740993", to = "9223372036854775807", labels = { "Boss" } }, lines[3])
    assert.same({ '101>9001 Boss+The "real" boss@1', "102>9002 @2", "9007199254740993>9223372036854775807 Boss@3",
      "email=j@x.example>domain=a/b.example Boss@4" }, shown_lines(tether.links.read(path, PAIR)))
  end)

  it("tell a disk that is full", function()
    for _, format in ipairs { "csv", "jsonl" } do
      local ok, err = pcall(links.write, links, "/dev/full", format)
      assert.is_false(ok)
      assert.equal("FILE_FAILED", err.code)
      assert.matches("/dev/full: No space left", err.message)
    end
  end)
end)

describe("a preflight", function()
  it("warns of an id that some tools write for larger numbers, where it stands again and again", function()
    for _, id in ipairs { "2147483647", "9223372036854775807" } do
      local lines = { "from,to" }
      for i = 1, 20 do lines[#lines + 1] = ("%d,%s"):format(i, id) end
      local found = tether.preflight(file(table.concat(lines, "\n")), PAIR)
      assert.matches(("the id %s stands in 20 rows"):format(id), table.concat(found.notices, "\n"))
      assert.matches("stands in 20 rows", tostring(found))
    end
    local once = tether.preflight(file "from,to\n1,2147483647\n2,5\n", PAIR)
    assert.is_nil(tostring(once):find("stands in", 1, true))
  end)

  it("tells what a file has and what it costs, without a network", function()
    local lines = { "from,to,label" }
    for i = 1, 2500 do lines[#lines + 1] = ("%d,%d,%s"):format(i, 5000 + i, i % 5 == 0 and "Boss" or "") end
    table.move({ "7,5007,boss", "7,5007,", "x,1,", "1,y,", "email=a@x.example,5001,", "email=A@x.example,5002," }, 1, 6,
      #lines + 1, lines)
    local found = tether.preflight(file(table.concat(lines, "\n")), PAIR)
    assert.same({ 2506, 2, 2504, 2500, 2, 2 },
      { found.rows, found.refused, found.good, found.pairs, found.duplicates, found.keyed })
    assert.same({ Boss = 501 }, found.labels)
    assert.equal(2003, found.unlabeled)
    assert.same({ BAD_ID = 2 }, found.by_code)
    assert.equal(2504, found.problems[1].line)
    assert.same({ 2, 3, 1, 6, 3 }, { found.writes, found.reads, found.key_calls, found.calls, found.blind_calls })
    local text = tostring(found)
    for _, line in ipairs { "rows +2506\n", "pairs +2500  distinct", "repeated +2\n", "with keys +2\n", "501  Boss",
      'BAD_ID +[^\n]-, line 2504, column "from": not a record id: "x"',
      "calls +6  2 writes, 3 reads.*1 for 1 keys", "blind +3" } do
      assert.matches(line, text)
    end
  end)

  it("finds records linked to themselves", function()
    local found = tether.preflight(file "from,to\n1,2\n3,3\n4,4\n", { from = "companies", to = "company" })
    assert.same({ 2, { 3, 4 } }, { found.selves, found.self_lines })
    assert.equal(0, tether.preflight(file "from,to\n3,3\n", PAIR).selves)
  end)

  it("counts minutes and days at a tier", function()
    local lines = { "from,to" }
    for i = 1, 4000 do lines[#lines + 1] = ("%d,1"):format(i) end
    local found = tether.preflight(file(table.concat(lines, "\n")), with { tier = "free" })
    assert.equal(6, found.calls) -- 2 writes, 4 reads
    assert.same({ { tier = "free", minutes = 0.01, days = 1 } }, found.costs)
    assert.equal(6, #tether.preflight(file "from,to\n1,2\n", PAIR).costs)
    local ok, err = pcall(tether.preflight, file "from,to\n", with { tier = "fre" })
    assert.is_false(ok)
    assert.matches('did you mean "free"', err.message)
  end)

  it("needs no memory for pairs when it shall not count them", function()
    local found = tether.preflight(file "from,to\n1,2\n1,2\n", with { distinct = false })
    assert.is_nil(found.pairs)
    assert.equal(1, found.writes)
  end)
end)
