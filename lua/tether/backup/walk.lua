--- Reads all links of a pair of object types in order; each link once, also inside one object type.
local definitions = require "tether.names.definitions"
local errors = require "tether.error"
local job_native = require "tether.job.native"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local mirror = require "tether.links.mirror"
local pair_schema = require "tether.names.pair_schema"
local types = require "tether.types"

local M = {}

local RECORDS, ROWS = 8000, 65536 -- taken at once

-- Labels and limits may need scopes of their own. Without them only the links are kept, and a notice says so.
local function definitions_of(hub, from, to)
  local fine, found = pcall(pair_schema.of, hub, from, to)
  if fine then return found end
  if not (errors.is(found) and found.status == 403) then error(found, 0) end
  hub.notices[#hub.notices + 1] = ("the labels and limits of %s to %s are not kept: %s"):format(from, to, found.message)
  return { from = pair_schema.name(hub, from), to = pair_schema.name(hub, to), labels = {} }
end

-- The texts of a pair's types: those that the account lists, and those that its links have shown.
local function describe(hub, from, to, names)
  local pair = definitions_of(hub, from, to)
  pair.types = {}
  for _, known in ipairs(lookup.types_anew(hub, hub:object_type(from), hub:object_type(to))) do
    if known.label then names[types.key(known)] = known.label end
  end
  for name, label in pairs(names) do
    local category, id = name:match "^(.*):(%d+)$"
    pair.types[#pair.types + 1] = { category = category, id = math.tointeger(tonumber(id)), label = label }
  end
  table.sort(pair.types, function(a, b) return types.key(a) < types.key(b) end)
  return pair
end

--- Reads a whole pair. Links that do not fit in memory are kept in a temporary file.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table count records, links and calls are added to it
-- @tparam[opt] function told called behind each answer with its links set
-- @tparam[opt] changed_since a time: the links of those records of `from` alone that have changed since
-- @treturn table { definitions = as tether.names.pair_schema tells them, with types = { { category =, id =, label = },
--   … }, names = "USER_DEFINED:42" -> label, next = function() -> compact links set or nil, ascending }
function M.pair(hub, from, to, count, told, changed_since)
  local sorter, names = errors.check(job_native.sorter()), {}
  local next_set, read, _, reading = hub:each_link(from, to, { changed_since = changed_since })
  local records, links_before, calls = count.records, count.links, count.calls
  local reading <close> = reading -- luacheck: ignore
  for set in next_set do
    if mirror.is_one_type(from, to) then
      mirror.fold(set.native, function(type) return definitions.inverse(hub, from, type) end)
    end
    errors.check(sorter:add(set.native, "links"))
    for name, label in pairs(set.names) do names[name] = label end
    count.records, count.calls = records + read.records, calls + read.reads + read.pages
    count.links = count.links + #set
    if told then told(set) end
    set.native:close()
  end
  count.records, count.calls, count.links = records + read.records, calls + read.reads + read.pages, links_before
  local found = describe(hub, from, to, names)
  return { definitions = found, names = names, next = function()
    local wanted, probes, asked = errors.check(sorter:take(RECORDS, ROWS))
    if not wanted then
      sorter:close()
      return nil
    end
    probes:close()
    asked:close()
    count.links = count.links + #wanted
    return links.wrap(from, to, { native = wanted, names = names })
  end }
end

return M
