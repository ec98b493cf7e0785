-- Files that other programs wrote (spec/fixtures/produced/make.sh): every one has the same links, as far as its format
-- can say them.
local tether = require "tether"

local FOLDER = "spec/fixtures/produced/"

local LINKS = { "101>9001 ", '102>9002 The "real" boss', "103>9003 Chef, Büro 🏢", "12345678901234567>9001 two\nlines" }

-- What a file has, and what of it is refused, as texts.
local function read(name)
  local refused = {}
  local links = tether.links.read(FOLDER .. name, { from = "contacts", to = "companies", separator = "",
    refused = function(row) refused[#refused + 1] = ("%d %s"):format(row.line, row.error.message) end })
  local shown = {}
  for link in links:rows() do
    shown[#shown + 1] = ("%d>%d %s"):format(link.from, link.to, table.concat(link.labels, "+"))
  end
  return shown, refused, links.lines
end

local function expect(name, wanted)
  local shown, refused = read(name)
  assert.same(wanted, shown, name)
  assert.same({}, refused, name)
end

local function first(count)
  return table.move(LINKS, 1, count, 1, {})
end

describe("a file by another program", function()
  it("is read whole: CSV", function()
    for _, name in ipairs { "papaparse.csv", "papaparse-semicolon.csv", "csv-stringify.csv",
      "csv-stringify-windows.csv", "sheetjs.csv", "sqlite3.csv", "psql.csv", "psql-copy.csv", "jq.csv", "miller.csv",
      "python-excel.csv",
      "python-excel-tab.tsv", "python-unix.csv" } do
      expect(name, LINKS)
    end
    expect("sqlite3.tsv", first(3)) -- a format that cannot say a line break
  end)

  it("is read whole: JSON lines", function()
    for _, name in ipairs { "jq.jsonl", "miller.jsonl" } do expect(name, LINKS) end
  end)

  it("is read whole: workbooks, of shared texts, of texts in the cell, streamed, stored", function()
    for _, name in ipairs { "exceljs.xlsx", "exceljs-stream.xlsx", "sheetjs.xlsx", "sheetjs-shared.xlsx" } do
      expect(name, LINKS)
    end
    local shown, refused, lines = read "exceljs-rich.xlsx"
    assert.same(first(3), shown)
    assert.same({}, refused)
    assert.same({ 2, 3, 6 }, { lines[1], lines[2], lines[3] })
  end)

  it("is read whole: packed, and in other encodings", function()
    for _, name in ipairs { "python.csv.gz", "python.zip", "python-utf-16.csv", "python-utf-16-be.csv",
      "sheetjs-unicode.txt" } do
      expect(name, LINKS)
    end
    local without_emoji = first(4)
    without_emoji[3] = "103>9003 Chef, Büro"
    local shown = read "python-cp1252.csv"
    shown[3] = shown[3]:gsub(" $", "")
    assert.same(without_emoji, shown)
  end)

  it("that kept an id as a number has cut it, and the row is refused", function()
    for _, name in ipairs { "exceljs-numbers.xlsx", "sheetjs-numbers.xlsx" } do
      local shown, refused = read(name)
      assert.same(first(3), shown, name)
      assert.equal(1, #refused)
      assert.matches("^5 .*1%.2345678901234568E%+16", refused[1])
    end
  end)

  it("that is no table of ours is named for what it is", function()
    for name, said in pairs { ["sheetjs.ods"] = "OpenDocument", ["sheetjs.xlsb"] = "binary workbook" } do
      local fine, err = pcall(read, name)
      assert.is_false(fine)
      assert.equal("FILE_BROKEN", err.code)
      assert.matches(said, err.message, 1, true)
    end
  end)
end)
