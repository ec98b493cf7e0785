--- The primary record of a record: one company of a contact, a deal, a ticket. No other verb moves it.
local check = require "tether.check"
local errors = require "tether.error"
local links = require "tether.links"
local lookup = require "tether.hub.lookup"
local subject = require "tether.subject"

local Primary = { __name = "tether.primary" }
Primary.__index = Primary

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

-- Whether an account moves the primary, keeps both or refuses a second one is not settled (wire, open question 5): what
-- is there is read, the old one is taken away where it has to go, and the end is read back.
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

-- An account that refuses a second primary: the old one is taken away first, and given back where the new one fails.
local function take_over(hub, wanted, old, patience)
  hub:unlabel(old):assert()
  local result = hub:associate(wanted, { verify = patience })
  local failed, back = {}, links.new(old.from, old.to)
  for row in result:failures() do failed[row.from] = true end
  local kind = lookup.primary(hub, old.from, old.to)
  for link in old:rows() do
    if failed[link.from] then back:add(link.from, link.to, kind) end
  end
  if #back > 0 then hub:associate(back):assert() end
  return result
end

-- An account that dropped the old link with its primary gets it back.
local function keep_links(hub, old)
  local plain = links.new(old.from, old.to)
  for link in old:rows() do plain:add(link.from, link.to) end
  if #plain > 0 then hub:associate(plain):assert() end
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
  local kind, wanted, seen = lookup.primary(self.hub, set.from, set.to), links.new(set.from, set.to), {}
  for link in set:rows() do
    if seen[link.from] and seen[link.from] ~= link.to then
      errors.raise("BAD_ARGUMENT", ("primary: %d is given two primaries, %d and %d"):format(link.from, seen[link.from],
        link.to))
    end
    seen[link.from] = link.to
    wanted:add(link.from, link.to, kind)
  end
  local old = demote(self.hub, wanted)
  local result = self.hub:associate(wanted, { verify = options.verify or true })
  if result.rejected > 0 and #old > 0 then result = take_over(self.hub, wanted, old, options.verify or true) end
  local left = demote(self.hub, wanted) -- what the account has not moved by itself
  if #left > 0 then self.hub:unlabel(left):assert() end
  keep_links(self.hub, old)
  result = restore(result)
  if is_pair and result.linked + result.unchanged == 0 then error(result:failures()().error, 0) end
  return result
end

--- Takes the primary away; the link and its labels stay. No other record becomes primary by this.
-- @param ... (links), or (from type, id, to type, id)
-- @treturn outcome
function Primary:clear(...)
  local set, _, _, restore = subject.of(self.hub, "primary", ...)
  local kind, marked = lookup.primary(self.hub, set.from, set.to), links.new(set.from, set.to)
  for link in set:rows() do marked:add(link.from, link.to, kind) end
  return restore(self.hub:unlabel(marked))
end

return M
