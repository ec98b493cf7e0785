--- Finds the operation of a request: compares its method and path with the table that makes paths of operations.
local native = require "tether.native"

local M = {}

local VERSIONS = { "2026-03", "2026-09", "2025-09", "v4" } -- versions whose paths are known; the usual one first
local MARKS = { f = "FMARK", t = "TMARK", a = "AMARK", b = "BMARK", id = "IDMARK" } -- of what stands in their places
local NAMES = {}
for name, mark in pairs(MARKS) do NAMES[mark] = name end

-- A path with marks as a pattern, and the names of what it captures.
local function pattern_of(path)
  local names, parts = {}, {}
  for part in path:gmatch "[^/]+" do
    names[#names + 1] = NAMES[part]
    parts[#parts + 1] = NAMES[part] and "([^/]+)" or (part:gsub("%p", "%%%0"))
  end
  return "^/" .. table.concat(parts, "/") .. "$", names
end

local routes -- by method: { operation =, pattern =, names = }, those with the fewest captures first

local function add(operation, version, form)
  local values = { version = version, form = form }
  for name, mark in pairs(MARKS) do values[name] = mark end
  local method, path = native.path(operation, values)
  if not method then return end
  local pattern, names = pattern_of(path)
  routes[method] = routes[method] or {}
  table.insert(routes[method], { operation = operation, pattern = pattern, names = names })
end

local function all()
  if routes then return routes end
  routes = {}
  for _, operation in ipairs(native.operations()) do
    for _, version in ipairs(VERSIONS) do
      add(operation, version, "described")
      add(operation, version, "overview")
    end
  end
  for _, list in pairs(routes) do table.sort(list, function(a, b) return #a.names < #b.names end) end
  return routes
end

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- Reads "limit=100&after=5"; of a name that stands twice the last value counts.
local function query_of(text)
  local query = {}
  for name, value in text:gmatch "([^&=]+)=?([^&]*)" do query[decoded(name)] = decoded(value) end
  return query
end

local function match(route, path)
  local found = { path:match(route.pattern) }
  if not found[1] then return nil end
  local values = {}
  for i, name in ipairs(route.names) do values[name] = decoded(found[i]) end
  return values
end

--- The names of a list in a query: "email,firstname".
-- @tparam ?string text
-- @treturn {string,...}
function M.names(text)
  local names = {}
  for name in (text or ""):gmatch "[^,]+" do names[#names + 1] = name end
  return names
end

--- Tells what a request asks for.
-- @tparam string method
-- @tparam string path with its query
-- @treturn ?table { operation =, f =, t =, a =, b =, id =, query = name -> value }; nil: no operation of Tether's
function M.find(method, path)
  local plain, query = path:match "^([^?]*)%??(.*)$"
  for _, route in ipairs(all()[method] or {}) do
    local values = match(route, plain)
    if values then
      values.operation, values.query = route.operation, query_of(query)
      return values
    end
  end
end

return M
