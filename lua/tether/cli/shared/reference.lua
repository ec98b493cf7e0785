--- References to records, as they are typed: contacts:101, companies:domain=example.com.
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

local function refuse(text, what)
  errors.raise("BAD_ARGUMENT", ("%q is no record"):format(text), { hint = what })
end

--- Reads a record, such as contacts:101.
-- @tparam string text
-- @treturn table { type =, id = an integer, or a key such as email=jane@example.com }
-- @raise BAD_ARGUMENT
function M.record(text)
  local object_type, id = text:match "^([^:]+):(.+)$"
  if not object_type then refuse(text, "write object type, colon and id, such as contacts:101") end
  if id:find("=", 1, true) then return { type = object_type, id = id } end
  local number = native.id(id)
  if not number then refuse(text, "write an id of digits, or a key such as contacts:email=jane@example.com") end
  return { type = object_type, id = number }
end

--- Reads an object type, with or without a record: contacts, contacts:101.
-- @treturn table { type =, id = or nil }
function M.side(text)
  return text:find(":", 1, true) and M.record(text) or { type = text }
end

--- Converters for the tables of commands: text -> value; or nil and what is wrong.
M.convert = {}
for name, read in pairs { record = M.record, side = M.side } do
  M.convert[name] = function(text)
    local fine, value = pcall(read, text)
    if fine then return value end
    return nil, ("%s; %s"):format(value.message, value.hint)
  end
end

return M
