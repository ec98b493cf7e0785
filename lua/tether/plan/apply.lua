--- Applies a job: batch after batch, in the order of its stages. A job that was begun goes on where it was.
local check = require "tether.check"
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local native = require "tether.native"
local nearest = require "tether.nearest"
local plan = require "tether.plan.plan"
local problem = require "tether.connection.problem"
local steps = require "tether.plan.steps"
local write = require "tether.plan.write"

local M = {}

local RESULTS = { "done", "already", "drifted", "rejected", "unknown", "pending" }

local Report = nearest.guard({ __name = "tether.apply_report" }, "a report", RESULTS)

local known = { on_batch = "function", stop = "function", dry_run = "boolean", workers = "string",
  on_progress = "function" }

--- Whether every change is done, or was in the account before.
function Report:fine()
  return self.drifted + self.rejected + self.unknown + self.pending == 0 and not self.stopped
end

--- Whether the job has ended: nothing is left to be done.
function Report:ended()
  return self.unknown + self.pending == 0 and not self.stopped
end

--- The results of the changes in words, without advice.
-- @treturn string
function Report:summary()
  local parts = { ("%d done"):format(self.done) }
  if self.dry_run then parts = { ("%d would be written"):format(self.pending) } end
  local words = { already = "were right already", drifted = "changed by others, left alone", rejected = "rejected",
    unknown = "unknown", pending = not self.dry_run and "not sent" or nil,
    done = self.dry_run and "are done" or nil }
  for _, name in ipairs(RESULTS) do
    if words[name] and self[name] > 0 then parts[#parts + 1] = ("%d %s"):format(self[name], words[name]) end
  end
  return table.concat(parts, ", ")
end

function Report:__tostring()
  local advice = not self:ended() and not self.dry_run and ", apply it again to go on" or ""
  return self:summary() .. advice
end

--- Raises ROWS_FAILED unless every change is done; an error that ended the job early is raised unchanged.
-- @treturn report itself
function Report:assert()
  if errors.is(self.stopped) then error(self.stopped, 0) end
  if self:fine() then return self end
  errors.raise("ROWS_FAILED", "apply: " .. tostring(self), { hint = "look at report:changes() or `tether job FILE`" })
end

--- Iterates over the changes with their results, see plan:changes.
-- @treturn function
function Report:changes()
  return plan.changes(self.native)
end

--- Frees the job file.
function Report:close()
  self.native:close()
end

Report.__close = Report.close

-- Counts the results of the changes: those in the file, or those of a batch (`results_of`).
local function count(report, results_of)
  for _, name in ipairs(RESULTS) do report[name] = 0 end
  for facts in jobs.batches(report.native) do
    local results = results_of and results_of(facts) or errors.check(report.native:results(facts))
    for _, name in ipairs(RESULTS) do report[name] = report[name] + results[name] end
  end
  local counts = steps.count(report.native)
  for _, name in ipairs(RESULTS) do report[name] = report[name] + (counts[name] or 0) end
  report.linked = report.done
  return report
end

local function is_open(job)
  if steps.count(job).open > 0 then return true end
  local any = steps.each(job, 1)() or steps.each(job, 2)()
  for facts in jobs.batches(job) do
    if facts.state ~= "settled" then return true end
    any = true
  end
  return not any
end

-- Refuses a job that has ended, because applying it again has no meaning. Answers whether it was begun.
local function check_open(hub, job)
  jobs.check_account(hub, job)
  local begun = errors.check(job:get "begun_at") ~= ""
  if begun and (errors.check(job:get "ended_at") ~= "" or not is_open(job)) then
    errors.raise("JOB_ENDED", "apply: this job was applied to its end")
  end
  return begun
end

local function begin(hub, job)
  if not check_open(hub, job) then errors.check(job:set("begun_at", ("%d"):format(native.wall_ms() // 1000))) end
end

-- Counts the rows, and the rows that earlier runs did; progress starts from these.
local function measure(run)
  local so_far = { rows = 0, done = 0, before = 0, batches = 0, settled = 0, settled_before = 0 }
  for facts in jobs.batches(run.job) do
    so_far.rows, so_far.batches = so_far.rows + facts.rows, so_far.batches + 1
    if facts.state == "settled" then
      so_far.before, so_far.settled_before = so_far.before + facts.rows, so_far.settled_before + 1
    end
  end
  so_far.done, so_far.settled = so_far.before, so_far.settled_before
  return so_far
end

local function tell(run, facts)
  if not run.so_far then return end
  if facts.state ~= "unknown" then -- unknown rows were counted when they were written first
    run.so_far.done, run.so_far.settled = run.so_far.done + facts.rows, run.so_far.settled + 1
  end
  run.on_progress(run.so_far)
end

-- Writes the batches in some states; false: the run ended early.
local function pass(run, states, options)
  for facts in jobs.batches(run.job) do
    if run.stopped then return end
    if options.stop and options.stop() then
      run.stopped = "signal"
      return
    end
    if states[facts.state] then
      local fine, err = pcall(write.write, run, facts)
      if not fine and not (errors.is(err) and problem.is_beyond_rows(err)) then error(err, 0) end
      if fine then tell(run, facts) else run.stopped = err end
    end
  end
end

-- Finds what applying would do now: reads the links, and writes nothing to the account or to the file.
local function look(hub, job, options)
  check_open(hub, job)
  local run = { hub = hub, job = job, pairs = jobs.pairs(job) }
  local report = setmetatable({ native = job, dry_run = true }, Report)
  local has_records = steps.count(job).open == 0 -- else links may belong to records that are still to be made
  return count(report, function(facts)
    if options.stop and options.stop() then report.stopped = "signal" end
    local looks = has_records and facts.state ~= "settled" and not report.stopped
    return looks and write.look(run, facts) or nil
  end)
end

local function write_all(run, options)
  if options.workers == "none" then errors.check(run.job:set("workers", "")) else jobs.check_alone(run.job) end
  pass(run, { planned = true, sent = true, unknown = true }, options)
  pass(run, { unknown = true }, options) -- rows in doubt are looked at once more
end

local function drive(hub, job, options, write_by)
  if options.dry_run then return look(hub, job, options) end
  begin(hub, job)
  local run = { hub = hub, job = job, pairs = jobs.pairs(job), on_batch = options.on_batch,
    on_progress = options.on_progress }
  if run.on_progress and not options.workers then
    run.so_far = measure(run)
    run.on_progress(run.so_far)
  end
  steps.apply(run, 1, options)
  if not run.stopped then write_by(run, options) end
  steps.apply(run, 2, options)
  local report = count(setmetatable({ native = job, stopped = run.stopped }, Report))
  if report:ended() then errors.check(job:set("ended_at", ("%d"):format(native.wall_ms() // 1000))) end
  return report
end

-- A job that is tried on a shadow must not end, so a temporary copy is applied.
local function copy_of(path)
  local job <close> = jobs.guard(jobs.open(path))
  local copy = os.tmpname()
  os.remove(copy)
  errors.check(job.native:save(copy))
  local opened = jobs.open_to_write(copy)
  os.remove(copy)
  os.remove(copy .. ".lock")
  return opened
end

-- The native job for a plan or a path, and whether this module must close it.
local function job_of(hub, given, writes)
  local open = writes and jobs.open_to_write or jobs.open
  local path = plan.is(given) and given.path or not plan.is(given) and check.type("apply", given, "string")
  if hub.shadowed and path and writes then return copy_of(path), true end
  if plan.is(given) then
    plan.check_real(given)
    return given.path and open(given.path) or given.native, given.path ~= nil
  end
  return open(check.type("apply", given, "string")), true
end

--- Applies a plan or a job file; the report has the error that ended it early.
-- @tparam table hub
-- @param given a plan, or the path of a job file
-- @tparam ?table options of apply
-- @tparam[opt] function write_by writes the batches in another way: write_by(run, options); run has hub, job and pairs,
--   and is given `stopped` when it ends early
-- @treturn report
-- @raise what refuses the job before anything is sent
function M.run(hub, given, options, write_by)
  options = write_by and options or check.options("apply", options, known) or {}
  local job, is_mine = job_of(hub, given, not options.dry_run)
  local fine, report = pcall(drive, hub, job, options, write_by or write_all)
  if not fine then
    if is_mine then job:close() end
    error(report, 0)
  end
  report.is_mine = is_mine
  return report
end

--- Applies a plan or a job file, see hub:apply.
-- @treturn report
function M.apply(hub, given, options, write_by)
  local report = M.run(hub, given, options, write_by)
  if not errors.is(report.stopped) then return report end
  report.stopped.outcome = report
  if report.is_mine then report:close() end
  error(report.stopped, 0)
end

return M
