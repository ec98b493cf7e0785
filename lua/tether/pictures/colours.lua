--- The colour of an object type: a fixed one for types that most accounts have, else one by the type's place in the
-- list.
local M = {}

local known = { contacts = "#2f6fb3", companies = "#c2662d", deals = "#3b8a52", tickets = "#8a4fa0" }
local others = { "#a8577e", "#5b7f95", "#8c7a2b", "#4e8d8a", "#9a6b4f", "#6f6fb8" }

--- Colours of types.
-- @tparam {string,...} types in order
-- @treturn table type -> "#rrggbb"
function M.of(types)
  local colours, next_one = {}, 0
  for _, name in ipairs(types) do
    if not known[name] then next_one = next_one + 1 end
    colours[name] = known[name] or others[(next_one - 1) % #others + 1]
  end
  return colours
end

return M
