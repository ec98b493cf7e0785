--- The changes in the labels and limits of a pair of object types.
local M = {}

local function add(list, pair, action, what, before, after)
  list[#list + 1] = { action = action, what = what, from_type = pair.from, to_type = pair.to, before = before,
    after = after }
end

-- Labels by what identifies them on both sides: the id within an account, the text between two accounts.
local function labels_of(side, is_same_account)
  local found = {}
  for key, label in pairs(side.names) do
    if key:sub(1, 16) ~= "HUBSPOT_DEFINED:" then found[is_same_account and key or label:lower()] = label end
  end
  return found
end

local function in_order(...)
  local keys, seen = {}, {}
  for _, map in ipairs { ... } do
    for key in pairs(map) do
      if not seen[key] then keys[#keys + 1], seen[key] = key, true end
    end
  end
  table.sort(keys)
  return keys
end

local function compare_labels(list, pair, old, new)
  for _, key in ipairs(in_order(old, new)) do
    if not old[key] then
      add(list, pair, "created", "label", nil, new[key])
    elseif not new[key] then
      add(list, pair, "deleted", "label", old[key], nil)
    elseif old[key] ~= new[key] then
      add(list, pair, "renamed", "label", old[key], new[key])
    end
  end
end

local function compare_limits(list, pair, old, new)
  for _, label in ipairs(in_order(old, new)) do
    if old[label] ~= new[label] then
      add(list, { from = pair.from, to = pair.to }, "limited", label, old[label], new[label])
    end
  end
end

--- Adds what differs between two sides of a pair.
-- @tparam table list
-- @tparam table old { definitions =, names = } as tether.backup.walk tells them
-- @tparam table new
-- @tparam boolean is_same_account
function M.compare(list, old, new, is_same_account)
  local before, after = old.definitions, new.definitions
  compare_labels(list, before, labels_of(old, is_same_account), labels_of(new, is_same_account))
  compare_limits(list, before, before.limits or {}, after.limits or {})
  compare_limits(list, { from = before.to, to = before.from }, before.inverse_limits or {}, after.inverse_limits or {})
end

return M
