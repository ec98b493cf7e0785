-- Files in other encodings than UTF-8: found out, told, or named; lines stay those of the file.
local files = require "spec.support.files"
local shown_lines = require "spec.support.shown_lines"
local tether = require "tether"
local native = require "tether.native"
local csv = require "tether.files.csv"

-- What libc's own program makes of a text: no encoder of ours.
local function encoded(text, encoding, ending)
  local plain = files.write(text)
  local path = files.write("", ending)
  assert(os.execute(("iconv -f UTF-8 -t %s %s >%s"):format(encoding, plain, path)))
  return path
end

local function cut_mark(path)
  local text = files.content(path)
  return files.write(text:sub(3), ".csv")
end

local TABLE = "\u{FEFF}Kontakt,Firma,Etikett\r\n101,9001,Geschäftsführer\r\n102,9002,\"zwei\r\nZeilen €\"\r\n" ..
  "103,9003,\r\n"
local COLUMNS = { from = "Kontakt", to = "Firma", label = "Etikett" }

local function read(path, more)
  local options = { from = "contacts", to = "companies", columns = COLUMNS }
  for name, value in pairs(more or {}) do options[name] = value end
  return shown_lines(tether.links.read(path, options))
end

local WANTED = { "101>9001 Geschäftsführer@2", "102>9002 zwei\r\nZeilen €@3", "103>9003 @5" }

after_each(files.remove_all)

describe("a file in another encoding", function()
  it("is UTF-16, with a mark or without, little or big end first", function()
    for _, encoding in ipairs { "UTF-16LE", "UTF-16BE" } do
      local marked = encoded(TABLE, encoding, ".csv")
      assert.same(WANTED, read(marked), encoding)
      assert.same(WANTED, read(cut_mark(marked)), encoding .. " without a mark")
      assert.same(WANTED, read(marked, { encoding = "UTF-16" }), encoding .. ", told in general")
      assert.same(WANTED, read(marked, { encoding = encoding:lower() }))
    end
  end)

  it("is Windows-1252", function()
    local path = encoded((TABLE:gsub("^\u{FEFF}", "")), "WINDOWS-1252", ".csv")
    assert.same(WANTED, read(path))
    assert.same(WANTED, read(path, { encoding = "cp1252" }))
    assert.same(WANTED, read(path, { encoding = "Latin-1" }))
  end)

  it("stays what it is while it is UTF-8", function()
    assert.same(WANTED, read(files.write(TABLE, ".csv")))
    assert.same(WANTED, read(files.write(TABLE, ".csv"), { encoding = "utf8" }))
    assert.equal("UTF-8", native.guess_encoding "")
    assert.equal("UTF-8", native.guess_encoding "from,to\n1,2")
    assert.equal("UTF-8", native.guess_encoding "é and \xE9: both")
  end)

  it("is as long as one likes, and is read in constant memory", function()
    local lines = { "Kontakt;Firma;Etikett" }
    for i = 1, 50000 do lines[#lines + 1] = ("%d;%d;Büro 🏢 %d"):format(i, i + 1, i % 7) end
    local path = encoded(table.concat(lines, "\n"), "UTF-16LE", ".csv")
    local links = tether.links.read(path, { from = "contacts", to = "companies", columns = COLUMNS })
    assert.equal(50000, #links)
    for row, wanted in pairs { [1] = { 1, "Büro 🏢 1" }, [50000] = { 50000, "Büro 🏢 6" } } do
      local link = links:row(row)
      assert.same({ wanted[1], wanted[1] + 1, wanted[1] + 1, { wanted[2] } },
        { link.from, link.to, links.lines[row], link.labels })
    end
  end)

  it("is JSON lines as well", function()
    local path = encoded('{"from":101,"to":9001,"label":"Büro"}\n', "UTF-16LE", ".jsonl")
    assert.same({ "101>9001 Büro@1" }, read(path, { columns = {} }))
  end)

  it("comes from a pipe as from a disk", function()
    local path = encoded(TABLE, "UTF-16LE", ".csv")
    local pipe <close> = assert(io.popen("cat " .. path))
    assert.same(WANTED, read(pipe))
  end)

  it("is told by its first line and its columns in csv.rows too", function()
    local reader <close> = csv.open(encoded(TABLE, "UTF-16BE"), { columns = COLUMNS })
    assert.equal("Geschäftsführer", reader:row().label)
  end)

  it("has its broken characters named where somebody asked for the cell", function()
    local path = encoded("Kontakt,Firma,Etikett\n101,9001,a\n", "UTF-16LE", ".csv")
    local text = files.content(path):gsub("a\0\n\0$", "\0\xD8\n\0") -- half of a pair of surrogates
    local _, err = pcall(read, files.write(text, ".csv"))
    assert.same({ "CSV_BROKEN", 2 }, { err.code, err.place })
    assert.matches("line 2: byte 0xFF in field 3 is not UTF%-8", err.message)
  end)

  it("is refused by a name that nobody knows", function()
    local _, err = pcall(read, files.write(TABLE), { encoding = "ebcdic" })
    assert.equal("BAD_ARGUMENT", err.code)
    assert.matches("ebcdic", err.message)
    assert.matches("windows%-1252", err.message)
  end)

  it("is told on stderr and in preflight, unless it was named", function()
    local path = encoded(TABLE, "UTF-16LE", ".csv")
    local line = ("build/tether import --preflight --from contacts --to companies --from-column Kontakt " ..
      "--to-column Firma %s "):format(path)
    local pipe <close> = assert(io.popen(line))
    assert.matches(path .. " is read as UTF-16LE; --encoding names another encoding\n", pipe:read "a", 1, true)
    local named <close> = assert(io.popen(line .. "--encoding utf-16"))
    local text = named:read "a"
    assert.matches("rows +3\n", text)
    assert.is_nil(text:find("read as", 1, true))
    local portal <close> = tether.portal()
    for id = 101, 103 do portal:seed("contacts", id) end
    for id = 9001, 9003 do portal:seed("companies", id) end
    local told <close> = assert(io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s %s 2>&1 >/dev/null"):format(portal.token,
      portal.url, line:gsub("--preflight", "--quiet"))))
    assert.matches(path .. " is read as UTF-16LE", told:read "a", 1, true)
  end)
end)
