--- move: gives all links of records to other records, over every pair of object types that the schema knows.
--
-- New links are proved before old ones are removed: see tether.plan.proof. Where the records at the other end have the
-- primary (a company's contacts), the links are changed from their side, so that the primary moves as well.
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local mapped = require "tether.workflows.parts.mapped"
local mirror = require "tether.links.mirror"
local pairs_of_types = require "tether.backup.pairs"
local proof = require "tether.plan.proof"
local reader = require "tether.batches.reader"
local types = require "tether.types"

local M = {}

local known = { type = "string", from = "any", to = "any", map = "any", types = "table" }

local ALL = math.maxinteger >> 16 -- rows that a sorter gives together with their records

-- -- pairs of object types ------------------------------------------------------------------------------------------

local function others_of(self)
  if self.options.types then
    local names = {}
    for i, name in ipairs(self.options.types) do names[i] = self.hub:object_type(name) end
    return names
  end
  local names = {}
  for i, pair in ipairs(pairs_of_types.of(self.hub, self.type .. ":*")) do names[i] = pair[2] end
  return names
end

-- Whether records of a type have a primary of another type: every type has it among companies, leads among other types
-- too.
local function holds_primary(hub, from, to)
  if mirror.is_one_type(from, to) or not errors.try(lookup.primary, hub, from, to) then return false end
  return types.object(to).singular == "company" or types.object(from).singular == "lead"
end

-- The side from which the links of a pair are changed: "from" when the moved record is their from record.
local function pair_of(self, other)
  local by = holds_primary(self.hub, other, self.type) and "to" or "from"
  local pair = { by = by, other = other, from = self.type, to = other }
  if by == "to" then pair.from, pair.to = other, self.type end
  pair.one_type, pair.old_links = mirror.is_one_type(pair.from, pair.to), flow.sorter()
  return pair
end

-- -- what is read ----------------------------------------------------------------------------------------------------

local RECORDS = 8000 -- records of the map, read at once

-- The links of a part of the old records.
local function read_part(self, pair)
  local count = math.min(RECORDS, #self.map - self.at)
  local part = errors.check(self.map:slice(self.at + 1, count))
  self.at = self.at + count
  local set = flow.read(self.hub, self.type, pair.other, part, self.tally)
  return part, set
end

-- The plan does not read old links again, because they are known. Inside one object type a pair is seen from its
-- smaller id, which may be any record's, so there the plan reads.
local function by_from(self, pair, part, set)
  local moved = errors.check(part:through(set.native))
  if pair.one_type then moved = flow.apart(moved) end
  local wanted = links.wrap(pair.from, pair.to, { native = moved, names = set.names })
  local queue = { { wanted } }
  if self.removes then
    queue[2] = { links.wrap(pair.from, pair.to, { native = set.native }), pair.one_type and "folded" or "probes" }
    if not pair.one_type then errors.check(pair.old_links:add(set.native, "links")) end
  end
  return queue
end

local function by_to(_, pair, _, set)
  return { { links.wrap(pair.from, pair.to, { native = errors.check(set.native:turned()) }), "probes" } }
end

local function take(self, pair, part, set)
  if self.removes then proof.keep(self.job, pair.from, pair.to, pair.by) end
  return (pair.by == "to" and by_to or by_from)(self, pair, part, set)
end

local function next_set(self)
  while true do
    local ready = table.remove(self.queue, 1)
    if ready then return ready[1], ready[2] end
    local pair = self.pairs[self.pair]
    if not pair then return nil end
    if self.at < #self.map then
      local part, set = read_part(self, pair)
      if #set > 0 then self.queue = take(self, pair, part, set) end -- nothing is asked of a pair without links
    else
      self.pair, self.at = self.pair + 1, 0
    end
  end
end

-- The links of records: those of old records are known, those of others are read.
local function known_links(self, from, to, asked)
  local pair = self.by_name[from .. " " .. to]
  if pair.by == "to" or pair.one_type or not self.removes then return nil end
  local old, others = errors.check(asked:by_record(self.map))
  local set, calls = links.new(from, to), 0
  if #others > 0 then set, calls = reader.of_set(self.hub, { native = others, from = from, to = to }) end
  if #old > 0 then
    local rows, probes, ids = errors.check(pair.old_links:take(#old, ALL))
    errors.check(set.native:merge(rows))
    for _, core in ipairs { rows, probes, ids } do core:close() end
  end
  return set, calls
end

-- -- the rule --------------------------------------------------------------------------------------------------------

-- A record keeps its primary; when it would get several, it gets none.
local function keep_primary(wanted, current, primary)
  local coming = errors.check(wanted:filter(nil, nil, flow.holding(wanted, primary), "links"))
  if #coming == 0 then return wanted end
  local single = errors.check(coming:by_count(1, 1))
  local _, free = errors.check(single:by_record(flow.with_type(current, primary)))
  local made = flow.without(errors.check(wanted:without(free)), primary)
  errors.check(made:merge(free))
  errors.check(made:compact())
  return made
end

-- The new links for the old links of a record, with the primary if it moves.
local function turned_over(self, probes, current, primary)
  local old = errors.check(current.native:common(probes))
  local turned = errors.check(old:turned())
  errors.check(turned:sort())
  local made = errors.check(self.map:through(turned))
  made = errors.check(made:turned())
  errors.check(made:compact())
  if self.removes or not primary then return made end
  made = flow.without(made, primary)
  errors.check(made:compact())
  return made
end

local function rule(self, pair, wanted, probes, current)
  errors.check(current.native:compact())
  local primary = holds_primary(self.hub, pair.from, pair.to) and lookup.primary(self.hub, pair.from, pair.to) or nil
  if self.by_name[pair.from .. " " .. pair.to].by == "to" then
    wanted = turned_over(self, probes, current, primary)
  elseif primary then
    wanted = keep_primary(wanted, current, primary)
  end
  return wanted, self.removes and probes or flow.none()
end

-- -- the verbs -------------------------------------------------------------------------------------------------------

local function map_of(name, options)
  if options.map ~= nil then
    if options.from ~= nil or options.to ~= nil then
      errors.raise("BAD_ARGUMENT", name .. ": map, or from and to, say what moves: give one of them")
    end
    return mapped.read(name .. ".map", options.map)
  end
  if options.from == nil or options.to == nil then
    errors.raise("BAD_ARGUMENT", name .. ": from and to are missing",
      { hint = "pass from = old id, to = new id, or map" })
  end
  return mapped.read(name, { [options.from] = options.to })
end

local function begin(self, job)
  self.job = job
  if self.removes then proof.keep_map(job, self.map) end
end

local function plan(name, hub, options, removes)
  options = flow.options(name, options, known, { "type" })
  local self = { hub = hub, options = options, type = hub:object_type(options.type), map = map_of(name, options),
    removes = removes, tally = flow.tally(), queue = {}, pair = 1, at = 0, pairs = {}, by_name = {} }
  local made = { pairs = {}, removes = removes, next_set = function() return next_set(self) end,
    begin = function(_, job) begin(self, job) end,
    current = function(...) return known_links(self, ...) end,
    rule = function(pair, wanted, probes, now) return rule(self, pair, wanted, probes, now) end }
  for i, other in ipairs(others_of(self)) do
    local pair = pair_of(self, other)
    self.pairs[i], self.by_name[pair.from .. " " .. pair.to] = pair, pair
  end
  return flow.plan(hub, made, self.tally, { primary = true })
end

--- Plans to give all links of records to others: labels, primaries and all. New links come first; an old one goes only
-- where its new one is seen.
--
--     tether.workflows.move(hub, { type = "companies", from = 9001, to = 9002 }):apply()
-- @tparam table hub
-- @tparam table options type: the object type of the records; from, to: an old and a new id; or map = { [old] = new },
--   or a CSV file of two columns; types: the other object types, left out: all that the schema knows. A record that has
--   a primary keeps it
-- @treturn plan
-- @raise BAD_ARGUMENT: an old id that stands there twice, or is new as well; BAD_ID, FILE_FAILED, OPTION_UNKNOWN, and
--   what refuses the schema
function M.plan(hub, options)
  return plan("move", hub, options, true)
end

--- Plans the same, and leaves the old links where they are.
--
--     tether.workflows.copy(hub, { type = "deals", from = 501, to = 502, types = { "contacts" } }):apply()
-- @tparam table hub
-- @tparam table options as for move
-- @treturn plan
function M.copy(hub, options)
  return plan("copy", hub, options, false)
end

return M
