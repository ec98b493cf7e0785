-- XLSX, ZIP and gzip files: what they hold is read as the same rows in CSV are, and what is wrong with them is named.
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local shown_lines = require "spec.support.shown_lines"
local zip = require "spec.support.zip"
local tether = require "tether"
local csv = require "tether.files.csv"
local rows = require "tether.files.rows"

local PAIR = { from = "contacts", to = "companies" }

local function with(more)
  local options = {}
  for name, value in pairs(PAIR) do options[name] = value end
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

local function read(path, more) return shown_lines(tether.links.read(path, with(more))) end

local function refusal(path, more)
  return failure(read, path, more)
end

local function zipped(entries, ending)
  return files.write(zip.bytes(entries), ending or ".zip")
end

local function book(parts)
  return zipped(zip.workbook(parts), ".xlsx")
end

-- A workbook of one sheet with these rows.
local function sheet(xml, strings)
  return book { sheets = { { name = "Links", rows = xml } }, strings = strings }
end

local HEADER = '<row r="1"><c r="A1" t="str"><v>from</v></c><c r="B1" t="str"><v>to</v></c>' ..
  '<c r="C1" t="str"><v>label</v></c></row>'

local function row(...)
  local cells = {}
  for i, cell in ipairs { ... } do cells[i] = cell:find "^<" and cell or ("<c><v>%s</v></c>"):format(cell) end
  return "<row>" .. table.concat(cells) .. "</row>"
end

after_each(files.remove_all)

describe("a workbook", function()
  it("has texts that are shared, in pieces, inside the cell, or what a formula gives", function()
    local path = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>' ..
      '<c r="C1" t="s"><v>2</v></c></row>' ..
      '<row r="2"><c r="A2"><v>101</v></c><c r="B2"><v>9001</v></c><c r="C2" t="s"><v>3</v></c></row>' ..
      '<row r="3"><c r="A3" t="str"><f>1&amp;02</f><v>102</v></c><c r="B3" t="n"><v>9002</v></c>' ..
      '<c r="C3" t="inlineStr"><is><t>Clerk </t><r><t>&amp; Co</t></r><rPh><t>klark</t></rPh></is></c></row>',
      { "<t>from</t>", "<t>to</t>", "<r><t>la</t></r><r><rPr/><t>bel</t></r><rPh><t>no</t></rPh>",
        '<t xml:space="preserve">„Boss“ _x005F_x_</t>' })
    assert.same({ "101>9001 „Boss“ _x_@2", "102>9002 Clerk & Co@3" }, read(path))
  end)

  it("has numbers that are ids, however they are written", function()
    local path = sheet(HEADER .. row("101", "9.001E3") .. row("102.0", "9002") .. row("1.23E+11", "123456789012345"))
    assert.same({ "101>9001 @2", "102>9002 @3", "123000000000>123456789012345 @4" }, read(path))
  end)

  it("has ids that it has cut, which are refused by row", function()
    local refused = {}
    local path = sheet(HEADER .. row("12345678901234568", "9001") .. row("101", "1.2345678901234568E+17") ..
      row("101", "9001") .. row("101.5", "9001"))
    assert.same({ "101>9001 @4" }, read(path, { refused = function(one) refused[#refused + 1] = one end }))
    assert.equal(3, #refused)
    assert.same({ 2, "BAD_ID", 3, "BAD_ID", 5, "BAD_ID" }, { refused[1].line, refused[1].error.code, refused[2].line,
      refused[2].error.code, refused[3].line, refused[3].error.code })
    assert.matches("1.2345678901234568E+16", refused[1].error.message, 1, true)
    assert.matches("1.2345678901234568E+17", refused[2].error.message, 1, true)
  end)

  it("leaves cells, rows and places away, and keeps the numbers of its rows", function()
    local path = sheet('<row r="3"><c r="B3" t="str"><v>from</v></c><c r="D3" t="str"><v>to</v></c></row>' ..
      '<row r="5" spans="1:4"><c r="A5" s="2"/><c r="B5"><v>101</v></c><c r="D5"><v>9001</v></c></row><row r="6"/>' ..
      '<row><c/><c><v>102</v></c><c/><c><v>9002</v></c></row><row r="1000"><c r="B1000"><v>103</v></c>' ..
      '<c r="D1000"><v>9003</v></c></row>')
    assert.same({ "101>9001 @5", "102>9002 @7", "103>9003 @1000" }, read(path))
  end)

  it("counts its rows, whatever line breaks a cell has", function()
    local broken = '<c t="str"><v>two&#10;lines&#13;&#10;or three</v></c>'
    local path = sheet(HEADER .. row("101", "9001", broken) .. row("102", "9002", broken) .. row("nobody", "9002"))
    local refused = {}
    local links = tether.links.read(path, with { refused = function(one) refused[#refused + 1] = one end })
    assert.same({ 2, 3 }, { links.lines[1], links.lines[2] })
    assert.same({ 4 }, { refused[1].line })
    assert.equal("two\nlines\r\nor three", links:row(1).labels[1])
  end)

  it("is read from the row that one asks for", function()
    local path = sheet(HEADER .. row("101", "9001") .. row("102", "9002"))
    assert.same({ "102>9002 @3" }, read(path, { first_line = 3 }))
  end)

  it("is what a streaming writer makes, or one that stores, or one with prefixes and another layout", function()
    for _, more in ipairs { { stream = true }, { stored = true }, { stored = true, stream = true } } do
      local sheets = { { name = "S", rows = HEADER .. row("101", "9001") } }
      assert.same({ "101>9001 @2" }, read(book { more = more, sheets = sheets }))
    end
    local path = zipped { { name = "_rels/.rels", text = '<p:Relationships><p:Relationship Id="a" ' ..
      'Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" ' ..
      'Target="/xl/worksheets/main.xml"/>' ..
      "</p:Relationships>" },
      { name = "xl/worksheets/main.xml", text = '<x:workbook xmlns:q="y"><x:sheets>' ..
        '<x:sheet name="A" q:id="s"/></x:sheets></x:workbook>' },
      { name = "xl/worksheets/_rels/main.xml.rels", text = '<Relationships>' ..
        '<Relationship Id="s" Type="t/worksheet" Target="a.xml"/></Relationships>' },
      { name = "xl/worksheets/a.xml", text = '\u{FEFF}<?xml version="1.0"?><x:worksheet><x:sheetData>' ..
        HEADER:gsub("<(/?)", "<%1x:") .. row("101", "9001"):gsub("<(/?)", "<%1x:") .. "</x:sheetData></x:worksheet>" } }
    assert.same({ "101>9001 @2" }, read(path))
  end)

  it("has sheets, of which one is read by its name or its number, or the first that people see", function()
    local function links(id) return HEADER .. row(id, "9001") end
    local path = book { sheets = { { name = "Hidden", rows = links "1", hidden = true },
      { name = "Chart", rows = "", kind = "chartsheet" },
      { name = "Contacts", rows = links "3" }, { name = "4", rows = links "4" }, { name = "Last", rows = links "5" } } }
    local source <close> = rows.open(path, with())
    assert.equal(path .. ', sheet "Contacts"', source.name)
    assert.same({ path .. ': sheet "Contacts" is read, the first of 3; --sheet names another one' }, source.notices)
    for wanted, id in pairs { Contacts = 3, contacts = 3, ["4"] = 4, ["5"] = 5, [5] = 5, [1] = 1, Hidden = 1 } do
      assert.same({ id .. ">9001 @2" }, read(path, { sheet = wanted }), wanted)
    end
    local err = refusal(path, { sheet = "Contcats" })
    assert.equal("BAD_ARGUMENT", err.code)
    assert.equal(path .. ' has no sheet "Contcats"; it has "Hidden", "Chart", "Contacts", "4", "Last"; ' ..
      'did you mean "Contacts"?', err.message)
    assert.matches('sheet "Chart" has no cells', refusal(path, { sheet = 2 }).message)
    assert.equal("BAD_ARGUMENT", refusal(path, { sheet = 6 }).code)
    assert.equal("BAD_ARGUMENT", refusal(path, { encoding = "utf-8" }).code)
    assert.equal("BAD_ARGUMENT", refusal(files.write("from,to\n1,2"), { sheet = 1 }).code)
  end)

  it("tells one sheet's row in messages, and reads it in csv.rows as well", function()
    local path = sheet(HEADER .. row("nobody", "9001"))
    local err = refusal(path)
    assert.same({ "BAD_ID", 2 }, { err.code, err.place })
    for fields, line in csv.rows(path, { columns = { id = "from" } }) do
      assert.same({ "nobody", 2 }, { fields.id, line })
    end
  end)

  it("keeps its shared texts out of memory when they are many", function()
    local strings = { "<t>from</t>", "<t>to</t>", "<t>label</t>" }
    local lines = { '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>' }
    local text = ("x"):rep(200)
    for i = 1, 40000 do
      strings[#strings + 1] = ("<t>%d %s</t>"):format(i, text)
      lines[#lines + 1] = ('<row><c><v>%d</v></c><c><v>9001</v></c><c t="s"><v>%d</v></c></row>'):format(i,
        i % 2 == 0 and i + 2 or 40003 - i)
    end
    local path = sheet(table.concat(lines), strings)
    local reader <close> = csv.open(path)
    local count = 0
    for fields in reader:rows() do
      count = count + 1
      local number = count % 2 == 0 and count or 40001 - count
      assert.equal(("%d %s"):format(number, text), fields.label)
    end
    assert.equal(40000, count)
  end)

  it("of few bytes and much text is read piece by piece: the text of a row waits for its reader", function()
    local cells, lines = '<c t="s"><v>0</v></c>', {}
    lines[1] = HEADER:gsub("</row>", ('<c t="str"><v>note</v></c>'):rep(4) .. "%0")
    for i = 1, 200 do -- of 240 KB of text each, which take 110 bytes here
      lines[i + 1] = row("101", tostring(9000 + i), "<c/>", cells:rep(4))
    end
    local path = sheet(table.concat(lines), { ("<t>%s</t>"):format(("x"):rep(60000)) })
    local shown = read(path)
    assert.same({ 200, "101>9001 @2", "101>9200 @201" }, { #shown, shown[1], shown[200] })
  end)

  it("that is damaged is refused before a row of it is used, with the place", function()
    local entries = zip.workbook { sheets = { { name = "S", rows = HEADER .. row("101", "9001") } } }
    entries[1].crc = 1
    local err = refusal(zipped(entries, ".xlsx"))
    assert.equal("FILE_BROKEN", err.code)
    assert.matches("damaged, in xl/worksheets/sheet1.xml behind %d+ bytes of it: .*CRC", err.message)
    for xml, said in pairs {
      ["<row><c></row>"] = "sheet1.xml, line 1 of its XML: mismatched tag",
      ['<row r="3"/><row r="2"/>'] = "sheet1.xml, row 3: the next row stands before it",
      ['<row r="1048577"/>'] = "row 0: the next row stands before it",
      ['<row><c r="B1"/><c r="A1"/></row>'] = "row 1: a cell stands where no cell can be",
      ['<row><c r="XFE1"/></row>'] = "row 1: a cell stands where no cell can be",
      ['<row><c t="s"><v>7</v></c></row>'] = "row 1: a cell names a shared text that is none",
      [("<a>"):rep(70) .. ("</a>"):rep(70)] = "more than 64 elements inside each other",
      ["<row " .. ("a"):rep(1200000) .. "='1'/>"] = "a tag of more than",
    } do
      local found = refusal(sheet(xml))
      assert.equal("FILE_BROKEN", found.code)
      assert.matches(said, found.message, 1, true)
    end
  end)

  it("that is no whole one, or not what it seems, is named for what it is", function()
    local function named(entries) return refusal(zipped(entries, ".xlsx")).message end
    local whole = zip.workbook { sheets = { { name = "S", rows = HEADER } } }
    table.remove(whole, 4)
    assert.matches("it is no whole workbook: xl/_rels/workbook.xml.rels is missing", named(whole), 1, true)
    local doctype = zip.workbook { sheets = { { name = "S", rows = HEADER } } }
    doctype[1].text = '<!DOCTYPE x [<!ENTITY a "b">]>' .. doctype[1].text
    assert.matches("document type declaration", named(doctype))
    assert.matches("xlsb", named { { name = "xl/workbook.bin", text = "" } })
    assert.matches("ods", named { { name = "content.xml", text = "" } })
    assert.matches("Word", named { { name = "word/document.xml", text = "" } })
    assert.matches("no sheet with cells", named(zip.workbook { sheets = { { name = "S", rows = "", hidden = true } } }))
  end)
end)

describe("a ZIP file", function()
  it("has one CSV file, or several with the same columns that are one", function()
    local one = zipped { { name = "a/links.csv", text = "from;to\r\n1;2\r\n" } }
    assert.same({ "1>2 @2" }, read(one))
    local path = zipped { { name = "part-1.csv", text = "\u{FEFF}from,to\n1,2\n3,4" },
      { name = "__MACOSX/._part-1.csv", text = "\0" },
      { name = "readme.md", text = "#" }, { name = "part-2.csv", text = "\u{FEFF}from,to\r\n5,6\r\n", stream = true },
      { name = "empty/", text = "", stored = true }, { name = "part-3.csv", text = "from,to\n", stored = true } }
    local source <close> = rows.open(path, with())
    assert.same({ "1>2 @2", "3>4 @3", "5>6 @5" }, read(path))
    assert.equal(path .. ', 3 files', source.name)
    assert.same({ path .. ': 3 files are read as one: "part-1.csv", "part-2.csv", "part-3.csv"' }, source.notices)
    assert.same({ "5>6 @2" }, read(path, { sheet = "part-2.csv" }))
    assert.same({ "5>6 @2" }, read(path, { sheet = 2 }))
  end)

  it("has first lines of any length, of which the first one counts", function()
    local first = "from,to," .. ("x"):rep(70000) .. "\n"
    local path = zipped { { name = "a.csv", text = first .. "1,2,\n" }, { name = "b.csv", text = first .. "3,4,\n" } }
    assert.same({ "1>2 @2", "3>4 @4" }, read(path))
  end)

  it("has files in other encodings, each in its own", function()
    local path = files.write("from,to,label\n5,6,Büro\n")
    local pipe <close> = assert(io.popen("iconv -f UTF-8 -t UTF-16LE " .. path))
    local wide = zipped { { name = "a.csv", text = "from,to,label\n1,2,é" },
      { name = "b.csv", text = "\xFF\xFE" .. pipe:read "a" },
      { name = "c.csv", text = "from,to,label\n7,8,B\xFCro\n" } }
    assert.same({ "1>2 é@2", "5>6 Büro@4", "7>8 Büro@6" }, read(wide))
  end)

  it("has JSON lines", function()
    local path = zipped { { name = "a.jsonl", text = '{"from":1,"to":2}' },
      { name = "b.jsonl", text = '{"from":3,"to":4}\n' } }
    assert.same({ "1>2 @1", "3>4 @2" }, read(path))
  end)

  it("with different columns is refused, unless one file is named", function()
    local path = zipped { { name = "a.csv", text = "from,to\n1,2" }, { name = "b.csv", text = "to,from\n1,2" } }
    local err = refusal(path)
    assert.equal("BAD_ARGUMENT", err.code)
    assert.matches('"a.csv" and "b.csv" have different columns; name one file with --sheet', err.message, 1, true)
    assert.same({ "2>1 @2" }, read(path, { sheet = "b.csv" }))
    assert.matches('no file "c.csv"; it has "a.csv", "b.csv"', refusal(path, { sheet = "c.csv" }).message, 1, true)
  end)

  it("comes through a pipe", function()
    local path = zipped { { name = "a.csv", text = "from,to\n1,2" } }
    local pipe <close> = assert(io.popen("cat " .. path))
    assert.same({ "1>2 @2" }, read(pipe))
  end)

  it("that is damaged, encrypted or nested is named for it", function()
    local function said(entries) return refusal(zipped(entries)).message end
    local text = "from,to\n1,2\n"
    assert.matches("damaged, in a.csv behind %d+ bytes of it: .*CRC", said { { name = "a.csv", text = text, crc = 7 } })
    assert.matches("damaged, in b.csv behind 0 bytes of it", -- not those of the file before it
      said { { name = "a.csv", text = text }, { name = "b.csv", text = text, crc = 7 } })
    assert.matches("a.csv is encrypted: save the file without a password",
      said { { name = "a.csv", text = text, encrypted = true } })
    assert.matches("unpack it, then import the XLSX file", said { { name = "a.xlsx", text = "PK\3\4" } })
    assert.matches("ZIP file inside of a ZIP file", said { { name = "a.zip", text = "PK\3\4" } })
    assert.matches('without CSV or JSON lines in it; it has "a.pdf"', said { { name = "a.pdf", text = "" } })
    assert.matches("a ZIP file with nothing in it", said {})
    local whole = zip.bytes { { name = "a.csv", text = text } }
    for cut = 4, #whole - 1 do
      assert.equal("FILE_BROKEN", refusal(files.write(whole:sub(1, cut), ".zip")).code, cut)
    end
  end)

  it("of little bytes and much text is read in constant memory", function()
    local pipe <close> = assert(io.popen(
      [[{ printf 'from,to\n'; head -c 60000000 /dev/zero | tr '\0' '\n'; printf '1,2\n'; } | gzip -1nc]]))
    local path = zipped { { name = "a.csv", gzip = pipe:read "a", text = "", size = 60000012 } }
    local child <close> = assert(io.popen("lua5.4 " .. files.write(([[
      local links = require("tether").links.read("%s", { from = "contacts", to = "companies" })
      for line in io.lines "/proc/self/status" do
        local peak = line:match "VmHWM:%%s*(%%d+)"
        if peak then print(#links, links.lines[1], peak) end
      end]]):format(path))))
    local count, line, peak = child:read("a"):match "(%d+)%s+(%d+)%s+(%d+)"
    assert.same({ "1", "60000002" }, { count, line })
    assert.truthy(tonumber(peak) < 30000, peak .. " kB")
  end)
end)

describe("a gzip file", function()
  local text = "from,to\n1,2\n3,4\n"

  it("is read from a disk and from a pipe, of one member or of several", function()
    local path = files.write(zip.gzip(text), ".csv.gz")
    assert.same({ "1>2 @2", "3>4 @3" }, read(path))
    local pipe <close> = assert(io.popen("cat " .. path))
    assert.same({ "1>2 @2", "3>4 @3" }, read(pipe))
    local members = zip.gzip "from,to\n1,2\n" .. zip.gzip "3,4\n" .. ("\0"):rep(600)
    assert.same({ "1>2 @2", "3>4 @3" }, read(files.write(members, ".gz")))
    assert.same({ "1>2 @1" }, read(files.write(zip.gzip '{"from":1,"to":2}', ".jsonl.gz")))
    assert.same({ "1>2 Büro@2" }, read(files.write(zip.gzip "from,to,label\n1,2,B\xFCro", ".gz")))
  end)

  it("that is damaged is refused: on a disk before a row of it is used, in a pipe at the place", function()
    local whole = zip.gzip(text)
    for cut = 2, #whole - 1 do
      assert.equal("FILE_BROKEN", refusal(files.write(whole:sub(1, cut), ".gz")).code, cut)
    end
    local wrong = files.write(whole:sub(1, -9) .. "\0\0\0\0" .. whole:sub(-4), ".gz")
    local err = refusal(wrong, { refused = function() error "no row is read" end })
    assert.matches("damaged behind 16 bytes of what it unpacks to: incorrect data check", err.message)
    local pipe <close> = assert(io.popen("cat " .. wrong))
    assert.equal("FILE_BROKEN", refusal(pipe).code)
    assert.matches("something follows the padding", refusal(files.write(whole .. "\0x", ".gz")).message)
  end)

  it("with another packed file in it is named", function()
    assert.matches("a gzip file inside of a gzip file: unpack it once",
      refusal(files.write(zip.gzip(zip.gzip(text)))).message)
    local inner = zip.bytes { { name = "a.csv", text = text } }
    assert.matches("a ZIP or XLSX file inside of a gzip file", refusal(files.write(zip.gzip(inner))).message)
  end)
end)

describe("the command", function()
  it("imports a workbook, and tells the sheet", function()
    local portal <close> = tether.portal()
    for id = 101, 102 do portal:seed("contacts", id) end
    portal:seed("companies", 9001)
    local path = book { sheets = { { name = "Links", rows = HEADER .. row("101", "9001") .. row("102", "9001") },
      { name = "B", rows = "" } } }
    local command = "build/tether import --from contacts --to companies %s %s 2>&1"
    local pipe <close> = assert(io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s "):format(portal.token, portal.url) ..
      command:format("--quiet", path)))
    local out = pipe:read "a"
    assert.matches("linked +2\n", out)
    assert.matches('sheet "Links" is read, the first of 2', out, 1, true)
    local second <close> = assert(io.popen(command:format("--preflight --sheet B", path)))
    assert.matches("CSV_COLUMN_MISSING", second:read "a")
  end)

  it("maps libarchive and expat when a file needs them, and not before", function()
    local path = sheet(HEADER .. row("101", "9001"))
    local script = files.write(([[
      local function mapped()
        local file <close> = assert(io.open "/proc/self/maps")
        local text = file:read "a"
        return text:find("libarchive", 1, true) ~= nil or text:find("libexpat", 1, true) ~= nil
      end
      local tether = require "tether"
      local csv = os.tmpname()
      local file = assert(io.open(csv, "w"))
      file:write "from,to\n1,2\n"
      file:close()
      assert(#tether.links.read(csv, { from = "contacts", to = "companies" }) == 1)
      os.remove(csv)
      local before = mapped()
      assert(#tether.links.read("%s", { from = "contacts", to = "companies" }) == 1)
      print(before, mapped())]]):format(path), ".lua")
    local pipe <close> = assert(io.popen("lua5.4 " .. script))
    assert.equal("false\ttrue\n", pipe:read "a")
  end)
end)
