--- Finds the changes between two backups, or between a backup and the account, in one pass over both.
local backup_file = require "tether.backup.file"
local check = require "tether.check"
local compare = require "tether.backup.compare"
local definitions = require "tether.backup.definitions"
local errors = require "tether.error"
local plain = require "tether.plain"
local walk = require "tether.backup.walk"

local M = {}

local known = { list = "integer", pairs = "table", on_progress = "function" }

local LINKS = { "added", "removed", "relabeled", "primary", "same" } -- kinds of links that are counted

local Diff = { __name = "tether.diff" }
Diff.__index = Diff

--- How many things differ: links, labels and primaries of links, definitions.
-- @treturn integer
function Diff:__len()
  return self.added + self.removed + self.relabeled + self.primary + #self.definitions + #self.only_old +
    #self.only_new
end

local function sentence(pair)
  local parts = {}
  for _, field in ipairs { { "added", "added" }, { "removed", "removed" }, { "relabeled", "with other labels" },
    { "primary", "with another primary" } } do
    if pair[field[1]] > 0 then parts[#parts + 1] = ("%d %s"):format(pair[field[1]], field[2]) end
  end
  if #parts == 0 then parts[1] = "no link has changed" end
  return ("%s to %s: %s; %d are the same"):format(pair.from, pair.to, table.concat(parts, ", "), pair.same)
end

local function definition_sentence(change)
  local pair = ("%s to %s: "):format(change.from_type, change.to_type)
  if change.action == "limited" then
    return pair .. ("the limit of %s was %s, and is %s"):format(change.what == "default" and "all links" or
      ("%q"):format(change.what), change.before or "none", change.after or "none")
  end
  if change.action == "renamed" then return pair .. ("the label %q is %q now"):format(change.before, change.after) end
  return pair .. ("the label %q was %s"):format(change.after or change.before, change.action)
end

--- What has changed, a line for each pair of object types and each definition.
function Diff:__tostring()
  local lines = {}
  for _, pair in ipairs(self.pairs) do lines[#lines + 1] = sentence(pair) end
  for _, change in ipairs(self.definitions) do lines[#lines + 1] = definition_sentence(change) end
  for _, pair in ipairs(self.only_old) do lines[#lines + 1] = pair .. ": only the older one has this pair" end
  for _, pair in ipairs(self.only_new) do lines[#lines + 1] = pair .. ": only the newer one has this pair" end
  return plain.lines(table.concat(lines, "\n"))
end

-- -- both sides ----------------------------------------------------------------------------------------------------

local function key_of(pair)
  return pair[1] .. ":" .. pair[2]
end

-- Refuses a backup of changed records: it lacks all other records, which would be told as gone.
local function check_whole(path, facts)
  if not facts.changed_since then return end
  errors.raise("BAD_ARGUMENT", path .. ": it has the links of records that have changed alone, and cannot be compared",
    { hint = "compare whole backups: tether backup without --changed-since" })
end

-- A backup as a side of the comparison; its pairs can be asked for in any order.
local function of_file(path)
  local side = { file = backup_file.open(path), name = path }
  check_whole(path, side.file.facts)
  side.account, side.pairs = side.file.facts.account, side.file.facts.pairs
  function side.pair(wanted)
    local again = false
    while true do
      local found = side.file:pair()
      if found and key_of { found.definitions.from, found.definitions.to } == key_of(wanted) then return found end
      if not found then
        if again then errors.raise("FILE_BROKEN", ("%s: the pair %s is missing"):format(path, key_of(wanted))) end
        side.file:close()
        side.file, again = backup_file.open(path), true
      end
    end
  end
  function side.finish()
    side.file:finish()
    side.file:close()
  end
  return side
end

-- The account as a side of the comparison.
local function of_account(hub, list, told)
  local count = { records = 0, links = 0, calls = 0 }
  return { account = tostring(hub:account().portalId), pairs = list, name = "CRM", count = count,
    pair = function(pair) return walk.pair(hub, pair[1], pair[2], count, told and function() told(count) end) end,
    finish = function() end }
end

-- The pairs that both sides have, and the pairs that only one has.
local function match(self, old, new, chosen)
  local both, theirs, wanted = {}, {}, nil
  for _, pair in ipairs(new.pairs) do theirs[key_of(pair)] = true end
  if chosen then
    wanted = {}
    for _, text in ipairs(chosen) do wanted[text] = true end
  end
  for _, pair in ipairs(old.pairs) do
    local key = key_of(pair)
    if not wanted or wanted[key] then
      if theirs[key] then both[#both + 1] = pair else self.only_old[#self.only_old + 1] = key end
      theirs[key] = nil
      if wanted then wanted[key] = nil end
    end
  end
  local missing = wanted and next(wanted)
  if missing then
    errors.raise("BAD_ARGUMENT", ("%s has no pair %s"):format(old.name, missing), { hint = "it has " ..
      M.names(old.pairs) })
  end
  for _, pair in ipairs(new.pairs) do
    if not wanted and theirs[key_of(pair)] then self.only_new[#self.only_new + 1] = key_of(pair) end
  end
  return both
end

--- Pairs as people write them.
-- @treturn string
function M.names(list)
  local names = {}
  for i, pair in ipairs(list) do names[i] = key_of(pair) end
  return table.concat(names, ", ")
end

-- -- one pair ------------------------------------------------------------------------------------------------------

-- Adds a change to the list. `make` is called only while the list has room.
local function keep(self, make)
  if #self.changes < self.most then
    self.changes[#self.changes + 1] = make()
  else
    self.left_out = self.left_out + 1
  end
end

local function words_of(facts)
  local words = table.move(facts.words, 1, #facts.words, 1, {})
  if facts.primary then words[#words + 1] = "primary" end
  return words
end

-- Takes links that only one side has.
local function take_alone(self, pair, action, set)
  local counted, side = "removed", "before"
  if action == "link" then counted, side = "added", "after" end
  pair[counted] = pair[counted] + #set
  local listed = math.min(#set, self.most - #self.changes)
  self.left_out = self.left_out + #set - listed
  compare.each_link(set, listed, function(from, to, facts)
    keep(self, function()
      return { action = action, from_type = pair.from, to_type = pair.to, from = from, to = to,
        [side] = words_of(facts) }
    end)
  end)
end

local function take_changed(self, pair, changed, before)
  compare.each_changed(changed, before, function(from, to, old, new)
    local action = old.labels ~= new.labels and "relabel" or "primary"
    if action == "relabel" then pair.relabeled = pair.relabeled + 1 end
    if old.primary ~= new.primary then pair.primary = pair.primary + 1 end
    keep(self, function()
      return { action = action, from_type = pair.from, to_type = pair.to, from = from, to = to, before = words_of(old),
        after = words_of(new) }
    end)
  end)
end

local function take_stretch(self, pair, old, new)
  if not old then return take_alone(self, pair, "link", new) end
  if not new then return take_alone(self, pair, "unlink", old) end
  local added, removed, changed, before, same = compare.sets(old, new)
  pair.same = pair.same + same
  take_alone(self, pair, "link", added)
  take_alone(self, pair, "unlink", removed)
  take_changed(self, pair, changed, before)
  for _, set in ipairs { added, removed, changed, before } do set:close() end
end

local function compare_pair(self, old, new)
  local pair = { from = old.definitions.from, to = old.definitions.to, added = 0, removed = 0, relabeled = 0,
    primary = 0, same = 0 }
  definitions.compare(self.definitions, old, new, self.is_same_account)
  if self.is_same_account then -- within an account, a renamed label is the same label
    for key, label in pairs(new.names) do old.names[key] = label end
  end
  for left, right in compare.stretches(old.next, new.next) do take_stretch(self, pair, left, right) end
  self.pairs[#self.pairs + 1] = pair
  for _, name in ipairs(LINKS) do self[name] = self[name] + pair[name] end
end

--- Refuses a file whose first bytes show that it is no whole backup.
-- @raise FILE_FAILED, FILE_BROKEN, BAD_ARGUMENT
function M.check(path)
  local file = backup_file.open(path)
  file:close()
  check_whole(path, file.facts)
end

--- Compares.
-- @tparam ?table hub needed when one side is an account
-- @tparam string old a backup
-- @tparam ?string new a backup; nil or "CRM": the account as it is now
-- @tparam[opt] table options list = how many changes are told one by one, pairs = { "contacts:companies", … }: these
--   alone
-- @treturn diff added, removed, relabeled, primary, same: numbers of links; pairs: the same for each; definitions,
--   only_old, only_new, changes, left_out
function M.run(hub, old, new, options)
  options = check.options("diff", options, known) or {}
  local self = setmetatable({ added = 0, removed = 0, relabeled = 0, primary = 0, same = 0, pairs = {},
    definitions = {}, only_old = {}, only_new = {}, changes = {}, left_out = 0, most = options.list or 0 }, Diff)
  local left = of_file(check.type("diff: the first file", old, "string"))
  local is_file = new ~= nil and new ~= "CRM"
  local right = is_file and of_file(new) or of_account(hub, left.pairs, options.on_progress)
  self.is_same_account = left.account == right.account
  for _, pair in ipairs(match(self, left, right, options.pairs)) do
    compare_pair(self, left.pair(pair), right.pair(pair))
  end
  left.finish()
  right.finish()
  self.most = nil
  return self
end

return M
