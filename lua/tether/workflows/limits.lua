--- limits: finds records that are near their limits, or over them, of limits that users have set and of the account's
-- own; tells as well what a plan would do to them.
local check = require "tether.check"
local flow = require "tether.workflows.parts.flow"
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local jobs = require "tether.plan.parts.job"
local pairs_of_types = require "tether.backup.pairs"
local plan = require "tether.plan.plan"
local types = require "tether.types"

local M = {}

local known = { pairs = "any", near = "number", plan = "any" }
local NEAR, MOST_ROWS = 0.8, 10000 -- from this part on a record is near its limit (wire.md, 4.22); rows in a report

local Report = { __name = "tether.limits_report" }
Report.__index = Report

--- The counts as a line.
function Report:__tostring()
  local text = ("%d limits of %d pairs: %d records over, %d at, %d near"):format(self.limits, self.pairs, self.over,
    self.at, self.near)
  if self.account_at + self.account_near > 0 then
    text = ("%s; %d at and %d near what the account is allowed"):format(text, self.account_at, self.account_near)
  end
  return self.blocked and ("%s; %d changes of the plan are over a limit"):format(text, self.blocked) or text
end

-- Counts the links of each record that a limit counts: those with the type, or all for the plain type.
local function count_limit(self, from, to, limit, rows)
  local plain = lookup.plain(self.hub, from, to)
  local is_plain = types.key(plain) == types.key(limit)
  local counted = is_plain and rows or
    errors.check(rows:filter(nil, nil, flow.holding(rows, limit), "links"))
  local least = math.max(1, math.ceil(limit.max * self.near_part))
  local row, found = 1, errors.check(counted:by_count(least, math.maxinteger))
  while row <= #found do
    local id, count = found:row(row), 0
    while row <= #found and found:row(row) == id do row, count = row + 1, count + 1 end
    local state = count > limit.max and "over" or count == limit.max and "at" or "near"
    self.report[state] = self.report[state] + 1
    if #self.report.rows < MOST_ROWS then
      table.insert(self.report.rows, { from = from, to = to, id = id, label = limit.label, count = count,
        max = limit.max, state = state })
    end
  end
end

-- One walk over the records of a direction, whatever the number of its limits.
local function walk(self, from, to, limits)
  local sorter = flow.sorter()
  local next_set, count, _, reading = self.hub:each_link(from, to)
  local reading <close> = reading -- luacheck: ignore
  for set in next_set do
    errors.check(sorter:add(set.native, "links"))
    set.native:close()
  end
  self.report.reads = self.report.reads + count.reads + count.pages
  for wanted, probes, asked in flow.portions(sorter) do
    for _, limit in ipairs(limits) do count_limit(self, from, to, limit, wanted) end
    for _, core in ipairs { wanted, probes, asked } do core:close() end
  end
end

-- Errors after which the report goes without the account's use, because an account may not tell it. Any other error,
-- such as Ctrl-C, is raised.
local tolerated = { MISSING_SCOPES = true, PERMISSION_MISSING = true, ROUTE_UNKNOWN = true, NOT_FOUND = true }

local function direction(self, from, to)
  local limits = self.hub.limits:list(from, to)
  self.report.limits, self.report.reads = self.report.limits + #limits, self.report.reads + 1
  if #limits > 0 then walk(self, from, to, limits) end
  local fine, usage = pcall(self.hub.limits.usage, self.hub.limits, from, to)
  self.report.reads = self.report.reads + 1
  if not fine then
    if not (errors.is(usage) and tolerated[usage.code]) then error(usage, 0) end
    table.insert(self.hub.notices, ("limits: what the account allows from %s to %s cannot be read: %s"):format(from, to,
      usage.message))
    return
  end
  self.report.account_at = self.report.account_at + (usage.totalRecordsAtLimit or 0)
  self.report.account_near = self.report.account_near + (usage.totalRecordsNearLimit or 0)
end

-- The number of changes of a plan, or of a job file, that a limit forbids.
local function blocked_of(given)
  if given == nil then return nil end
  if plan.is(given) then return given.blocked end
  local job = jobs.open(check.type("limits.plan", given, "string"))
  local blocked = jobs.number(job, "blocked")
  job:close()
  return blocked
end

--- Looks at the limits of pairs of object types, both directions of each. Nothing is written.
--
--     print(tether.workflows.limits(hub, { pairs = "contacts:companies" }))
-- @tparam table hub
-- @tparam table options pairs: "contacts:companies", "deals:*" or an array of these; near (0.8): which part of a limit
--   is near it; plan: a plan, or the path of a job file; what it would break is told as well
-- @treturn report limits, pairs, over, at, near: numbers; rows = { { from =, to = object types, id =, label =, count =,
--   max =, state = "over", "at" or "near" }, … }, the first 10,000; account_at, account_near: records at and near what
--   the account itself is allowed; blocked: changes of the plan that a limit forbids; reads; tostring tells it
-- @raise BAD_ARGUMENT, OBJECT_TYPE_UNKNOWN, OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("limits", options, known, { "pairs" })
  local near = options.near or NEAR
  if near <= 0 or near > 1 then check.refuse("limits.near", "a part between 0 and 1", near) end
  local found = pairs_of_types.of(hub, options.pairs)
  local self = { hub = hub, near_part = near, report = setmetatable({ limits = 0, pairs = #found, over = 0, at = 0,
    near = 0, account_at = 0, account_near = 0, reads = 0, rows = {}, blocked = blocked_of(options.plan) }, Report) }
  for _, pair in ipairs(found) do
    direction(self, pair[1], pair[2])
    if pair[1] ~= pair[2] then direction(self, pair[2], pair[1]) end
  end
  return self.report
end

return M
