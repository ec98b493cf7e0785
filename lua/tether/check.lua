--- Checks arguments at the call. A message names the argument, the value that came, and what is accepted.
local native = require "tether.native"
local errors = require "tether.error"
local nearest = require "tether.nearest"

local M = {}

local function shown(value)
  if type(value) == "string" then return ("%q"):format(#value > 60 and value:sub(1, 57) .. "..." or value) end
  if math.type(value) == "float" then return ("%.17g"):format(value) .. " (a float)" end
  return type(value) == "table" and "a table" or tostring(value)
end

--- Raises BAD_ARGUMENT: "limit: an integer is needed, got "x"".
function M.refuse(name, wanted, value)
  errors.raise("BAD_ARGUMENT", ("%s: %s is needed, got %s"):format(name, wanted, shown(value)))
end

--- Checks that a value has a type; nil passes when it is optional.
-- @tparam string name of the argument, for the message
-- @tparam any value
-- @tparam string wanted a Lua type, or "integer"
-- @tparam[opt] boolean optional
-- @return the value
function M.type(name, value, wanted, optional)
  if value == nil and optional then return nil end
  if (wanted == "integer" and math.type(value) or type(value)) ~= wanted then
    M.refuse(name, (wanted:match "^[aeio]" and "an " or "a ") .. wanted, value)
  end
  return value
end

--- Checks that a value is an integer of at least `least`.
function M.count(name, value, least, optional)
  M.type(name, value, "integer", optional)
  if value and value < least then M.refuse(name, ("an integer of at least %d"):format(least), value) end
  return value
end

--- The remedy for a value that is no id; nil: the remedy of the error code fits.
-- @treturn ?string
function M.id_hint(value)
  if math.type(value) ~= "float" or value < 1 or value ~= math.floor(value) then return nil end
  if value < 2 ^ 53 then return "this is a float: pass a positive integer, math.tointeger(value)" end
  return "this is a float, and it may be rounded already: take the id as text, or as an integer, from where it comes"
end

--- Reads a record id as an integer; the message names the argument.
-- @raise BAD_ID
function M.id(name, value)
  local id, err = native.id(value)
  if not id then
    errors.raise("BAD_ID", ("%s: not a record id: %s"):format(name, shown(value)),
      { hint = M.id_hint(value) or err.hint })
  end
  return id
end

--- Checks options: a table of known names, each with its Lua type ("any" for all types).
-- @tparam string name what the options are for
-- @tparam ?table options
-- @tparam table known name -> type
-- @treturn table the options, {} for nil
-- @raise OPTION_UNKNOWN with the nearest name, BAD_ARGUMENT
function M.options(name, options, known)
  if options == nil then return {} end
  if type(options) ~= "table" then M.refuse(name, "a table of options", options) end
  local names = {}
  for option in pairs(known) do names[#names + 1] = option end
  table.sort(names)
  for option, value in pairs(options) do
    local wanted = known[option]
    if not wanted then
      errors.raise("OPTION_UNKNOWN", ("%s: there is no option %s; there are %s%s"):format(name, shown(option),
        table.concat(names, ", "), type(option) == "string" and nearest.sentence(option, names) or ""))
    end
    if wanted ~= "any" then M.type(("%s.%s"):format(name, option), value, wanted) end
  end
  return options
end

--- Iterates over an array, or over the values of an iterator.
-- @param list an array, or an iterator function
-- @treturn function an iterator
function M.each(list)
  if type(list) == "function" then return list end
  local at = 0
  return function()
    at = at + 1
    return list[at]
  end
end

return M
