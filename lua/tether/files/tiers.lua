--- Rate limits by kind of account, for association endpoints (wire.md, 10.1).
--
-- HubSpot's guide has a general table of limits and a table for association endpoints; where they differ, the lower
-- figure stands here. Batches seem to be exempt from the ten-second window (wire.md, 10.1); these figures do not rely
-- on it.
local errors = require "tether.error"
local nearest = require "tether.nearest"

local M = {}

local tiers = {
  { name = "free", burst = 100, daily = 250000 },
  { name = "starter", burst = 100, daily = 250000 },
  { name = "professional", burst = 150, daily = 500000 },
  { name = "enterprise", burst = 150, daily = 500000 },
  { name = "increase", burst = 200, daily = 1000000 }, -- professional or enterprise with the API limit increase
  { name = "oauth", burst = 110 }, -- a public app: no daily limit of its own
}

--- The tiers with a name, or all tiers.
-- @tparam[opt] string name of a tier; all tiers when left out
-- @treturn {table,...} { name =, burst = calls in ten seconds, daily = calls a day or nil }
-- @raise BAD_ARGUMENT with the names
function M.list(name)
  if name == nil then return tiers end
  local names = {}
  for i, tier in ipairs(tiers) do
    names[i] = tier.name
    if tier.name == name:lower() then return { tier } end
  end
  errors.raise("BAD_ARGUMENT", ("tier: one of %s is needed, got %q%s"):format(table.concat(names, ", "), name,
    nearest.sentence(name, names)))
end

return M
