--- Undoes a job: makes a plan from the present state. A pair that is as the job left it goes back to its state before.
-- A pair that is as before already needs nothing. Any other state is a conflict, which is listed and left alone.
local check = require "tether.check"
local errors = require "tether.error"
local job_native = require "tether.job.native"
local jobs = require "tether.plan.parts.job"
local journal = require "tether.plan.journal"
local pair_facts = require "tether.plan.parts.pair"
local plan = require "tether.plan.plan"
local reader = require "tether.batches.reader"
local steps = require "tether.plan.steps"

local M = {}

local LATE = 4 -- the stage of links that need room which a removal makes first

local function has_late(job)
  for facts in jobs.batches(job) do
    if facts.stage == LATE then return true end
  end
  return false
end

local Undoing = {}
Undoing.__index = Undoing

-- The facts of a pair of object types in the old job, with the planner that undoes it.
function Undoing:pair(id)
  local pair = self.pairs[id]
  if pair.planner then return pair end
  pair.special = pair_facts.types(self.hub, pair.from, pair.to)
  pair.id = errors.check(self.new:pair(pair.from, pair.to))
  pair.planner = job_native.planner(self.new, pair.id, { labels = "at least", prune = "nothing",
    primaries = pair.special.primaries })
  pair_facts.name_types(self.hub, self.new, pair.id, pair.from, pair.to)
  return pair
end

local function take_back(self, facts)
  if facts.state == "planned" then return end
  local batch <close> = errors.check(self.old:load(facts))
  local asked = errors.check(batch:asked(true))
  if #asked == 0 then return end
  local pair = self:pair(facts.pair)
  local current, calls = reader.of_set(self.hub, { native = asked, from = pair.from, to = pair.to })
  self.reads = self.reads + calls
  errors.check(pair.planner:undo(self.old, batch, current.native, self.late))
  errors.check(pair.planner:flush(false))
  asked:close()
  current.native:close()
end

local function run(self)
  for facts in jobs.batches(self.old, true) do take_back(self, facts) end
  local sum = { reads = self.reads }
  for _, pair in pairs(self.pairs) do
    if pair.planner then
      errors.check(pair.planner:flush(true))
      for name, number in pairs(pair.planner:counts()) do sum[name] = (sum[name] or 0) + number end
    end
  end
  return sum
end

-- Tells of each record and definition that the job has changed, because they stay.
local function tell_steps(self)
  local told = 0
  for phase = 1, 2 do
    for step in steps.each(self.old, phase) do
      if step.state == "done" or step.state == "sent" or step.state == "unknown" then
        local id = math.tointeger(tonumber(step.action == "create" and step.result or step.type and step.id)) or 0
        errors.check(self.new:note(0, "left", id, 0, ("%s of %s: undo does not take it back"):format(step.action,
          step.type or ("%s to %s"):format(step.from, step.to))))
        told = told + 1
      end
    end
  end
  return told
end

local function make(hub, old, late)
  jobs.check_account(hub, old)
  local new <close> = jobs.guard(jobs.new(hub, "undo"))
  errors.check(new.native:set("undo_of", errors.check(old:get "id")))
  local self = setmetatable({ hub = hub, old = old, new = new.native, pairs = jobs.pairs(old), reads = 0, late = late },
    Undoing)
  local counts = run(self)
  counts.left = tell_steps(self)
  return plan.wrap(hub, jobs.finish(new, counts))
end

-- A journal is undone as one job, in which each pair goes from its last state to its first.
local function of_any(hub, old)
  jobs.check_alone(old)
  if errors.check(old:get "kind") ~= "journal" then return make(hub, old, has_late(old)) end
  local folded <close> = journal.fold(old)
  return make(hub, folded, false)
end

--- Plans to take a job back, see hub:undo.
-- @treturn plan
function M.undo(hub, given)
  local is_plan = plan.is(given) and not given.path
  local old = is_plan and given.native or
    jobs.open(check.type("undo", plan.is(given) and given.path or given, "string"))
  local fine, made = pcall(of_any, hub, old)
  if not is_plan then old:close() end
  if not fine then error(made, 0) end
  return made
end

return M
