--- Tether ties CRM records together: HubSpot's associations and labels from Lua.
if _VERSION ~= "Lua 5.4" then
  error("Tether needs Lua 5.4, and this is " .. _VERSION .. ": run the script with lua5.4", 0)
end

local tether = {
  version = "0.1.0",
  error = require "tether.error",
  types = require "tether.types",
  portal = require "tether.portal",
}

--- A record id as an exact integer.
-- @tparam integer|string value an integer, or decimal digits
-- @treturn integer
-- @raise BAD_ID
function tether.id(value)
  return tether.error.check(require("tether.native").id(value))
end

return tether
