--- The state of a job file, without an account.
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local plan = require "tether.plan.plan"
local steps = require "tether.plan.steps"

local M = {}

local Status = { __name = "tether.job_status" }
Status.__index = Status

local RESULTS = { "done", "already", "drifted", "rejected", "unknown", "pending" }
local PLANNED = { "define", "create", "update", "archive",
  "link", "relabel", "unlink", "primary", "right", "blocked", "conflict" }

local function count(self)
  local counts, states = {}, { planned = 0, sent = 0, settled = 0, unknown = 0 }
  for _, name in ipairs(RESULTS) do counts[name] = 0 end
  for facts in jobs.batches(self.native) do
    states[facts.state] = states[facts.state] + 1
    local results = errors.check(self.native:results(facts))
    for _, name in ipairs(RESULTS) do counts[name] = counts[name] + results[name] end
  end
  local of_steps = steps.count(self.native)
  for _, name in ipairs(RESULTS) do counts[name] = counts[name] + (of_steps[name] or 0) end
  self.results, self.batches = counts, states
end

local function state_of(self)
  if errors.check(self.native:get "ended_at") ~= "" then return "ended" end
  return errors.check(self.native:get "begun_at") == "" and "planned" or "begun"
end

--- Opens a job file for looking; a process that works on it is not disturbed.
-- @tparam string path
-- @treturn status state = "planned", "begun" or "ended"; results, batches: counts
-- @raise JOB_FILE, FILE_FAILED
function M.open(path)
  local self = setmetatable({ native = jobs.open(path) }, Status)
  local fine, problem = pcall(function()
    count(self)
    self.state = state_of(self)
  end)
  if fine then return self end
  self.native:close()
  error(problem, 0)
end

--- All facts of the job, as a table of texts and numbers. The results of the changes are in `results`, and as fields
-- too.
function Status:facts()
  local facts = { state = self.state, results = self.results, batches = self.batches }
  for _, name in ipairs { "id", "kind", "account", "version", "undo_of" } do
    local text = errors.check(self.native:get(name))
    facts[name] = text ~= "" and text or nil
  end
  for _, name in ipairs { "made_at", "begun_at", "ended_at" } do
    local number = jobs.number(self.native, name)
    facts[name] = number > 0 and number or nil
  end
  for _, name in ipairs(PLANNED) do facts[name] = jobs.number(self.native, name) end
  for name, rows in pairs(self.results) do facts[name] = rows end
  return facts
end

local function list(names, counts)
  local parts = {}
  for _, name in ipairs(names) do
    if counts[name] > 0 then parts[#parts + 1] = ("%d %s"):format(counts[name], name) end
  end
  return #parts > 0 and table.concat(parts, ", ") or "nothing"
end

function Status:__tostring()
  local facts = self:facts()
  local made = os.date("!%Y-%m-%dT%H:%M:%SZ", facts.made_at or 0)
  return ("%s %s of account %s, made %s: %s\nplanned  %s\nresults  %s\nbatches  %s"):format(facts.kind, facts.id,
    facts.account, made, self.state, list(PLANNED, facts), list(RESULTS, self.results),
    list({ "planned", "sent", "settled", "unknown" }, self.batches))
end

--- The Redis server through which workers get batches of the job.
-- @treturn ?string
function Status:server()
  local server = errors.check(self.native:get "workers")
  return server ~= "" and server or nil
end

--- Iterates over the changes, see plan:changes.
function Status:changes()
  return plan.changes(self.native)
end

--- Closes the file.
function Status:close()
  self.native:close()
end

Status.__close = Status.close

return M
