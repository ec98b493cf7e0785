--- split: divides the links of a record that is shared by too many; each linked record goes to the record that a rule
-- names.
local check = require "tether.check"
local errors = require "tether.error"
local files = require "tether.files.rows"
local flow = require "tether.workflows.parts.flow"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local proof = require "tether.plan.proof"

local M = {}

local known = { from = "string", to = "string", id = "any", by = "any", map = "table", file = "any", columns = "table",
  copy = "boolean" }

local CALL = 100 -- records of a batch read

-- -- who is linked, and where each belongs ----------------------------------------------------------------------------

-- The records that are linked to the shared one, on the from side, with the types of their links.
local function find_shared(self)
  local asked = flow.none()
  errors.check(asked:add(self.id, 1, 0))
  local set = flow.read(self.hub, self.to, self.from, asked, self.tally)
  local turned = errors.check(set.native:turned())
  errors.check(turned:sort())
  return turned
end

local function check_target(self, record, given)
  if given == nil then return nil end
  local target = check.id(("split: the %s of %d"):format(self.to, record), given)
  if target ~= self.id then return target end
  return nil, true -- it stays
end

-- Reads what a property, or a function, says about some records.
local function ask(self, ids, use)
  local by = self.options.by
  local properties = type(by) == "string" and { by } or nil
  local found = self.hub:get(self.from, ids, { properties = properties })
  self.tally.reads = self.tally.reads + 1
  for i, id in ipairs(ids) do
    local record = found[i] or { id = id, properties = {} }
    if type(by) == "function" then
      use(id, by(record))
    else
      local value = record.properties[by] or ""
      self.has_value = self.has_value or value:find "%S" ~= nil
      use(id, self.values[value:lower()], value)
    end
  end
end

local function by_rule(self, shared, use)
  local ids = {}
  for row = 1, #shared do
    ids[#ids + 1] = shared:row(row)
    if #ids == CALL or row == #shared then
      ask(self, ids, use)
      ids = {}
    end
  end
end

local function refuse_empty(self, shared)
  if type(self.options.by) ~= "string" or self.has_value or #shared == 0 then return end
  errors.raise("PLAN_REFUSED", ("split: none of %d %s has a value in %s"):format(#shared, self.from, self.options.by),
    { hint = "look at the name of the property, and at what the token may read" })
end

-- The map from each record to its new record.
local function targets(self, shared)
  local map = flow.none()
  by_rule(self, shared, function(id, given, value)
    local target, stays = check_target(self, id, given)
    if target then
      errors.check(map:add(id, target, 0))
    elseif not stays then
      self.leave(id, self.id, value and ("%s is %q, and the map has no record for it"):format(self.options.by, value) or
        "the rule names no record for it")
    end
  end)
  refuse_empty(self, shared)
  return map
end

-- Reads the new records from a file; rows of records without a link to the shared record are ignored.
local function of_file(self, shared)
  local opened, map = files.open(self.options.file, { from = self.from, to = self.to,
    columns = self.options.columns }, "split"), flow.none()
  for set in opened:sets(files.PIECE) do
    for from, to in set:pairs() do errors.check(map:add(from, to, 0)) end
  end
  errors.check(map:compact())
  local single, several = errors.check(map:by_count(1, 1))
  local among = errors.check(several:by_record(shared))
  if #among > 0 then
    errors.raise("BAD_ARGUMENT", ("split: the file names two %s for %d"):format(self.to, (among:row(1))),
      { hint = "give each record one row" })
  end
  local _, without = errors.check(shared:by_record(single))
  for row = 1, #without do self.leave(without:row(row), self.id, "the file names no record for it") end
  return (errors.check(single:by_record(shared)))
end

-- -- the plan --------------------------------------------------------------------------------------------------------

local function produce(self)
  local shared = find_shared(self)
  local map = (self.options.file and of_file or targets)(self, shared)
  errors.check(map:sort())
  self.map = errors.check(map:copy())
  if self.options.copy then return { { links.wrap(self.from, self.to, { native = map }), "records" } } end
  proof.keep_map(self.job, map)
  proof.keep(self.job, self.from, self.to, "each")
  local probes = errors.check(shared:by_record(map))
  return { { links.wrap(self.from, self.to, { native = map }), "records" },
    { links.wrap(self.from, self.to, { native = probes }), "probes" } }
end

local function next_set(self)
  self.queue = self.queue or produce(self)
  local ready = table.remove(self.queue, 1)
  if ready then return ready[1], ready[2] end
end

-- The link to the new record has the labels and the primary of the link to the shared one. With copy, the primary
-- stays.
local function rule(self, probes, current)
  errors.check(current.native:compact())
  local old, at = errors.check(current.native:filter(nil, { self.id }, nil, "links")), 1
  local made = errors.check(old:like())
  for row = 1, #old do
    local from, _, index = old:row(row)
    while at <= #self.map and self.map:row(at) < from do at = at + 1 end
    if at <= #self.map and self.map:row(at) == from then
      errors.check(made:add(from, select(2, self.map:row(at)), index))
    end
  end
  if self.options.copy and self.primary then made = flow.without(made, self.primary) end
  return made, probes
end

local function check_rule(options)
  if (options.by == nil) == (options.file == nil) then
    errors.raise("BAD_ARGUMENT", "split: by or file says where each record belongs: give one of them", {
      hint = "pass by = a property and map = { value = id }, by = function(record) -> id, or file = pairs of ids" })
  end
  if type(options.by) == "string" and next(options.map or {}) == nil then
    errors.raise("BAD_ARGUMENT", ("split: the map from values of %s to records is missing"):format(options.by), {
      hint = 'pass map = { ["Berlin"] = 9002 }' })
  end
  if options.by ~= nil and type(options.by) ~= "string" and type(options.by) ~= "function" then
    check.refuse("split.by", "a property or a function", options.by)
  end
end

-- Values in lower case, each with its record.
local function values_of(map)
  local values = {}
  for value, id in pairs(map or {}) do
    values[tostring(value):lower()] = check.id(("split: the record of %s"):format(value), id)
  end
  return values
end

--- Plans to give the records that are linked to a shared one to others, by a rule: labels and primary go along. A link
-- to the shared record goes only where the new one is seen.
--
--     tether.workflows.split(hub, { id = 9001, by = "city", map = { Berlin = 9002, Paris = 9003 } }):apply()
-- @tparam table hub
-- @tparam table options from ("contacts"): what is linked; to ("companies"): the type of the shared record; id: the
--   shared record; by = a property, with map = value -> id (values in any letter case), or a function(record) -> id or
--   nil; or file = links of each record to its own one (columns: as for tether.rows); copy = true: the old links stay
-- @treturn plan `left` counts records that the rule names none for: they stay where they are
-- @raise PLAN_REFUSED: no linked record has a value in the property; BAD_ARGUMENT: no rule, a file with two records for
--   one; BAD_ID, FILE_FAILED, OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("split", options, known, { "id" })
  check_rule(options)
  local self = { hub = hub, options = options, from = hub:object_type(options.from or "contacts"),
    to = hub:object_type(options.to or "companies"), id = check.id("split.id", options.id),
    values = values_of(options.map), tally = flow.tally() }
  local fine, primary = errors.try(lookup.primary, hub, self.from, self.to)
  self.primary = fine and primary or nil
  local made = { removes = not options.copy, pairs = { { self.from, self.to } },
    next_set = function() return next_set(self) end,
    begin = function(leave, job) self.leave, self.job = leave, job end,
    rule = function(_, _, probes, current) return rule(self, probes, current) end }
  return flow.plan(hub, made, self.tally, { primary = self.primary ~= nil })
end

return M
