--- luv, and loops built on it: tether.loop(require "tether.loops.luv").
--
-- luv has no coroutines of its own, so verbs are called inside tether.run.
local uv = require "luv"

local M = {}

local function stopper(handle)
  return function()
    if handle:is_closing() then return end
    handle:stop()
    handle:close()
  end
end

--- Calls a function whenever a descriptor is readable.
-- @treturn function ends the watch
function M.watch(fd, on_readable)
  local poll = uv.new_poll(fd)
  poll:start("r", function() on_readable() end)
  return stopper(poll)
end

--- Calls a function when time has passed.
-- @treturn function stops the timer
function M.after(ms, fn)
  local timer = uv.new_timer()
  local stop = stopper(timer)
  uv.update_time() -- luv's clock stands still while a callback runs
  timer:start(ms, 0, function()
    stop()
    fn()
  end)
  return stop
end

local queue, idle = {}, nil

local function run_queue()
  local list = queue
  queue = {}
  for i = 1, #list do list[i]() end
  if #queue == 0 then idle:stop() end -- kept for later; a stopped handle does not keep the loop running
end

--- Calls a function at the next turn. A timer of 0 ms would call it in this turn, before other functions that are due.
function M.soon(fn)
  queue[#queue + 1] = fn
  if #queue > 1 then return end
  idle = idle or uv.new_idle()
  idle:start(run_queue)
end

--- Never called, because `ready` answers false.
function M.suspend()
  error "luv suspends nothing: use tether.run"
end

--- Whether luv can suspend the running coroutine: never.
function M.ready()
  return false
end

return M
