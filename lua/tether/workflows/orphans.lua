--- orphans: finds records that lack a link.
local check = require "tether.check"
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local inherit = require "tether.workflows.inherit"
local links = require "tether.sets.set"

local M = {}

local known = flow.with_whom { from = "string", to = "string", min = "integer", label = "any", threshold = "any",
  link = "any", as = "any", via = "string", choose = "string", via_label = "any" }

-- The number of orphans that is accepted: a number, or a part such as "5%" of the records.
local function threshold_of(given)
  if given == nil then return nil end
  local percent = type(given) == "string" and tonumber(given:match "^(%d+%.?%d*)%%$")
  if percent then return function(records) return records * percent / 100 end end
  local most = check.count("orphans.threshold", math.tointeger(tonumber(given)) or given, 0)
  return function() return most end
end

-- What is told of a record that has too few.
local function tell(self, orphans, current)
  local counts = {}
  for row = 1, self.min > 1 and #current or 0 do
    local from = current:row(row)
    counts[from] = (counts[from] or 0) + 1
  end
  for row = 1, #orphans do
    local id = orphans:row(row)
    self.leave(id, nil, self.text:format(counts[id] or 0))
  end
end

-- Orphans are the records that were asked for, without those that have enough links.
local function rule(self, current, asked)
  errors.check(current.native:compact())
  local counted = flow.with_type(current, self.type)
  local enough = errors.check(counted:by_count(self.min, math.maxinteger))
  local _, orphans = errors.check(asked:by_record(enough))
  self.count, self.records = self.count + #orphans, self.records + #asked
  if not self.target then
    tell(self, orphans, counted)
    return flow.none()
  end
  local made = links.new(self.from, self.to)
  for row = 1, #orphans do made:add(orphans:row(row), self.target) end
  return self.resolve(made)
end

local function next_records(self)
  self.next_batch = self.next_batch or flow.records(self.hub, self.from, self.to, self.options, self.tally)
  local set = self.next_batch()
  return set, set and "records"
end

-- A repair through a middle type is done by inherit.
local function repaired(hub, options, most)
  if options.min or options.label then
    errors.raise("BAD_ARGUMENT", "orphans: a repair by via goes with records that have no link at all", {
      hint = "leave min and label out" })
  end
  local plan, counts = inherit.plan(hub, { from = options.from, via = options.via, to = options.to, as = options.as,
    choose = options.choose, via_label = options.via_label, ids = options.ids, column = options.column,
    changed_since = options.changed_since })
  plan.orphans, plan.records = counts.without, counts.records
  plan.over = most ~= nil and plan.orphans > most(plan.records)
  return plan
end

local function read(hub, options)
  local self = { hub = hub, options = options, from = hub:object_type(options.from), to = hub:object_type(options.to),
    min = check.count("orphans.min", options.min or 1, 1), tally = flow.tally(), count = 0, records = 0 }
  self.type = flow.type(hub, self.from, self.to, options.label)
  flow.type(hub, self.from, self.to, options.as)
  self.target = options.link and check.id("orphans.link", options.link)
  self.text = ("%%d of %d links to %s%s"):format(self.min, (self.to:gsub("%%", "%%%%")),
    self.type and " that count" or "")
  self.resolve = flow.resolver(hub, self.from, self.to, options.as)
  return self
end

--- Finds records that have too few links to an object type, in one walk; with link or via, plans to give them one.
--
--     local plan = tether.workflows.orphans(hub, { from = "contacts", to = "companies", threshold = "5%" })
--     if plan.over then error(("%d of %d contacts have no company"):format(plan.orphans, plan.records)) end
-- @tparam table hub
-- @tparam table options from, to: object types; min (1): so many links are needed; label: only links with it count;
--   threshold: so many orphans are fine, a number or "5%" of the records; link = id: each is linked to this record;
--   via, choose, via_label: each gets the link of a record that it is linked to, as inherit says; as = label of these
--   links;
--   ids, column, changed_since: as for hub:each_link
-- @treturn plan with orphans (how many), records (that were looked at), over (more than the threshold); without
--   a repair its changes tell the orphans ("left"), the first 10,000 of them; with via those with several candidates
-- @raise BAD_ARGUMENT: a threshold below zero; LABEL_UNKNOWN, OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("orphans", options, known, { "from", "to" })
  local most = threshold_of(options.threshold)
  if options.via then return repaired(hub, options, most) end
  local self = read(hub, options)
  local made = { pairs = { { self.from, self.to } }, next_set = function() return next_records(self) end,
    begin = function(leave) self.leave = leave end,
    rule = function(_, _, probes, current, asked) return rule(self, current, asked), probes end }
  local plan = flow.plan(hub, made, self.tally)
  plan.orphans, plan.records = self.count, self.records
  plan.over = most ~= nil and self.count > most(self.records)
  return plan
end

return M
