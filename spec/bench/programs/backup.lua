-- Writes two backups, reads both, or tells what differs: arguments are write, read or diff, a folder, how many links.
local backup_file = require "tether.backup.file"
local diff = require "tether.backup.diff"
local errors = require "tether.error"
local figures = require "spec.bench.figures"
local json = require "tether.json"
local native = require "tether.native"

local mode, folder, links = arg[1], arg[2], math.tointeger(tonumber(arg[3]))
local PIECE = 65536
local PLAIN, BOSS = { category = "HUBSPOT_DEFINED", id = 279 }, { category = "USER_DEFINED", id = 7 }

-- Links of contacts with ids of twelve digits to companies of eleven; one in a hundred is another one when `changes`.
local function piece(random, first, count, changes)
  local set = errors.check(native.links())
  local plain, boss = errors.check(set:intern { PLAIN }), errors.check(set:intern { PLAIN, BOSS })
  local from = first
  for _ = 1, count do
    from = from + random(1, 2000)
    local to, types, chance = random(20000000000, 30000000000), random(1, 5) == 1 and boss or plain, random(1, 300)
    if chance == 1 and changes then types = types == boss and plain or boss end
    if chance == 2 and changes then to = to + 1 end
    if chance ~= 3 or not changes then errors.check(set:add(from, to, types)) end
  end
  return set, from
end

local function write(name, changes)
  math.randomseed(7)
  local file, from = errors.check(native.backup(folder .. "/" .. name)), 150000000000
  errors.check(file:text("meta", json.encode { account = "1", pairs = { { "contacts", "companies" } } }))
  errors.check(file:text("pair", json.encode { from = "contacts", to = "companies",
    types = { { category = BOSS.category, id = BOSS.id, label = "Boss" } } }))
  for first = 1, links, PIECE do
    local set
    set, from = piece(math.random, from, math.min(PIECE, links - first + 1), changes)
    errors.check(file:links(set))
    set:close()
  end
  return errors.check(file:finish())
end

local function read(name)
  local file <close> = backup_file.open(folder .. "/" .. name)
  for set in file:pair().next do set:close() end
  file:finish()
end

local f = figures.begin()
local bytes
if mode == "write" then
  bytes = write("old", false)
  write("new", true)
elseif mode == "read" then
  read "old"
  read "new"
else
  assert(#diff.run(nil, folder .. "/old", folder .. "/new", {}) > links // 150)
end
if bytes then f.print(links, bytes / links) else f.print(links) end
