--- Links inside one object type. There the pair (1, 2) is the pair (2, 1), and each of its types has another id when
-- seen from the other end. Where it matters that a pair is one pair, this module first writes its rows from the smaller
-- id to the larger one.
local lazy = require "tether.lazy"
local errors = require "tether.error"
local meaning = lazy "tether.links.meaning"
local types = require "tether.types"

local M = {}

--- Whether two object types are the same.
function M.is_one_type(from, to)
  return from == to or types.object(from).singular == types.object(to).singular
end

--- Turns the rows that go from the larger id to the smaller one.
-- @param core native links
-- @tparam function inverse index of a type set -> index of the set that a turned row gets
function M.fold_core(core, inverse)
  local map = {}
  for index in pairs(core:backward()) do map[index] = index == 0 and 0 or inverse(index) end
  errors.check(core:fold(map))
end

--- Folds rows with types of an account.
-- @param core native links
-- @tparam function inverse of { category =, id = }: the type's inverse
-- @raise what `inverse` raises: nothing is changed then
function M.fold(core, inverse)
  M.fold_core(core, function(index)
    local list = {}
    for i, type in ipairs(core:set(index)) do list[i] = inverse(type) end
    return errors.check(core:intern(list))
  end)
end

-- The inverse of a type that a script or file wrote. The inverses of built-in types are known offline.
local function of_item(set, other, item)
  local id = math.type(item) or type(item) == "table" and item.category == "HUBSPOT_DEFINED"
  local found, known = pcall(types.find, set.from, set.to, type(item) == "table" and item.id or item)
  if found and known.inverse and (id or type(item) == "string") then
    return { category = "HUBSPOT_DEFINED", id = known.inverse }
  end
  local inverse = set.inverse or other.inverse
  if inverse then return inverse(item) end
  errors.raise("BAD_ARGUMENT", ("only an account knows which label is the inverse of %s inside %s"):format(
    type(item) == "table" and ("%s:%s"):format(item.category, item.id) or ("%q"):format(item), set.from),
    { hint = "pass the set through links:as_in(hub) first" })
end

--- Turns the rows of a set that go from the larger id to the smaller.
-- @tparam links set inside one object type
-- @tparam links other either may know the account's labels
-- @raise BAD_ARGUMENT where nobody tells the inverse of a label; the set is as before
function M.fold_set(set, other)
  M.fold_core(set.native, function(index)
    local list, is_given = meaning.list(set, index)
    local inverses = {}
    for i, item in ipairs(list) do
      inverses[i] = of_item(set, other, item)
      meaning.name(set, inverses[i])
    end
    return is_given and meaning.index_of(set, inverses) or errors.check(set.native:intern(inverses))
  end)
end

--- A set for comparing: itself, or a copy whose rows all go from the smaller id to the larger.
-- @tparam links set inside one object type
-- @tparam links other with which it is compared
-- @treturn links
-- @raise as fold_set
function M.folded(set, other)
  if next(set.native:backward()) == nil then return set end
  local copy = set:copy()
  M.fold_set(copy, other)
  return copy
end

local PIECE = 200000 -- rows that are handled in one step

--- Finds the rows that stand for others of their pair, in a set with types of an account; see tether_links_unify.
-- @param core native links; inside one object type its rows are folded where a pair stands both ways round
-- @tparam boolean is_one_type
-- @tparam function inverse as for fold
-- @tparam[opt] function between called between two pieces of the work
-- @treturn leaders, rows, followers as native:unify
-- @raise what `inverse` or `between` raises
function M.unify(core, is_one_type, inverse, between)
  if is_one_type and errors.check(core:has_mirrors()) then M.fold(core, inverse) end
  local work = errors.check(core:unifying())
  while true do
    local leaders, rows, followers = errors.check(work:step(PIECE))
    if leaders then return leaders, rows, followers end
    if between then between() end
  end
end

return M
