--- Verbs on shadows. The first call of any of them loads the modules they need.
local errors = require "tether.error"

local M = {}

--- Opens a shadow of the account: a hub with all verbs, whose reads show the account and what was written to the
-- shadow, and whose writes stay there. The account gets reads alone. What cannot be shadowed exactly is told in
-- `notices` of the shadow when it is used: searches, limits tracking, archived records.
--
--     local shadow <close> = hub:shadow()
--     shadow:associate("contacts", 101, "companies", 9001)
--     print(shadow:tried())                            --> 1 to link
-- @function shadow
-- @treturn hub to be closed before the hub that it shadows
-- @raise BAD_ARGUMENT for a shadow of a shadow; requests that change what a shadow does not keep are NOT_SHADOWED
function M.shadow(hub)
  if hub.shadowed then
    errors.raise("BAD_ARGUMENT", "shadow: this hub is a shadow already",
      { hint = "shadow the account's own hub once more" })
  end
  return require("tether.shadow.open").open(hub)
end

--- What a shadow's writes would change in the account, as a plan: looked at, saved and applied as any other. Records
-- that were made go by reference (`new-1`), and get their ids when the plan is applied.
-- @function tried
-- @treturn plan also with `create`, `update`, `archive`, `define`: how many records and definitions change so
-- @raise BAD_ARGUMENT for a hub that is no shadow, and what the account refuses
function M.tried(hub)
  if not hub.shadowed then
    errors.raise("BAD_ARGUMENT", "tried: this hub is no shadow", { hint = "call it on what hub:shadow() gives" })
  end
  return require("tether.shadow.tried").plan(hub.shadowed)
end

return M
