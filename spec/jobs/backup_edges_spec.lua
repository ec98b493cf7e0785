-- Backups at their edges: what stands in a file that no walk of this account has made, and what is counted.
local backups = require "spec.support.backups"
local files = require "spec.support.files"
local json = require "cjson"
local native = require "tether.native"
local tether = require "tether"

-- A file as another version, or another account, may have written it: blocks of texts.
local function write(path, blocks)
  local file <close> = assert(native.backup(path))
  for _, block in ipairs(blocks) do assert(file:text(block[1], json.encode(block[2]))) end
  assert(file:finish())
end

local function meta(account)
  return { "meta", { account = account, version = "2026-03", made_at = 0, pairs = { { "contacts", "companies" } } } }
end

local function pair_of(types)
  return { "pair", { from = "contacts", to = "companies", labels = {}, types = types } }
end

describe("a backup at its edges", function()
  local portal, hub, folder
  before_each(function()
    folder = files.folder()
    portal, hub = backups.given(100, 3, 3)
  end)
  after_each(function()
    hub:close()
    portal:close()
    files.remove_all()
  end)

  it("tells no built-in label as made or renamed: those are HubSpot's, in whatever language", function()
    local own = { category = "USER_DEFINED", id = 42, label = "Boss" }
    for account, other in pairs { ["7"] = "7", ["8"] = "9" } do
      write(folder .. "/old", { meta(account), pair_of { own, { category = "HUBSPOT_DEFINED", id = 1,
        label = "Primary" } } })
      write(folder .. "/new", { meta(other), pair_of { own, { category = "HUBSPOT_DEFINED", id = 1,
        label = "Primaire" }, { category = "HUBSPOT_DEFINED", id = 999, label = "Newer" } } })
      local found = hub:diff(folder .. "/old", folder .. "/new")
      assert.same({}, found.definitions)
      assert.equal(0, #found)
      os.remove(folder .. "/old")
      os.remove(folder .. "/new")
    end
  end)

  it("is refused where it does not begin with whose links it has, or where a part is no such thing", function()
    local bad = {
      { "it does not say whose links it has", { pair_of {} } },
      { "what it says of itself cannot be understood", { { "meta", "words" } } },
      { "a pair of object types cannot be understood", { meta(portal.account or "62515"), { "pair", 7 } } },
    }
    for _, one in ipairs(bad) do
      local path = folder .. "/bad"
      write(path, one[2])
      for _, verb in ipairs { hub.diff, hub.restore } do
        local problem = backups.failure(verb, hub, path)
        assert.equal("FILE_BROKEN", problem.code)
        assert.truthy(problem.message:find(one[1], 1, true), problem.message)
      end
      os.remove(path)
    end
  end)

  it("counts its calls as the account does, and asks for a hundred keys at once", function()
    local lines, set = {}, tether.links("contacts", "companies")
    for i = 1, 101 do
      lines[i] = ('{"kind":"record","type":"contacts","id":%d,"properties":{"email":"p%d@x.y"}}'):format(900 + i, i)
      set:add(900 + i, 50101)
    end
    portal:seed(table.concat(lines, "\n"))
    hub:associate(set):assert()
    local before = portal:counters().operations.records_read or 0
    local walked = hub:backup("contacts:companies", folder .. "/plain.links")
    assert.equal(before, portal:counters().operations.records_read or 0)
    local report = hub:backup("contacts:companies", folder .. "/keyed.links", { key = "email" })
    assert.equal(2, portal:counters().operations.records_read - before)
    assert.same({ walked.calls + 2, 101, 0 }, { report.calls, report.keys, report.without_key })
  end)
end)
