--- The primary of a record, such as the one company of a contact, deal or ticket. No other verb moves it.
local check = require "tether.check"
local errors = require "tether.error"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local nearest = require "tether.nearest"
local native = require "tether.native"
local outcome = require "tether.outcome"
local problem = require "tether.connection.problem"
local subject = require "tether.batches.subject"
local verify = require "tether.batches.verify"

local Primary = { __name = "tether.primary" }
Primary.__index = nearest.index(Primary, "hub.primary")

local M = {}

--- The primaries of a hub: `hub.primary`.
function M.new(hub)
  return setmetatable({ hub = hub }, Primary)
end

--- The primary record of one record, or of many.
-- @tparam string from object type
-- @param ids a record id, or an array of ids
-- @tparam string to object type
-- @return the id or nil; for an array a table: id -> id of its primary
-- @raise TYPE_UNKNOWN when the pair of object types has no primary
function Primary:get(from, ids, to)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  lookup.primary(self.hub, from, to)
  local list, found = subject.ids(self.hub, from, "primary: id", ids), {}
  for link in self.hub:associations(from, list, to):rows() do
    if link.primary then found[link.from] = link.to end
  end
  if type(ids) == "table" then return found end
  return found[list[1]]
end

-- The sources do not tell whether an account moves the primary, keeps both or refuses a second one (wire.md, open
-- question 5). So the links are read, the old primary is removed where it must go, and the result is read back.
local function demote(hub, set)
  local old, from_seen = links.new(set.from, set.to), {}
  local kind = lookup.primary(hub, set.from, set.to)
  for link in set:rows() do from_seen[link.from] = link.to end
  local ids = {}
  for id in pairs(from_seen) do ids[#ids + 1] = id end
  for link in hub:associations(set.from, ids, set.to):rows() do
    if link.primary and from_seen[link.from] ~= link.to then old:add(link.from, link.to, kind) end
  end
  return old
end

-- The links of a set whose record is in `from_ids`.
local function part_of(set, from_ids, kind)
  local part = links.new(set.from, set.to)
  for link in set:rows() do
    if from_ids[link.from] then part:add(link.from, link.to, kind) end
  end
  return part
end

local done = { linked = true, unchanged = true, removed = true }
-- Codes with which an account refuses a row itself. After any other failure the old primary stays.
local about_row = { INVALID = true, LIMIT_EXCEEDED = true, CONFLICT = true }

-- Two sets of record ids: those whose row is done, and those whose row the account has refused.
local function ends_of(set, result)
  local fine, refused, row = {}, {}, 0
  for link in set:rows() do
    row = row + 1
    local state = result:state(row)
    fine[link.from] = done[state]
    refused[link.from] = state == "rejected" and about_row[result.native:reason(row).code]
  end
  return fine, refused
end

-- Copies the states of some records' rows into the outcome of the whole set.
local function copy(set, result, part, part_result, only_failures)
  local rows, row, at = {}, 0, 0
  for link in set:rows() do
    row = row + 1
    rows[link.from] = row
  end
  for link in part:rows() do
    at = at + 1
    local state = part_result.native:state(at)
    if not (only_failures and done[state]) then
      errors.check(result.native:settle(native.rows(rows[link.from], 1), state, part_result.native:reason(at)))
    end
  end
end

-- For an account that refuses a second primary: removes the old one first, and sets it again where the new one fails.
local function take_over(hub, wanted, result, blocked, kind, patience)
  local again = part_of(wanted, ends_of(blocked, hub:unlabel(blocked)), kind)
  if #again == 0 then return end
  local second = hub:associate(again, { verify = patience })
  copy(wanted, result, again, second)
  local fine, lost = ends_of(again, second), {}
  for link in again:rows() do lost[link.from] = not fine[link.from] end
  local back = part_of(blocked, lost, kind)
  if #back == 0 then return end
  local given_back = hub:associate(back)
  if given_back.linked + given_back.unchanged < #back then
    errors.raise("ROWS_FAILED", ("primary: the old primary of %d of %d records could not be given back"):format(
      #back - given_back.linked - given_back.unchanged, #back), { outcome = given_back })
  end
end

-- Where the new primary was set, removes the old one; its link stays.
local function clear_up(hub, wanted, result, old, kind)
  local fine = ends_of(wanted, result)
  local left = part_of(demote(hub, wanted), fine, kind) -- primaries that the account has not moved by itself
  if #left > 0 then copy(wanted, result, left, hub:unlabel(left), true) end
  local plain = part_of(old, fine) -- restores links that the account dropped with their primary
  if #plain > 0 then copy(wanted, result, plain, hub:associate(plain), true) end
end

-- The links that are wanted, marked as primary.
local function marked(set, kind)
  local wanted, seen = links.new(set.from, set.to), {}
  for link in set:rows() do
    if seen[link.from] and seen[link.from] ~= link.to then
      errors.raise("BAD_ARGUMENT", ("primary: %d is given two primaries, %d and %d"):format(link.from, seen[link.from],
        link.to))
    end
    seen[link.from] = link.to
    wanted:add(link.from, link.to, kind)
  end
  return wanted
end

local function set_all(hub, wanted, kind, patience)
  local old = demote(hub, wanted)
  local result = hub:associate(wanted, { verify = patience })
  local ok, err = errors.try(function()
    local blocked = part_of(old, select(2, ends_of(wanted, result)), kind)
    if #blocked > 0 then take_over(hub, wanted, result, blocked, kind, patience) end
    clear_up(hub, wanted, result, old, kind)
  end)
  if not ok and errors.is(err) and err.code == "ROWS_FAILED" then error(err, 0) end
  if not ok then verify.unread(result, err) end
  return result
end

-- Raises a refusal of everything, with the outcome of the given links; those that were not sent can be given again.
local function refuse(set, wanted, restore, err)
  if problem.is_beyond_rows(err) then
    local result = err.outcome or outcome.new(wanted)
    result.links = set
    err.outcome = restore(result)
  end
  error(err, 0)
end

--- Makes records the primary ones. The link is made when it is missing, its labels stay; the record that was primary
-- keeps its link and its labels. Setting what is set already changes nothing.
-- @param ... as for hub:associate, without types
-- @treturn outcome read back: a row is linked when the account shows it as the only primary
-- @raise TYPE_UNKNOWN when the pair of object types has no primary, and as hub:associate
function Primary:set(...)
  local set, options, is_pair, restore = subject.of(self.hub, "primary", ...)
  options = check.options("primary", options, { verify = "any", keys = "table" })
  if next(set.given) then errors.raise("BAD_ARGUMENT", "primary: no types are needed, the primary one is meant") end
  local kind = lookup.primary(self.hub, set.from, set.to)
  local wanted = marked(set, kind)
  local ok, result = pcall(set_all, self.hub, wanted, kind, options.verify or true)
  if not ok then refuse(set, wanted, restore, result) end
  result = restore(result)
  if is_pair and result.linked + result.unchanged == 0 then error(result:failures()().error, 0) end
  return result
end

--- Takes the primary away; the link and its labels stay. No other record becomes primary by this.
-- @param ... (links), or (from type, id, to type, id)
-- @treturn outcome
-- @raise TYPE_UNKNOWN, and as hub:unlabel
function Primary:clear(...)
  local set, _, _, restore = subject.of(self.hub, "primary", ...)
  local kind, wanted = lookup.primary(self.hub, set.from, set.to), links.new(set.from, set.to)
  for link in set:rows() do wanted:add(link.from, link.to, kind) end
  local ok, result = pcall(self.hub.unlabel, self.hub, wanted)
  if not ok then refuse(set, wanted, restore, result) end
  return restore(result)
end

return M
