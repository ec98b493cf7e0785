--- Warnings that an account adds to a success: `warnings` of a record (csrc/data/wire.md, 3.1). They change nothing.
-- Each kind is told once for a hub among its notices, and at most a hundred.
local M = {}

local MOST = 100 -- for a hub: a warning that names its record has another text for each

-- The subject of a warning: its category, and the texts of its context in order.
local function words(warning)
  if type(warning) ~= "table" then return nil end
  local parts = {}
  for key, value in pairs(type(warning.context) == "table" and warning.context or {}) do
    for _, text in ipairs(type(value) == "table" and value or { value }) do
      if type(text) == "string" then parts[#parts + 1] = ("%s: %s"):format(key, text) end
    end
  end
  table.sort(parts)
  local category = type(warning.category) == "string" and warning.category or "a warning"
  return #parts > 0 and ("%s (%s)"):format(category, table.concat(parts, ", ")) or category
end

--- Notes the warnings of a record that an answer brought.
-- @tparam table hub
-- @tparam table body the record as it was decoded; fields of any other shape are passed over
function M.note(hub, body)
  for _, warning in ipairs(type(body.warnings) == "table" and body.warnings or {}) do
    local said = words(warning)
    if said and not hub.warned[said] and hub.warned_count < MOST then
      hub.warned[said], hub.warned_count = true, hub.warned_count + 1
      hub.notices[#hub.notices + 1] = "the account warns: " .. said
    end
  end
end

return M
