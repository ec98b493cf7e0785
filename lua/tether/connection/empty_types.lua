--- Refuses an empty list of association types before it is sent. An account answers such a list with a success and
-- links nothing (wire.md, 4.7; open question 27), so its answer could not tell that.
local errors = require "tether.error"
local json = require "tether.json"

local M = {}

-- Paths under which a request can name association types: those of links, and those of records.
local function names_types(path)
  return path:find("^/crm/") and (path:find("/associations", 1, true) or path:find("/objects/", 1, true)) ~= nil
end

-- PUT .../{type}/{id}/associations/{type}/{id} takes the list itself as its body.
local function is_pair(method, path)
  return method == "PUT" and path:find "/associations/[^/]+/[^/]+/?$" ~= nil
end

local function is_empty(value)
  return type(value) == "table" and next(value) == nil
end

local function refuse(place)
  errors.raise("TYPES_EMPTY", place .. ": the list of types is empty; an account would answer with a success and " ..
    "link nothing")
end

local function check_each(list, name)
  for i, input in ipairs(type(list) == "table" and list or {}) do
    local place = ("%s[%d]"):format(name, i)
    if type(input) == "table" then
      if is_empty(input.types) then refuse(place .. ".types") end
      check_each(input.associations, place .. ".associations")
    end
  end
end

--- Checks a request that a script has written itself.
-- @tparam string method in capitals
-- @tparam string path with its query
-- @tparam[opt] string body
-- @raise TYPES_EMPTY with the place
function M.check(method, path, body)
  path = path:match "^[^?]*"
  if not body or not names_types(path) or not body:find "[%[{]%s*[%]}]" then return end
  local read = json.decode(body)
  if type(read) ~= "table" then return end
  if is_empty(read) and is_pair(method, path) then refuse "request: body" end
  check_each(read.inputs, "request: inputs")
  check_each(read.associations, "request: associations")
end

return M
