-- Native values at their edges: readers that can go on and those that cannot, sets in the wrong order, closed files.
local files = require "spec.support.files"
local native = require "tether.native"

describe("a reader of CSV", function()
  local function read(text)
    local csv = native.csv()
    csv:feed(text)
    csv:finish()
    csv:row() -- the names
    local row, err = csv:row()
    assert.is_nil(row)
    return err, csv:row()
  end

  it("goes on behind a row that is faulty, and tells what it has read of it", function()
    local err, behind = read "a,b\nx\ny,z\n"
    assert.same({ "CSV_BROKEN", nil, { "x" } }, { err.code, err.final, err.fields })
    assert.same({ "y", "z" }, behind)
  end)

  it("ends where nobody knows how it goes on", function()
    local err, behind = read 'a,b\n"x,y\n'
    assert.same({ "CSV_BROKEN", true, nil }, { err.code, err.final, err.fields })
    assert.is_nil(behind)
  end)
end)

describe("a links set", function()
  it("whose records do not stand together is not joined, counted or divided by them", function()
    local links = native.links()
    for _, from in ipairs { 2, 1 } do links:add(from, 7, 0) end
    for name, more in pairs { through = { links }, by_record = { links }, by_count = { 0, 9 }, best = { {} },
      cycle = {} } do
      local fine, problem = pcall(links[name], links, table.unpack(more))
      assert.is_false(fine, name)
      assert.matches("a sorted set is needed", problem, 1, true)
    end
    local sorted = native.links()
    for _, from in ipairs { 1, 1, 2 } do sorted:add(from, 7, 0) end
    assert.is_true(pcall(sorted.by_count, sorted, 0, 9))
    assert.is_false(pcall(sorted.by_record, sorted, links))
  end)
end)

describe("an outcome", function()
  it("is taken over of as many rows as it has", function()
    local outcome, other = native.outcome(3), native.outcome(2)
    other:settle(native.rows(2, 1), "linked")
    local fine, problem = pcall(outcome.adopt, outcome, native.rows(1, 3), other)
    assert.is_false(fine)
    assert.matches("an outcome of these rows", problem, 1, true)
    assert.is_true(outcome:adopt(native.rows(2, 2), other))
    assert.same({ "pending", "pending", "linked" }, { outcome:state(1), outcome:state(2), outcome:state(3) })
  end)
end)

describe("a label cell", function()
  it("has no labels that are empty", function()
    assert.equal("Boss", native.label_cell { "", "Boss" })
    assert.equal("Boss; 5", native.label_cell { "Boss", "", 5 })
    assert.equal("", native.label_cell { "" })
  end)
end)

describe("a file of another encoding", function()
  after_each(files.remove_all)

  it("is no longer read when the file below is closed, nor is one that is opened behind it", function()
    local path = files.write "a\0b\0"
    local file = assert(io.open(path, "rb"))
    local text = assert(native.recoded(file, "utf-16le", ""))
    file:close()
    local other <close> = assert(io.open(path, "rb")) -- it may stand where the closed one stood
    local read, problem = text:read "a"
    assert.is_nil(read)
    assert.matches("Bad file descriptor", problem, 1, true)
    assert.equal("a\0b\0", other:read "a")
    assert.equal("ab", assert(native.recoded(assert(io.open(path, "rb")), "utf-16le", "")):read "a")
  end)
end)

describe("the path of a request", function()
  it("has its query behind it, one thing after the other", function()
    local function path(query)
      return select(2, native.path("record_get", { version = "2026-03", f = "contacts", a = "101" }, query))
    end
    local plain = path(nil)
    assert.equal(plain, path {})
    assert.equal(plain .. "?a=1", path { { "a", "1" } })
    assert.equal(plain .. "?a=1&b=x%26y&c=", path { { "a", "1" }, { "b", "x&y" }, { "c", "" } })
  end)
end)
