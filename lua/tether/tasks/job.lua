--- Jobs: tasks that belong to whoever started them. A job has ended when its function and all jobs started in it have.
--
-- The first error in a job cancels its other jobs; the job waits for them and then raises that error unchanged. Later
-- errors stand in `err.others`. Cancelling sets a flag and wakes the task: the wait that is under way raises CANCELLED,
-- and so does every later wait.
local check = require "tether.check"
local errors = require "tether.error"
local native = require "tether.native"
local scheduler = require "tether.tasks.scheduler"

local Job = { __name = "tether.job" }
Job.__index = Job

local M = {}

local function wake_waiters(job)
  local waiters = job.waiters
  job.waiters = {}
  for _, wake in ipairs(waiters) do wake() end
end

--- Asks a job to end: its waits, and those of the jobs inside it, raise CANCELLED.
function Job:cancel()
  if self.done or self.cancelled then return end
  self.cancelled = true
  for child in pairs(self.children) do child:cancel() end
  if self.interrupt then self.interrupt() end
end

-- Notes a failure of a job, or of a child that nobody waited for. The first failure cancels the whole job; later
-- failures are kept beside it.
local function fail(job, problem)
  if job.failure then
    local is_news = problem ~= job.failure and not (errors.is(problem) and problem.code == "CANCELLED")
    if is_news then table.insert(job.later, problem) end
    return
  end
  job.failure = problem
  for child in pairs(job.children) do child:cancel() end
  job.cancelled = true
  if job.interrupt then job.interrupt() end
end

-- Whether a job has ended because it was cancelled, which is no failure.
local function was_asked(job, problem)
  return job.cancelled and errors.is(problem) and problem.code == "CANCELLED"
end

local function report_unheard(job, problem)
  local text = "a task that nobody waits for failed: " .. errors.text(problem)
  local tell = job.note or warn
  if not scheduler.on_error then return tell(text) end
  if job.note then job.note(text) end
  local ok, second = pcall(scheduler.on_error, problem)
  if not ok then tell("on_error failed: " .. errors.text(second)) end
end

local function conclude(job)
  job.done = true
  local problem = job.failure
  if problem and #job.later > 0 and errors.is(problem) then problem.others = job.later end
  local parent = job.parent
  local unheard = problem and #job.waiters == 0 and not job.driven and not job.heard and not was_asked(job, problem)
  if parent then
    parent.children[job] = nil
    if unheard then fail(parent, problem) end
    if not next(parent.children) and parent.wake then parent.wake() end
  elseif unheard then
    report_unheard(job, problem)
  end
  wake_waiters(job)
end

local function wait_for_children(job)
  while next(job.children) do
    local wait, wake = scheduler.suspender()()
    job.wake = wake
    wait()
    job.wake = nil
  end
end

local function body(job, fn, ...)
  local arguments = table.pack(...)
  return function()
    job.results = table.pack(pcall(fn, table.unpack(arguments, 1, arguments.n)))
    if not job.results[1] then fail(job, job.results[2] or errors.of_callback("a task", job.results[2])) end
    job.interrupt = nil
    wait_for_children(job)
    conclude(job)
  end
end

-- A job that is `heard` has a waiter from the start. If it fails before its first wait, the waiter gets the error and
-- may catch it; the parent does not get it.
local function launch(heard, fn, ...)
  check.type("run: the function", fn, "function")
  local parent = scheduler.running()
  local job = setmetatable({ children = {}, waiters = {}, later = {}, parent = parent, heard = heard, done = false },
    Job)
  if parent then
    parent.children[job] = true
    job.note = parent.note
    job.cancelled = parent.cancelled
  end
  scheduler.start(body(job, fn, ...), job)
  return job
end

--- Starts a function as a job inside the running task, or as a job of its own outside tasks.
-- @tparam function fn
-- @param ... its arguments
-- @treturn job
-- @raise BAD_ARGUMENT
function M.start(fn, ...)
  return launch(false, fn, ...)
end

--- Starts a job that the caller waits for next, before other code can run.
-- @tparam function fn
-- @param ... its arguments
-- @treturn job
-- @raise BAD_ARGUMENT
function M.start_heard(fn, ...)
  return launch(true, fn, ...)
end

local function outcome(job)
  if job.failure then error(job.failure, 0) end
  return table.unpack(job.results, 2, job.results.n)
end

--- Suspends the running task until it is woken, or cancelled.
-- @tparam function suspend as scheduler.suspender answers it
-- @tparam function arm called with `wake`
function M.suspended(suspend, arm)
  local me = scheduler.running()
  local wait, wake = suspend()
  if me then me.interrupt = wake end
  local ok, problem = pcall(function()
    arm(wake)
    wait()
  end)
  if me then me.interrupt = nil end
  if not ok then error(problem, 0) end
end

--- How the running code waits for other tasks, while the loop keeps turning.
-- @treturn ?function see scheduler.suspender; nil: the caller must drive the tasks itself
-- @raise WOULD_BLOCK, CANCELLED
function M.suspender()
  local suspend = scheduler.suspender()
  M.check()
  if suspend or not scheduler.loop() then return suspend end
  errors.raise("WOULD_BLOCK", "tasks go on when the program's loop turns, and a wait for them here would stop it",
    { hint = "wait for them in a task: tether.run(function() ... end)" })
end

-- Refuses to wait for a job that waits, directly or through others, for the running job: both would wait for ever.
local function refuse_circle(me, job)
  local waiting = {}
  while me do
    waiting[me] = true
    me = me.parent
  end
  while job do
    if waiting[job] then
      errors.raise("BAD_ARGUMENT", "wait: this job waits for the task that would wait for it",
        { hint = "a job has ended when the tasks inside it have: wait for it from outside" })
    end
    job = job.awaits
  end
end

local function forget(list, value)
  for place, item in ipairs(list) do
    if item == value then return table.remove(list, place) end
  end
end

-- Several tasks may wait for one job. A task that is cancelled leaves the list, and the others go on waiting.
local function await(job, suspend)
  local me, mine = scheduler.running(), nil
  refuse_circle(me, job)
  if me then me.awaits = job end
  local ok, problem = pcall(M.suspended, suspend, function(wake)
    mine = wake
    table.insert(job.waiters, wake)
  end)
  if me then me.awaits = nil end
  if job.done then return end
  forget(job.waiters, mine)
  if not ok then error(problem, 0) end
  M.check()
end

--- Waits for a job.
-- @return what its function returned
-- @raise the first error of the job or of a job inside it; WOULD_BLOCK; BAD_ARGUMENT: it waits for the running task
function Job:wait()
  if not self.done then
    self.heard = nil -- from now on its waiters report failures
    local suspend = M.suspender()
    if suspend then
      await(self, suspend)
    else
      self.driven = true
      scheduler.drive(function() return self.done end)
    end
  end
  return outcome(self)
end

--- Raises the reason for which the running task was cancelled, if it was.
-- @raise CANCELLED, or the error of the task's sibling that caused it
function M.check()
  local job = scheduler.running()
  if not job or not job.cancelled then return end
  if job.failure then error(job.failure, 0) end
  errors.raise("CANCELLED", "this task was cancelled")
end

--- Runs a function that nobody waits for, concurrently with the running code; without tasks, runs it at once.
-- @tparam function fn
-- @tparam function note called with its error
function M.detach(fn, note)
  if not scheduler.may_turn() then return fn() end
  scheduler.soon(function()
    local job = setmetatable({ children = {}, waiters = {}, later = {}, note = note, done = false }, Job)
    scheduler.start(body(job, fn), job)
  end)
end

local LONGEST = 100 * 366 * 86400 -- seconds: longer than any program runs, and a number that every loop accepts

local function milliseconds(name, seconds)
  check.type(name, seconds, "number")
  if seconds < 0 or seconds ~= seconds then check.refuse(name, "a number of at least 0", seconds) end
  return math.ceil(math.min(seconds, LONGEST) * 1000)
end

-- Blocks the program for a time; a signal ends the wait early.
local function block(ms)
  local over = native.clock_ms() + ms
  repeat
    require("tether.session.native").wait({}, math.max(0, over - native.clock_ms()))
  until native.clock_ms() >= over
end

--- Waits for a time, in a task, or in the program when there are no tasks.
-- @tparam number seconds
-- @raise CANCELLED, BAD_ARGUMENT
function M.sleep(seconds)
  local ms = milliseconds("sleep: seconds", seconds)
  M.check()
  local suspend = scheduler.suspender()
  if not suspend then return block(ms) end
  local stop
  local ok, problem = pcall(M.suspended, suspend, function(wake) stop = scheduler.after(ms, wake) end)
  if stop then stop() end
  if not ok then error(problem, 0) end
  M.check()
end

--- Runs a function, and cancels it when it takes too long.
-- @tparam number seconds
-- @tparam function fn
-- @param ... its arguments
-- @return what it returns
-- @raise TIMED_OUT, WOULD_BLOCK, BAD_ARGUMENT, or what it raises
function M.within(seconds, fn, ...)
  local ms = milliseconds("within: seconds", seconds)
  M.suspender()
  local job, late = M.start_heard(fn, ...), false
  local stop = scheduler.after(ms, function()
    late = true
    job:cancel()
  end)
  local results = table.pack(pcall(job.wait, job))
  stop()
  if results[1] then return table.unpack(results, 2, results.n) end
  local problem = results[2]
  if late and errors.is(problem) and problem.code == "CANCELLED" then
    errors.raise("TIMED_OUT", ("within: it was not done after %s seconds, and was given up"):format(seconds),
      { in_doubt = problem.in_doubt, outcome = problem.outcome })
  end
  error(problem, 0)
end

return M
