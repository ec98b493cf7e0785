--- Refuses ids that may have lost digits, in requests that a script writes itself. With a rounded id the account would
-- answer for another record.
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

local HINT = "it may be rounded already: take the id as text, or as an integer, from where it comes"

-- Lua writes a float as 101.0 or 1.5507967083718e+14.
local function is_float(segment)
  return segment:find "^%d+%.%d*$" ~= nil or segment:find "^%d[%.%d]*[eE][%+%-]?%d+$" ~= nil
end

local function check_path(path)
  for segment in path:gmatch "[^/?&=,]+" do
    if is_float(segment) then
      errors.raise("BAD_ID", ("request: path: %s is no record id, but a float"):format(segment),
        { hint = "write the id with %d; math.tointeger(value) makes an integer of a float that is a whole number" })
    end
  end
end

local function check_table(value, place)
  if math.type(value) == "float" and math.abs(value) >= 2 ^ 53 and math.abs(value) < math.huge then
    errors.raise("BAD_ID", ("request: %s: %.17g is a float"):format(place, value), { hint = HINT })
  end
  if type(value) ~= "table" then return end
  for key, field in pairs(value) do
    check_table(field, (type(key) == "number" and "%s[%s]" or "%s.%s"):format(place, key))
  end
end

--- Checks a request before it is sent.
-- @tparam string path with its query
-- @tparam ?table|string body
-- @raise BAD_ID with the place
function M.check(path, body)
  check_path(path)
  if type(body) ~= "string" then return check_table(body, "body") end
  local found = native.rounded(body)
  if found then
    errors.raise("BAD_ID", ("request: body: %s has been a float"):format(found), { hint = HINT })
  end
end

return M
