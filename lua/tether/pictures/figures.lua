--- The figures of a report on a pair of object types. Both directions are read, so that only counts are kept in memory.
local check = require "tether.check"
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local pair_schema = require "tether.names.pair_schema"
local types = require "tether.types"

local M = {}

local SAMPLES, TOP = 10, 10 -- records that are named for each kind; records with the most links
local NEAR = 0.8 -- part of a limit from which a record is near it (wire.md, 4.22)

-- A record has one primary company at most; seen from the company, many records may have it as theirs.
local PRIMARY_OF = "companies"

local Side = {}
Side.__index = Side

-- The steps of the distribution: 0, 1, 2, 3 to 4, 5 to 8, …
local function step_of(degree)
  if degree <= 2 then return degree end
  local step, most = 3, 4
  while degree > most do step, most = step + 1, most * 2 end
  return step
end

local function step_name(step)
  if step <= 2 then return tostring(step) end
  local most = 1 << (step - 1)
  return ("%d to %d"):format(most // 2 + 1, most)
end

-- Keeps the values that come first in an order. The result does not depend on the order of the answers.
local function keep(list, value, most, before)
  if #list == most and not before(value, list[most]) then return end
  list[#list + 1] = value
  table.sort(list, before)
  list[most + 1] = nil
end

local function lower(a, b) return a < b end
local function larger(a, b) return a.links > b.links or (a.links == b.links and a.id < b.id) end
local function sample(list, id) keep(list, id, SAMPLES, lower) end

local function check_limits(self, id, counts, degree)
  for _, limit in ipairs(self.limits) do
    local used = limit.default and degree or counts[limit.key] or 0
    if used >= limit.max then
      limit.at = limit.at + 1
      keep(limit.samples, { id = id, links = used }, SAMPLES, larger)
    elseif used >= limit.max * NEAR then
      limit.near = limit.near + 1
      keep(limit.samples, { id = id, links = used }, SAMPLES, larger)
    end
  end
end

-- Counts a record whose links have all come.
local function finish(self, id, record)
  self.linked, self.links = self.linked + 1, self.links + record.degree
  local step = step_of(record.degree)
  self.steps[step] = (self.steps[step] or 0) + 1
  if record.primary > 0 then self.with_primary = self.with_primary + 1 end
  if self.may_have_primary and record.primary > 1 then
    self.several_primaries = self.several_primaries + 1
    sample(self.several_samples, id)
  end
  if self.may_have_primary and record.primary == 0 then sample(self.no_primary_samples, id) end
  if #self.top < TOP or record.degree >= self.top[TOP].links then
    keep(self.top, { id = id, links = record.degree }, TOP, larger)
  end
  check_limits(self, id, record.counts, record.degree)
end

-- The meaning of a set of types in the core: labels, primary, and the keys of types that are limited.
local function meaning_of(self, set, index)
  local link = set:described(index)
  local found = { labels = link.labels, primary = link.primary, keys = {} }
  for _, type in ipairs(link.types) do
    if self.limited[types.key(type)] then found.keys[#found.keys + 1] = types.key(type) end
  end
  return found
end

local function count_labels(self, set, meanings)
  for index, count in pairs(native.tally(set.native)) do
    meanings[index] = meaning_of(self, set, index)
    for _, label in ipairs(meanings[index].labels) do self.labels[label] = (self.labels[label] or 0) + count end
    if #meanings[index].labels == 0 then self.unlabeled = self.unlabeled + count end
    if meanings[index].primary then self.primary = self.primary + count end
  end
end

local function add_link(self, records, from, meaning)
  local record = records[from]
  if not record then
    record = self.open[from] or { degree = 0, primary = 0, counts = {} }
    records[from], self.open[from] = record, nil
  end
  record.degree = record.degree + 1
  if meaning.primary then record.primary = record.primary + 1 end
  for _, key in ipairs(meaning.keys) do record.counts[key] = (record.counts[key] or 0) + 1 end
end

-- Takes an answer. Most records are whole in it; a record with further pages is kept until they have come.
local function take(self, set, unfinished)
  local meanings, records = {}, {}
  count_labels(self, set, meanings)
  for row = 1, #set do
    local from, _, index = set.native:row(row)
    add_link(self, records, from, meanings[index])
  end
  for id, record in pairs(records) do
    if unfinished[id] then self.open[id] = record else finish(self, id, record) end
  end
end

local function limits_of(hub, from, to)
  local found, limited, plain = {}, {}, lookup.plain(hub, from, to)
  for i, limit in ipairs(hub.limits:list(from, to)) do
    local key = types.key(limit)
    found[i] = { label = limit.label, key = key, max = limit.max, at = 0, near = 0, samples = {},
      default = key == types.key(plain) }
    limited[key] = true
  end
  return found, limited
end

local function read_side(hub, from, to, told)
  local fine, limits, limited = pcall(limits_of, hub, from, to)
  if not fine and not (errors.is(limits) and (limits.status == 403 or limits.status == 400)) then error(limits, 0) end
  local self = setmetatable({ from = from, to = to, labels = {}, unlabeled = 0, primary = 0, linked = 0, links = 0,
    without = 0, without_samples = {}, steps = {}, with_primary = 0, several_primaries = 0, several_samples = {},
    no_primary_samples = {}, top = {}, may_have_primary = to == PRIMARY_OF, open = {}, limits = fine and limits or {},
    limited = fine and limited or {} }, Side)
  local next_set, count, _, reading = hub:each_link(from, to, { empty = true })
  for set, empty in next_set do
    take(self, set, reading:unfinished())
    self.without = self.without + #empty
    for _, id in ipairs(empty) do sample(self.without_samples, id) end
    set.native:close()
    told(from, count, self.links)
  end
  for id, record in pairs(self.open) do finish(self, id, record) end
  self.records, self.calls = self.linked + self.without, count.reads + count.pages
  return self
end

local function shown_side(self)
  local steps, limits, deepest = {}, {}, 0
  for step in pairs(self.steps) do deepest = math.max(deepest, step) end
  self.steps[0] = self.without
  for step = 0, deepest do steps[step + 1] = { links = step_name(step), records = self.steps[step] or 0 } end
  for i, limit in ipairs(self.limits) do
    limits[i] = { label = limit.label, most = limit.max, at_limit = limit.at, near_limit = limit.near,
      samples = limit.samples }
  end
  return { from = self.from, to = self.to, records = self.records, linked = self.linked, without = self.without,
    without_samples = self.without_samples, labels = self.labels, unlabeled = self.unlabeled, primary = self.primary,
    with_primary = self.with_primary, several_primaries = self.several_primaries,
    several_primaries_samples = self.several_samples, no_primary_samples = self.no_primary_samples, degrees = steps,
    most = self.top, limits = limits }
end

--- The figures of a pair.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam[opt] table options since = path of a backup, told = function(object type, count, links)
-- @treturn table { from, to, links, calls, sides = { { from, to, records, linked, without, … }, … } (one inside one
--   object type), since = { added, removed, relabeled, primary, same } or nil }
-- @raise FILE_FAILED, FILE_BROKEN, OBJECT_TYPE_UNKNOWN, MISSING_SCOPES
function M.of(hub, from, to, options)
  options = check.options("report", options, { since = "string", told = "function" })
  from, to = pair_schema.name(hub, hub:object_type(from)), pair_schema.name(hub, hub:object_type(to))
  local told = options.told or function() end
  local found = { from = from, to = to, sides = {} }
  if options.since then
    local change = require("tether.backup.diff").run(hub, options.since, "CRM", { pairs = { from .. ":" .. to } })
    found.since = { added = change.added, removed = change.removed, relabeled = change.relabeled,
      primary = change.primary, same = change.same, definitions = #change.definitions }
  end
  local first = read_side(hub, from, to, told)
  found.links = from == to and first.links // 2 or first.links
  found.sides[1], found.calls = shown_side(first), first.calls
  if from ~= to then
    local second = read_side(hub, to, from, told)
    found.sides[2], found.calls = shown_side(second), found.calls + second.calls
  end
  return found
end

return M
