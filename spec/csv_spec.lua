local failure = require "spec.support.failure"
local files = require "spec.support.files"
local native = require "tether.native"
local csv = require "tether.files.csv"
local csv_line = require "tether.sets.csv_line"

local function all(text, options)
  local found = {}
  for row, line in csv.rows(files.write(text), options) do
    row.line = line
    found[#found + 1] = row
  end
  return found
end

teardown(files.remove_all)

describe("the CSV reader of the core", function()
  it("gives rows with their lines, nil when it needs more, and nil at the end", function()
    local reader = assert(native.csv())
    assert.is_nil(reader:row())
    assert.is_nil(reader:separator())
    assert(reader:feed "a;b\r\n1;\"x")
    local row, line = reader:row()
    assert.same({ "a", "b" }, row)
    assert.equal(1, line)
    assert.equal(";", reader:separator())
    assert.equal(1, select("#", reader:row()))
    assert(reader:feed '\ny"')
    reader:finish()
    row, line = reader:row()
    assert.same({ "1", "x\ny" }, row)
    assert.equal(2, line)
    assert.is_nil(reader:row())
    local fed, err = reader:feed "more"
    assert.is_nil(fed)
    assert.equal("BAD_ARGUMENT", err.code)
  end)

  it("tells a faulty row with its fields and goes on, and says when it cannot", function()
    local reader = assert(native.csv())
    assert(reader:feed "a,b\n1\n3,4\n5,\"6\n")
    reader:finish()
    reader:row()
    local row, err = reader:row()
    assert.is_nil(row)
    assert.same({ "CSV_BROKEN", 2, { "1" } }, { err.code, err.place, err.fields })
    assert.is_nil(err.final)
    assert.same({ "3", "4" }, (reader:row()))
    row, err = reader:row()
    assert.is_nil(row)
    assert.same({ "CSV_BROKEN", 4, true }, { err.code, err.place, err.final })
    assert.equal(1, select("#", reader:row()))
  end)

  it("is closed once and for all", function()
    local reader = assert(native.csv())
    reader:close()
    reader:close()
    assert.has_error(function() reader:row() end)
    do local _ <close> = assert(native.csv()) end
  end)
end)

describe("csv.rows finds columns", function()
  local function from_of(header, wanted)
    return all(header .. "\n1,2,3", { columns = { from = wanted } })[1].from
  end

  it("by name, in any case and spelling", function()
    for _, header in ipairs { "x,From ID,y", "x,from_id,y", "x,FROM-ID,y", 'x," fromId ",y', "x,from,y" } do
      assert.equal("2", from_of(header, "from id"))
      assert.equal("2", from_of(header, "from"))
    end
    assert.equal("2", from_of("from id,from,y", "from"))
    assert.equal("1", from_of("from id,from,y", "from id"))
    assert.equal("2", from_of("a,Étiquette,b", "Étiquette"))
    assert.equal("2", from_of("a,#,b", "#"))
  end)

  it("by the first of several names, and by position", function()
    assert.equal("3", from_of("a,b,Contact", { "from", "contact" }))
    assert.same({ { "1", "2", from = "2", line = 1 } }, all("1,2", { columns = { from = 2 } }))
    assert.same({ { "1", "2", from = "2", line = 2 } }, all("a,b\n1,2", { columns = { from = 2 }, header = true }))
  end)

  it("by their own names when none are asked for", function()
    assert.same({ { "1", "Zoë", id = "1", ["First name"] = "Zoë", line = 2 } }, all "\xEF\xBB\xBFid,First name\n1,Zoë")
  end)

  it("and leaves optional ones out without guessing", function()
    local options = { columns = { from = "from", label = "label" }, optional = { "label" } }
    assert.is_nil(all("from,label id\n1,2", options)[1].label)
    assert.equal("2", all("from,Label\n1,2", options)[1].label)
    assert.equal("", all("from,Label\n1,", options)[1].label)
    assert.is_nil(all("1,2", { columns = { from = 1, label = 3 }, optional = { "label" } })[1].label)
  end)

  it("or names what it found", function()
    local path = files.write "Contact,Company\n1,2"
    local err = failure(csv.rows, path, { columns = { from = "Contat" } })
    assert.equal("CSV_COLUMN_MISSING", err.code)
    assert.equal(path .. ': no column "Contat" for from; the first line has "Contact", "Company"; ' ..
      'did you mean "Contact"?', err.message)
    assert.matches("the file is empty", failure(csv.rows, files.write "", { columns = { from = "from" } }).message)
    assert.matches("no column 7 for from; the first line has 2",
      failure(csv.rows, path, { columns = { from = 7 } }).message)
    err = failure(csv.rows, files.write "\nfrom,From\n1,2", { columns = { from = "from" } })
    assert.matches('"From" for from stands twice in the first line, as columns 1 and 2', err.message)
    assert.equal(2, err.place)
  end)

  it("and refuses options that it does not know", function()
    assert.equal("OPTION_UNKNOWN", failure(csv.rows, files.write "a", { colums = {} }).code)
    assert.equal("BAD_ARGUMENT", failure(csv.rows, files.write "a", { columns = { from = true } }).code)
    assert.equal("BAD_ARGUMENT", failure(csv.rows, files.write "a", { columns = { from = {} } }).code)
    assert.equal("BAD_ARGUMENT", failure(csv.rows, 12).code)
  end)
end)

describe("csv.rows", function()
  it("trims the asked columns where that is wanted", function()
    local text = "from,to\n \u{A0}1\t, \u{A0} \n2,\u{C0}\u{A0}\u{A0}\n"
    local rows = all(text, { columns = { from = "from", to = "to" }, trim = true })
    assert.same({ "1", "", "2", "\u{C0}" }, { rows[1].from, rows[1].to, rows[2].from, rows[2].to })
    assert.equal(" \u{A0}1\t", rows[1][1])
    assert.equal(" \u{A0}1\t", all(text)[1].from)
  end)

  it("reads a file larger than a piece, with its lines", function()
    local lines = { "from\tto" }
    for i = 1, 20000 do lines[#lines + 1] = ("%d\t\"%d\"%s"):format(i, i, i % 7 == 0 and "\r\n" or "") end
    local sum, count, last = 0, 0, 0
    for row, line in csv.rows(files.write(table.concat(lines, "\r\n"))) do
      assert(row.from == row.to and line > last)
      sum, count, last = sum + tonumber(row.from), count + 1, line
    end
    assert.same({ 20000, 20000 * 20001 // 2, 20001 + 20000 // 7 }, { count, sum, last })
  end)

  it("raises a faulty row with its file and line, unless told what to do with it", function()
    local text = "from,to\n1,2\n3\n4,\xE9\n5,6\n7,\"8\n9,10\n"
    local path = files.write(text)
    local err = failure(function() for _ in csv.rows(path) do end end)
    assert.same({ "CSV_BROKEN", 3, { "3" } }, { err.code, err.place, err.fields })
    assert.equal(path .. ", line 3: 1 field, and the first line has 2", err.message)
    local told = {}
    local rows = all(text, { encoding = "utf-8", broken = function(one) told[#told + 1] = one end })
    assert.same({ "1", "5" }, { rows[1].from, rows[2].from })
    assert.same({ 2, 3, 3, 4, 6, true },
      { #rows, #told, told[1].place, told[2].place, told[3].place, told[3].final })
  end)

  it("always raises a first line that it cannot read", function()
    local path = files.write "pr\xE9nom,to\n1,2"
    local err = failure(csv.rows, path, { encoding = "utf-8", broken = function() error "not for headers" end })
    assert.equal(path .. ", line 1: byte 0xE9 in field 1 is not UTF-8", err.message)
  end)

  it("says what it cannot open or read", function()
    local err = failure(csv.rows, "/nowhere/links.csv")
    assert.equal("FILE_FAILED", err.code)
    assert.matches("/nowhere/links.csv", err.message)
    assert.equal("FILE_FAILED", failure(csv.rows, "/").code)
  end)

  it("closes its file when the loop is left, and leaves a caller's open", function()
    local reader = csv.open(files.write "a\n1\n2\n")
    assert.same({ "a" }, reader.header)
    for row in reader:rows() do
      if row.a == "1" then break end
    end
    assert.equal("closed file", io.type(reader.source.file))
    assert.is_nil(reader:row())
    reader:close()
    local pipe = assert(io.popen "printf 'a;b\\n1;2'")
    for row in csv.rows(pipe) do assert.equal("2", row.b) end
    assert.equal("file", io.type(pipe))
    pipe:close()
  end)

  it("reads standard input", function()
    local pipe = assert(io.popen [[printf 'a\n1\n' | lua5.4 -e '
      for row, line in require("tether.files.csv").rows("-") do print(line, row.a) end']])
    assert.equal("2\t1\n", pipe:read "a")
    pipe:close()
  end)
end)

describe("sets.csv_line", function()
  it("writes what the reader reads again", function()
    local rows = {
      { "a,b", "c;d", "e\tf" }, { 'say "x"', " blank ", "two\r\nlines" }, { "", "", "Zoë" }, { "plain", "5'", '"' },
    }
    local text = { csv_line { "one", "two", "three" } }
    for i, row in ipairs(rows) do text[i + 1] = csv_line(row) end
    for i, row in ipairs(all(table.concat(text))) do
      assert.same(rows[i], { table.unpack(row) })
    end
  end)

  it("quotes only where it must, and keeps an empty line from being blank", function()
    assert.equal("101,Decision maker,,9007199254740993\n", csv_line { "101", "Decision maker", "", 9007199254740993 })
    assert.equal('"a ""b""",\n', csv_line(table.pack('a "b"', nil)))
    assert.equal('""\n', csv_line { "" })
    assert.equal("BAD_ARGUMENT", failure(csv_line, { 101.0 }).code)
  end)
end)
