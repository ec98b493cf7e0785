--- The scheduler decides what runs next, and when. It uses the loop that the program has installed; without one it
-- turns by itself.
--
-- A task is a coroutine that this file has started. It is suspended and woken here only; a bare yield is not a task's
-- wait. The scheduler does not know what a task waits for: whoever suspends the task wakes it.
local alarms = require "tether.tasks.alarms"
local errors = require "tether.error"

local M = {}

local tasks = setmetatable({}, { __mode = "k" }) -- coroutine -> the object that represents its task
local SUSPENDED = {} -- what a task yields when it waits; any other yield is the script's own

local loop, outside -- the adapter of the host, and what a verb outside of a task does: "refuse" or "block"
local ready, timers = {}, alarms.new() -- without a loop: functions to call soon, and later
local driving = 0 -- depth of nested calls of drive
local blocked = 0 -- depth of nested calls of block
local sources = {} -- without a loop: the sources that are waited for: source -> true

local FUNCTIONS = { "watch", "soon", "after", "suspend", "ready" }

--- Installs the host's loop, once in a Lua state.
-- @tparam table adapter watch(fd, on_readable) -> stop; soon(fn); after(ms, fn) -> stop; suspend() -> wait, wake;
--   ready() -> boolean: whether the coroutine that runs can be suspended by the host
-- @tparam[opt] table options outside ("refuse" or "block"); on_error = function(err), called with the error of a task
--   that nobody waits for
-- @raise BAD_ARGUMENT: a function is missing, or another loop is installed
function M.install(adapter, options)
  options = options or {}
  for _, name in ipairs(FUNCTIONS) do
    if type(adapter) ~= "table" or type(adapter[name]) ~= "function" then
      errors.raise("BAD_ARGUMENT", ("loop: the adapter has no function %q"):format(name),
        { hint = "an adapter is five functions: watch, soon, after, suspend and ready; see tether.loops.luv" })
    end
  end
  if options.outside ~= nil and options.outside ~= "refuse" and options.outside ~= "block" then
    errors.raise("BAD_ARGUMENT",
      ('loop: outside must be "refuse" or "block", not %s'):format(tostring(options.outside)))
  end
  if loop and loop ~= adapter then
    errors.raise("BAD_ARGUMENT", "loop: another loop is installed in this Lua state",
      { hint = "a state has one loop: install it once, where the program starts" })
  end
  loop, outside, M.on_error = adapter, options.outside or "refuse", options.on_error
end

--- Removes the loop; no task may be running.
function M.uninstall()
  loop, outside, M.on_error = nil, nil, nil
end

--- The installed adapter, or nil.
function M.loop()
  return loop
end

-- ---------------------------------------------------------------------------------------------------------------------

--- Calls a function at the next turn.
function M.soon(fn)
  if loop then return loop.soon(fn) end
  ready[#ready + 1] = fn
end

--- Calls a function when time has passed.
-- @tparam integer ms
-- @tparam function fn
-- @treturn function stops the timer
function M.after(ms, fn)
  if loop then return loop.after(ms, fn) end
  return timers:add(ms, fn)
end

-- ---------------------------------------------------------------------------------------------------------------------

--- The object that represents the running task; nil: the running coroutine is no task.
function M.running()
  return tasks[coroutine.running()]
end

local function resume(co)
  local ok, what
  repeat -- a yield of the script's own has no receiver, so it goes on at once
    ok, what = coroutine.resume(co)
  until what == SUSPENDED or coroutine.status(co) == "dead"
  if coroutine.status(co) ~= "dead" then return end
  tasks[co] = nil
  if not ok then error(what, 0) end -- an error of Tether itself: the body of a task catches what its function raises
end

--- Starts a coroutine as a task; returns when it is suspended for the first time.
-- @tparam function body must not raise
-- @param stand_in the object that M.running answers inside the task
function M.start(body, stand_in)
  local co = coroutine.create(body)
  tasks[co] = stand_in
  resume(co)
end

local function suspend_task(co)
  local woken, waiting
  return function()
    if woken then return end
    waiting = true
    coroutine.yield(SUSPENDED)
    waiting = nil
  end, function()
    if woken then return end
    woken = true
    if waiting then M.soon(function() resume(co) end) end
  end
end

local function refuse(why, hint)
  errors.raise("WOULD_BLOCK", why, { hint = hint })
end

--- How the running coroutine waits.
-- @treturn[1] function suspend() -> wait, wake; `wake` may be called before `wait`, and again
-- @treturn[2] nil: the caller may block
-- @raise WOULD_BLOCK: the caller can neither be suspended nor block
function M.suspender()
  local co, is_main = coroutine.running()
  if tasks[co] then
    if not coroutine.isyieldable() then
      refuse("a wait inside a C callback (table.sort's comparison, string.gsub's replacement, …) cannot be suspended",
        "ask the account before, and let the callback work with what is there")
    end
    return function() return suspend_task(co) end
  end
  if not loop then return nil end
  if not is_main and coroutine.isyieldable() and loop.ready() then return loop.suspend end
  if outside == "block" then return nil end
  refuse("this would stop the program's loop: the running code is no task",
    "run it in a task: tether.run(function() … end); a coroutine of one's own inside a task is none")
end

-- ---------------------------------------------------------------------------------------------------------------------

--- Without a loop: adds a source to wait for, or removes it.
-- @tparam table source { fd = function() -> integer, advance = function(wait_ms): moves what is ready, and waits }
-- @tparam boolean wanted
function M.source(source, wanted)
  sources[source] = wanted and true or nil
end

local function run_ready()
  local list = ready
  ready = {}
  for _, fn in ipairs(list) do fn() end
end

-- A single source waits by itself; with several, their descriptors are watched together.
local function wait_for_sources(wait_ms)
  local first = next(sources)
  if first and not next(sources, first) then return first.advance(wait_ms) end
  local fds = {}
  for source in pairs(sources) do fds[#fds + 1] = source.fd() end
  require("tether.session.native").wait(fds, wait_ms)
  local list = {}
  for source in pairs(sources) do list[#list + 1] = source end
  for _, source in ipairs(list) do source.advance(0) end
end

local function refuse_standstill()
  refuse("nothing is under way that could wake the tasks which wait: they wait for each other",
    "let one of them end without the other")
end

local function turn_until(is_over)
  while true do
    run_ready()
    timers:run()
    if is_over() then return end
    if #ready == 0 then
      local idle_ms = timers:due_ms()
      if not idle_ms and not next(sources) then refuse_standstill() end
      wait_for_sources(idle_ms or -1)
    end
  end
end

--- Without a loop: turns until a condition holds.
-- @tparam function is_over
function M.drive(is_over)
  driving = driving + 1
  local ok, problem = pcall(turn_until, is_over)
  driving = driving - 1
  if not ok then error(problem, 0) end
end

--- Calls a function that stops the program until it returns; no task goes on meanwhile.
-- @tparam function fn
-- @param ... its arguments
-- @return what it returns
function M.block(fn, ...)
  blocked = blocked + 1
  local results = table.pack(pcall(fn, ...))
  blocked = blocked - 1
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- Calls a function that waits. Where neither the task nor the host can be suspended, the host's loop stops meanwhile.
-- @tparam function fn
-- @param ... its arguments
-- @return what it returns
function M.even_in_loop(fn, ...)
  if pcall(M.suspender) then return fn(...) end
  local kept = loop
  loop = nil
  local results = table.pack(pcall(fn, ...))
  loop = kept
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- Whether this scheduler is turning by itself now.
function M.is_driving()
  return driving > 0
end

--- Whether a task that is started now can go on before the running code does.
function M.may_turn()
  return blocked == 0 and (loop ~= nil or M.is_driving())
end

return M
