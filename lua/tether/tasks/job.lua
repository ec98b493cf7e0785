--- Jobs: tasks that belong to those who started them. A job has ended when its function and all jobs inside it have.
--
-- The first error cancels the others, is waited for, and is raised as it is; what failed later stands in `err.others`.
-- Cancelling is a flag and a wake: the wait that is under way raises CANCELLED, and so does every one after it.
local errors = require "tether.error"
local scheduler = require "tether.tasks.scheduler"

local Job = { __name = "tether.job" }
Job.__index = Job

local M = {}

local function wake_waiters(job)
  local waiters = job.waiters
  job.waiters = {}
  for _, wake in ipairs(waiters) do wake() end
end

--- Asks a job to end: it and the jobs inside it get CANCELLED from what they wait for.
function Job:cancel()
  if self.done or self.cancelled then return end
  self.cancelled = true
  for child in pairs(self.children) do child:cancel() end
  if self.interrupt then self.interrupt() end
end

-- What failed in a child while nobody waited for it is the parent's failure.
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

-- Who was asked to end has done what was asked of him.
local function was_asked(job, problem)
  return job.cancelled and errors.is(problem) and problem.code == "CANCELLED"
end

local function report_unheard(job, problem)
  local text = "a task that nobody waits for failed: " .. tostring(problem)
  local tell = job.note or warn
  if not scheduler.on_error then return tell(text) end
  if job.note then job.note(text) end
  local ok, second = pcall(scheduler.on_error, problem)
  if not ok then tell("on_error failed: " .. tostring(second)) end
end

local function conclude(job)
  job.done = true
  local problem = job.failure
  if problem and #job.later > 0 and errors.is(problem) then problem.others = job.later end
  local parent = job.parent
  local unheard = problem and #job.waiters == 0 and not job.driven and not was_asked(job, problem)
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
    if not job.results[1] then fail(job, job.results[2]) end
    job.interrupt = nil
    wait_for_children(job)
    conclude(job)
  end
end

--- Starts a function as a job of the running task, or as one of its own.
-- @tparam function fn
-- @param ... its arguments
-- @treturn job
function M.start(fn, ...)
  local parent = scheduler.running()
  local job = setmetatable({ children = {}, waiters = {}, later = {}, parent = parent, done = false }, Job)
  if parent then
    parent.children[job] = true
    job.note = parent.note
    job.cancelled = parent.cancelled
  end
  scheduler.start(body(job, fn, ...), job)
  return job
end

local function outcome(job)
  if job.failure then error(job.failure, 0) end
  return table.unpack(job.results, 2, job.results.n)
end

--- Suspends the running task until it is woken, or cancelled.
-- @tparam function suspend as scheduler.suspender answers it
-- @tparam function arm is given `wake`
function M.suspended(suspend, arm)
  local me = scheduler.running()
  local wait, wake = suspend()
  if me then me.interrupt = wake end
  arm(wake)
  local ok, problem = pcall(wait)
  if me then me.interrupt = nil end
  if not ok then error(problem, 0) end
end

--- Waits for a job.
-- @return what its function returned
-- @raise what it, or a job inside it, has raised first
function Job:wait()
  if not self.done then
    local suspend = scheduler.suspender()
    if not suspend then
      self.driven = true
      scheduler.drive(function() return self.done end)
    else
      M.suspended(suspend, function(wake) table.insert(self.waiters, wake) end)
      if not self.done then
        self.waiters = {}
        M.check()
      end
    end
  end
  return outcome(self)
end

--- Raises what the running task was cancelled by, if it was.
-- @raise CANCELLED, or what has failed beside it
function M.check()
  local job = scheduler.running()
  if not job or not job.cancelled then return end
  if job.failure then error(job.failure, 0) end
  errors.raise("CANCELLED", "this task was cancelled")
end

--- Runs a function that nobody waits for, beside what runs now; without tasks, at once.
-- @tparam function fn
-- @tparam function note is told of its failure
function M.detach(fn, note)
  if not scheduler.loop() and not scheduler.is_driving() then return fn() end
  scheduler.soon(function()
    local job = setmetatable({ children = {}, waiters = {}, later = {}, note = note, done = false }, Job)
    scheduler.start(body(job, fn), job)
  end)
end

--- Lets time pass in a task, or in the program when there are none.
-- @tparam number seconds
-- @raise CANCELLED
function M.sleep(seconds)
  M.check()
  local ms = math.ceil(seconds * 1000)
  local suspend = scheduler.suspender()
  if not suspend then return require("tether.session.native").wait({}, ms) end
  local stop
  M.suspended(suspend, function(wake) stop = scheduler.after(ms, wake) end)
  stop()
  M.check()
end

--- Runs a function, and gives it up when it lasts too long.
-- @tparam number seconds
-- @tparam function fn
-- @param ... its arguments
-- @return what it returns
-- @raise TIMED_OUT, or what it raises
function M.within(seconds, fn, ...)
  local job, late = M.start(fn, ...), false
  local stop = scheduler.after(math.ceil(seconds * 1000), function()
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

-- The items one after the other, of an array or from an iterator function.
local function each(list)
  if type(list) == "function" then return list end
  local i = 0
  return function()
    i = i + 1
    return list[i]
  end
end

-- Starts a job an item, `width` of them at a time; the items are asked for by one task.
local function spread(list, fn, width, results)
  local active, wake = 0, nil
  for item in each(list) do
    results.n = results.n + 1
    local place = results.n
    active = active + 1
    M.start(function()
      local ok, result = pcall(fn, item, place)
      active = active - 1
      if wake then wake() end
      if not ok then error(result, 0) end
      results[place] = result
    end)
    while active >= width do
      M.suspended(scheduler.suspender(), function(ring) wake = ring end)
      wake = nil
      M.check()
    end
  end
end

--- Calls a function for each item, several at a time.
-- @tparam table|function list an array, or an iterator function
-- @tparam function fn fn(item, place) -> result
-- @tparam[opt] table options concurrency (8)
-- @treturn table results in the order of the items; n = how many
-- @raise what a call raised first; the others are cancelled
function M.map(list, fn, options)
  local results = { n = 0 }
  M.start(spread, list, fn, options and options.concurrency or 8, results):wait()
  return results
end

return M
