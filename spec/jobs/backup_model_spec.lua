-- Backups of random graphs, on a socket: whatever was changed, diff tells it and restore brings it back.
local backups = require "spec.support.backups"
local files = require "spec.support.files"

local given, make_labels, state = backups.given, backups.make_labels, backups.state

local folder

local function path(name)
  return folder .. "/" .. name
end

local LABELS = { false, "Boss", "Clerk", { "Boss", "Clerk" } }

-- A random graph of links with labels and primaries.
local function add_random(hub, random, first, count)
  local links, seen = hub:links("contacts", "companies"), {}
  for _ = 1, count do
    local from, to = first + random(1, 12), first + 50000 + random(1, 6)
    if not seen[from .. " " .. to] then links:add(from, to, LABELS[random(1, 4)] or nil) end
    seen[from .. " " .. to] = true
  end
  hub:associate(links):assert()
  for _ = 1, 3 do hub:associate("contacts", first + random(1, 6), "contacts", first + random(7, 12), "Parent") end
  for key in pairs(state(hub, "contacts", "companies")) do
    local from, to = key:match "(%d+) (%d+)"
    if random(1, 5) == 1 then hub.primary:set("contacts", from, "companies", to) end
  end
end

-- Changes that somebody else makes.
local function change_random(hub, random, first, count)
  for _ = 1, count do
    local from, to, what = first + random(1, 12), first + 50000 + random(1, 6), random(1, 4)
    local is_linked = state(hub, "contacts", "companies")[from .. " " .. to] ~= nil
    if what == 1 then
      hub:dissociate("contacts", from, "companies", to)
    elseif what == 2 then
      hub:associate("contacts", from, "companies", to, LABELS[random(1, 4)] or nil)
    elseif is_linked and what == 3 then
      hub:relabel("contacts", from, "companies", to, { "Clerk" })
    elseif is_linked then
      hub.primary:set("contacts", from, "companies", to)
    end
  end
end

-- The same sequence on each run.
local function randomness(seed)
  return function(low, high)
    seed = (seed * 6364136223846793005 + 1442695040888963407) & math.maxinteger
    return low + (seed >> 33) % (high - low + 1)
  end
end

local function without_primary(text)
  local words = {}
  for word in text:gmatch "[^;]+" do
    if word ~= "primary" then words[#words + 1] = word end
  end
  return table.concat(words, ";")
end

-- What a diff must say, from two states.
local function model(before, after)
  local found = { added = 0, removed = 0, relabeled = 0, primary = 0, same = 0 }
  local function count(name) found[name] = found[name] + 1 end
  for key, old in pairs(before) do
    local new = after[key]
    if not new then count "removed" end
    if new == old then count "same" end
    if new and without_primary(new) ~= without_primary(old) then count "relabeled" end
    if new and (new:find "primary" ~= nil) ~= (old:find "primary" ~= nil) then count "primary" end
  end
  for key in pairs(after) do
    if not before[key] then count "added" end
  end
  return found
end

local PAIRS = { "contacts:companies", "contacts:contacts" }
local ROUNDS = math.tointeger(tonumber(os.getenv "BACKUP_ROUNDS")) or 3

describe("backup", function()
  setup(function() folder = files.folder() end)
  teardown(files.remove_all)
  before_each(function() os.execute("rm -rf " .. folder .. "/*") end)

  it("and restore bring back every link, label and primary, whatever was changed", function()
    for round = 1, ROUNDS do
      local portal, hub = given(100, 12, 6)
      local random = randomness(round)
      make_labels(hub)
      add_random(hub, random, 100, 20)
      local before, inside = state(hub, "contacts", "companies"), state(hub, "contacts", "contacts")
      local dump = portal:dump()
      os.remove(path "a.links")
      hub:backup(PAIRS, path "a.links")
      change_random(hub, random, 100, 8)
      hub:dissociate((hub:associations("contacts", { 101, 102, 103, 104 }, "contacts")))
      local plan <close> = hub:restore(path "a.links", { scope = "all", prune = true })
      hub:apply(plan):assert()
      assert.same(before, state(hub, "contacts", "companies"))
      assert.same(inside, state(hub, "contacts", "contacts"))
      assert.equal(dump, portal:dump())
      assert.equal(0, #hub:diff(path "a.links"))
      hub:close()
      portal:close()
    end
  end)

  it("and diff tell what was changed as a model of it does, from two files and from the account", function()
    for round = 1, ROUNDS do
      local portal, hub = given(100, 12, 6)
      local random = randomness(100 + round)
      make_labels(hub)
      add_random(hub, random, 100, 20)
      local before = state(hub, "contacts", "companies")
      os.execute("rm -f " .. folder .. "/*")
      hub:backup("contacts:companies", path "a.links")
      change_random(hub, random, 100, 10)
      local wanted = model(before, state(hub, "contacts", "companies"))
      local report = hub:backup("contacts:companies", path "b.links", { since = path "a.links" })
      local told = { hub:diff(path "a.links"), hub:diff(path "a.links", path "b.links"), report.difference }
      for _, found in ipairs(told) do
        local counts = {}
        for name in pairs(wanted) do counts[name] = found[name] end
        assert.same(wanted, counts)
      end
      hub:close()
      portal:close()
    end
  end)
end)
