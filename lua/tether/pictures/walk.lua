--- Reads the records around a record, level by level: a batch for each pair of object types, and each record once.
local check = require "tether.check"
local errors = require "tether.error"
local pair_schema = require "tether.names.pair_schema"
local subject = require "tether.batches.subject"

local M = {}

-- The properties that name a record, by type. The first with a value is taken; "a b" joins two of them.
local names = { contacts = { "firstname lastname", "email" }, companies = { "name", "domain" },
  deals = { "dealname" }, tickets = { "subject" } }
local usual = { "name", "title", "hs_title" }

local Graph = {}
Graph.__index = Graph

local function key_of(object_type, id) return ("%s:%d"):format(object_type, id) end

-- The node of a record, made when the record is met for the first time; nil: there is no more room.
local function node(self, object_type, id, parent)
  local key = key_of(object_type, id)
  local found = self.by_key[key]
  if found or self.is_closed then return found end
  if #self.nodes >= self.most then
    if not self.beyond[key] then self.beyond[key], self.left_out = true, self.left_out + 1 end
    return nil
  end
  found = { key = key, type = object_type, id = id, depth = parent and parent.depth + 1 or 0, parent = parent,
    number = #self.nodes + 1 }
  self.nodes[found.number], self.by_key[key] = found, found
  return found
end

-- Notes a link. It comes once in each direction, with the labels of that direction.
local function edge(self, from, to, labels, primary)
  local turned = self.edge_of[to.key .. " " .. from.key]
  if turned then
    for _, label in ipairs(labels) do
      local there = false
      for _, known in ipairs(turned.labels) do there = there or known == label end
      if not there then turned.back[#turned.back + 1] = label end
    end
    turned.primary = turned.primary or primary
    return
  end
  local made = { from = from, to = to, labels = labels, back = {}, primary = primary or false }
  self.edges[#self.edges + 1], self.edge_of[from.key .. " " .. to.key] = made, made
end

-- Takes the links of a set in the order of their ids, so that the order of the answers does not matter.
local function take(self, rows)
  table.sort(rows, function(a, b) return a.from < b.from or (a.from == b.from and a.to < b.to) end)
  for _, row in ipairs(rows) do
    local from = self.by_key[key_of(row.from_type, row.from)]
    local to = from and node(self, row.to_type, row.to, from)
    if to then edge(self, from, to, row.labels, row.primary) end
  end
end

local function add_rows(rows, from_type, to_type, set)
  for link in set:rows() do
    table.sort(link.labels)
    rows[#rows + 1] = { from_type = from_type, from = link.from, to_type = to_type, to = link.to, labels = link.labels,
      primary = link.primary }
  end
end

-- Whether a problem concerns one pair of object types only; then the other pairs are still read.
local function is_of_pair(problem)
  return errors.is(problem) and (problem.status == 400 or problem.status == 403 or problem.code == "TYPE_UNKNOWN")
end

local function read_pair(self, from, to, ids)
  local rows = {}
  local fine, problem = pcall(function()
    for set in self.hub:each_link(from, to, { ids = ids }) do add_rows(rows, from, to, set) end
  end)
  if not fine and not is_of_pair(problem) then error(problem, 0) end
  take(self, rows)
end

-- The ids of a level by type, and the types in order.
local function level_of(self, depth)
  local ids, types = {}, {}
  for _, known in ipairs(self.nodes) do
    if known.depth == depth then
      if not ids[known.type] then ids[known.type], types[#types + 1] = {}, known.type end
      table.insert(ids[known.type], known.id)
    end
  end
  table.sort(types)
  return ids, types
end

local function read_level(self, depth)
  local ids, types = level_of(self, depth)
  for _, from in ipairs(types) do
    for _, to in ipairs(self.types) do
      read_pair(self, from, to, ids[from])
      if self.told then self.told(#self.nodes, #self.edges) end
    end
  end
end

-- Reads the first level, which is one record. Its schema tells the object types; further types are asked for after
-- them.
local function read_first(self, start)
  local found, tied, met = self.hub:tied(start.type, start.id), {}, { [start.type] = true }
  for to in pairs(found) do tied[#tied + 1] = to end
  table.sort(tied)
  for _, to in ipairs(tied) do
    local rows, name = {}, pair_schema.name(self.hub, to)
    add_rows(rows, start.type, name, found[to])
    take(self, rows)
    met[name] = true
  end
  for name in pairs(met) do self.types[#self.types + 1] = name end
  table.sort(self.types)
end

local function name_of(record, wanted)
  for _, property in ipairs(wanted) do
    local parts = {}
    for name in property:gmatch "%S+" do
      local value = record.properties[name]
      if type(value) == "string" and value ~= "" then parts[#parts + 1] = value end
    end
    if #parts > 0 then return table.concat(parts, " ") end
  end
end

local function read_names(self)
  local ids = {}
  for _, known in ipairs(self.nodes) do
    ids[known.type] = ids[known.type] or {}
    table.insert(ids[known.type], known.id)
  end
  for object_type, list in pairs(ids) do
    local wanted, properties = names[object_type] or usual, {}
    for _, property in ipairs(wanted) do for name in property:gmatch "%S+" do properties[#properties + 1] = name end end
    local fine, found = pcall(self.hub.get, self.hub, object_type, list, { properties = properties })
    if not fine and not is_of_pair(found) then error(found, 0) end
    for i, id in ipairs(fine and list or {}) do
      local record = found[i]
      self.by_key[key_of(object_type, id)].name = record and name_of(record, wanted) or nil
    end
  end
end

--- Reads the graph around a record.
-- @tparam table hub
-- @tparam string object_type
-- @param id a record id or key
-- @tparam[opt] table options depth (1), most = records that are shown (400), types = object types that are looked at
--   (all that the record is tied to), names = false: ids alone, told = function(records, links)
-- @treturn table { nodes = { { key, type, id, name or nil, depth, parent or nil } }, edges = { { from = node,
--   to = node, labels = of the one direction, back = further ones of the other, primary } }, left_out = records }
-- @raise NOT_FOUND, BAD_ID, OBJECT_TYPE_UNKNOWN
function M.around(hub, object_type, id, options)
  options = check.options("graph", options, { depth = "integer", most = "integer", types = "table", names = "boolean",
    told = "function" })
  local name = pair_schema.name(hub, hub:object_type(object_type))
  local self = setmetatable({ hub = hub, nodes = {}, by_key = {}, edges = {}, edge_of = {}, types = {}, beyond = {},
    left_out = 0, most = options.most or 400, told = options.told }, Graph)
  local start = node(self, name, subject.id(hub, name, "graph: id", id))
  hub:get(name, start.id)
  for _, given in ipairs(options.types or {}) do
    self.types[#self.types + 1] = pair_schema.name(hub, hub:object_type(given))
  end
  local depth = options.depth or 1
  if depth > 0 and #self.types == 0 then read_first(self, start) else read_level(self, 0) end
  for level = 1, depth - 1 do read_level(self, level) end
  self.is_closed = true -- of the outermost records only links between each other are read, and no further records
  if depth > 1 then read_level(self, depth) end
  if options.names ~= false then read_names(self) end
  return self
end

return M
