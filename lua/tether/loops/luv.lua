--- luv, and what is built on it: tether.loop(require "tether.loops.luv").
--
-- luv has no coroutines of its own: verbs are called inside tether.run.
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
-- @treturn function ends that
function M.watch(fd, on_readable)
  local poll = uv.new_poll(fd)
  poll:start("r", function() on_readable() end)
  return stopper(poll)
end

--- Calls a function when time has passed.
-- @treturn function stops it
function M.after(ms, fn)
  local timer = uv.new_timer()
  local stop = stopper(timer)
  uv.update_time() -- the loop's own time stands still while a callback runs
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
  if #queue == 0 then idle:stop() end -- it is kept: at rest it keeps no loop from ending
end

--- Calls a function at the next turn. A timer of no time would have it run in this one, before others that are due.
function M.soon(fn)
  queue[#queue + 1] = fn
  if #queue > 1 then return end
  idle = idle or uv.new_idle()
  idle:start(run_queue)
end

--- Never asked for: see ready.
function M.suspend()
  error "luv suspends nothing: use tether.run"
end

--- Whether the running coroutine is one that the host can suspend.
function M.ready()
  return false
end

return M
