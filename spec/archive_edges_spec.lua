-- Packed files as native values: which entries they have, and what is left of one whose file is closed.
local archive = require "tether.archive.native"
local files = require "spec.support.files"
local zip = require "spec.support.zip"

local function opened(bytes) return assert(io.open(files.write(bytes), "rb")) end

describe("the entries of a ZIP file", function()
  after_each(files.remove_all)

  it("are counted from 1 to their number", function()
    local pack = assert(archive.pack(opened(zip.bytes { { name = "a.csv", text = "from,to\n" },
      { name = "b.csv", text = "from,to\n1,2\n" } })))
    assert.same({ "a.csv", "b.csv" }, pack:names())
    for _, place in ipairs { 0, 3, -1, math.maxinteger } do
      for _, ask in ipairs { "enter", "sheet" } do
        local fine, problem = pcall(pack[ask], pack, place)
        assert.is_false(fine)
        assert.matches("there is no such entry", problem, 1, true)
      end
    end
    assert.is_true(pack:enter(2))
    assert.equal("from,to\n1,2\n", pack:check())
    assert.equal("", pack:check())
  end)

  it("are damaged when their bytes are not those of their checksum", function()
    local pack = assert(archive.pack(opened(zip.bytes { { name = "a.csv", text = "from,to\n", crc = 7 } })))
    assert.is_true(pack:enter(1))
    local piece, err
    repeat piece, err = pack:check() until not piece or piece == ""
    assert.is_nil(piece)
    assert.equal("FILE_BROKEN", err.code)
  end)

  it("are joined, each in an encoding that is known, with a blank line for each further header or with all", function()
    local pack = assert(archive.pack(opened(zip.bytes { { name = "a.csv", text = "from,to\n3,4\n" },
      { name = "b.csv", text = "from,to\n1,2\n" } })))
    local function text(...) return assert(pack:text(...)):read "a" end
    assert.equal("from,to\n3,4\n\n1,2\n", text({ 1, 2 }, { "UTF-8", "UTF-8" }))
    assert.equal("from,to\n3,4\nfrom,to\n1,2\n", text({ 1, 2 }, { "UTF-8", "UTF-8" }, true))
    assert.is_false(pcall(pack.text, pack, { 1 }, { "UTF-9" }))
    assert.is_false(pcall(pack.text, pack, { 1, 2, 1 }, { "UTF-8", "UTF-8", "UTF-8" }))
  end)
end)

describe("a packed file", function()
  after_each(files.remove_all)

  it("is not looked into where it is closed", function()
    local file = opened(zip.bytes { { name = "a.csv", text = "x" } })
    file:close()
    local fine, problem = pcall(archive.pack, file)
    assert.is_false(fine)
    assert.matches("this file is closed", problem, 1, true)
  end)

  it("that is closed while it is unpacked is no longer read from, nor is one that is opened behind it", function()
    local bytes = zip.gzip(("from,to\n"):rep(9))
    local file = opened(bytes)
    local text = assert(archive.gunzip(file, ""))
    file:close()
    local other = opened(bytes) -- it may stand where the closed one stood
    assert.is_nil((text:read "a"))
    assert.equal("CLOSED", archive.problem(text).code)
    assert.equal(bytes, other:read "a")
    other:close()
  end)

  it("goes on with what was read of it before", function()
    local bytes = zip.gzip "from,to\n1,2\n"
    local file <close> = opened(bytes)
    assert.equal("from,to\n1,2\n", assert(archive.gunzip(file, file:read(7))):read "a")
  end)

  it("still tells what was wrong when it is closed", function()
    local bytes = zip.gzip "from,to\n1,2\n"
    local file <close> = opened(bytes:sub(1, -5))
    local text = assert(archive.gunzip(file, ""))
    assert.is_nil((text:read "a"))
    for _ = 1, 2 do
      assert.equal("FILE_BROKEN", archive.problem(text).code)
      pcall(text.close, text)
    end
  end)
end)
