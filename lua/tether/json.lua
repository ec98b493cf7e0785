--- Generic JSON (properties, schemas): lua-cjson, wrapped so that ids stay exact.
local cjson = require("cjson.safe").new()
local native = require "tether.native"
local errors = require "tether.error"

cjson.encode_number_precision(14) -- the most digits that it offers
cjson.encode_sparse_array(true)

local M = {}

-- Makes integers of whole floats and nil of null, since cjson gives floats and null.
local function natural(value)
  local kind = type(value)
  if kind == "number" then return math.tointeger(value) or value end
  if kind == "userdata" then return nil end
  if kind ~= "table" then return value end
  for key, field in pairs(value) do value[key] = natural(field) end
  return value
end

-- A number that 14 digits would round is sent as a text, which every id field and every property accepts.
local sendable
function sendable(value)
  if math.type(value) == "integer" then
    local digits = ("%d"):format(value)
    return ("%.14g"):format(value) == digits and value or digits -- else 155079670837180 would leave as 1.55e+14
  end
  if type(value) == "number" and math.tointeger(value) and math.abs(value) < 2 ^ 53 then
    return sendable(math.tointeger(value))
  end
  if type(value) == "number" and tonumber(("%.14g"):format(value)) ~= value then return ("%.17g"):format(value) end
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, field in pairs(value) do copy[key] = sendable(field) end
  return copy
end

--- The value of null that the `check` of `decode` sees.
M.null = cjson.null

--- Reads JSON. Integers beyond 2^53 come as strings of digits, null as nil.
-- @tparam string text
-- @tparam[opt] function check given the value with its nulls: what is wrong with it, or nil
-- @treturn[1] any the value
-- @treturn[2] nil
-- @treturn[2] string what is wrong
function M.decode(text, check)
  local value, problem = cjson.decode((errors.check(native.exact(text))))
  if value == nil then return nil, problem end
  problem = check and check(value)
  if problem then return nil, problem end
  return natural(value)
end

--- Writes JSON.
-- @tparam any value an empty table becomes an object
-- @treturn string
-- @raise BAD_ARGUMENT when the value has no JSON form
function M.encode(value)
  local text, problem = cjson.encode(sendable(value))
  if not text then errors.raise("BAD_ARGUMENT", "this value has no JSON form: " .. tostring(problem)) end
  return text
end

return M
