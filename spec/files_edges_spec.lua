-- Files at their edges: columns that are meant twice, files whose name says what they are, names that are taken.
local backups = require "spec.support.backups"
local files = require "spec.support.files"
local shell = require "spec.support.shell"
local tether = require "tether"

local PAIR = { from = "contacts", to = "companies" }

local function read(text, ending, columns)
  return pcall(tether.links.read, files.write(text, ending), { from = PAIR.from, to = PAIR.to, columns = columns })
end

local function refused(...)
  local fine, err = read(...)
  assert.is_false(fine)
  return err
end

after_each(files.remove_all)

describe("a file at its edges", function()
  it("is refused where a column that it needs stands twice, with both places", function()
    for header, place in pairs { ["from,to,from"] = "1 and 3", ["to,from,to"] = "1 and 3",
      ["x,from,y,from,to"] = "2 and 4" } do
      local err = refused(header .. "\n1,2,3,4,5\n", ".csv")
      assert.equal("CSV_COLUMN_MISSING", err.code)
      assert.matches("stands twice in the first line, as columns " .. place, err.message)
    end
  end)

  it("gives no column to both sides", function()
    local err = refused("id,other\n1,2\n", ".csv", { from = "id", to = "id" })
    assert.equal("CSV_COLUMN_MISSING", err.code)
  end)

  it("has thirty of its columns told, and the rest counted", function()
    local names = {}
    for i = 1, 32 do names[i] = "c" .. i end
    for count, rest in pairs { [30] = "%f[%w]c30\"$", [31] = "c30\", and 1 more$", [32] = "c30\", and 2 more$" } do
      local err = refused(table.concat(names, ",", 1, count) .. "\n1\n", ".csv")
      assert.matches(rest, (err.message:gsub(";? did you mean.*", "")))
    end
  end)

  it("is what its name says, whatever its first bytes look like", function()
    local fine, set = read("{from}\tto\n101\t9001\n", ".tsv", { from = 1, to = "to" })
    assert.is_true(fine, tostring(set))
    assert.equal(1, #set)
    assert.is_true((read("[from],to\n101,9001\n", ".csv", { from = 1, to = "to" })))
    for _, ending in ipairs { ".json", ".jsonl", ".ndjson" } do
      assert.not_equal("CSV_COLUMN_MISSING", refused("from,to\n101,9001\n", ending).code)
    end
  end)

  it("takes the time that each tier's rate allows", function()
    local lines = { "from,to" }
    for i = 1, 100000 do lines[#lines + 1] = ("%d,1"):format(i) end
    local found = tether.preflight(files.write(table.concat(lines, "\n"), ".csv"), PAIR)
    assert.equal(150, found.calls)
    local seconds = {}
    for _, one in ipairs(found.costs) do seconds[one.tier] = math.floor(one.minutes * 60 + 0.5) end
    assert.same({ free = 15, starter = 15, professional = 10, enterprise = 10, increase = 8, oauth = 14 }, seconds)
  end)
end)

describe("what is written", function()
  local portal, hub
  before_each(function()
    portal, hub = backups.given(100, 2, 2)
  end)
  after_each(function()
    hub:close()
    portal:close()
  end)

  it("is told when it cannot get its name, and leaves nothing half", function()
    local folder = files.folder()
    hub:associate("contacts", 101, "companies", 50101)
    local function take() os.execute("mkdir -p " .. folder .. "/x.links") end -- while it is written
    local err = backups.failure(hub.backup, hub, "contacts:companies", folder .. "/x.links", { on_progress = take })
    assert.equal("FILE_FAILED", err.code)
  end)

  it("is shown on a terminal without what would control it, and whole in a file", function()
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Red\27[31m", name = "red" } } }
    hub:associate("contacts", 101, "companies", 50101, "Red\27[31m")
    local export = "tether export contacts companies -q"
    local script = files.write(export)
    local shown = shell.run(("TERM=xterm script -qec 'sh %s' /dev/null"):format(script), { portal = portal })
    assert.is_nil(shown:find("\27[31m", 1, true), shown)
    assert.matches("Red", shown)
    assert.matches("Red\27[31m", (shell.run(export, { portal = portal })), 1, true)
  end)
end)
