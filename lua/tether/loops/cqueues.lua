--- cqueues: tether.loop(require "tether.loops.cqueues"), or .on(controller) when tasks are also started outside a
-- controller's coroutines. The controller's own coroutines are tasks.
local cqueues = require "cqueues"
local condition = require "cqueues.condition"
local errors = require "tether.error"

-- A coroutine of the controller that waits for something, until it is stopped.
local function waiter(controller, wait)
  local stopped, ring = false, condition.new()
  controller():wrap(function() wait(ring, function() return stopped end) end)
  return function()
    if stopped then return end
    stopped = true
    ring:signal()
  end
end

-- Calls a function whenever a descriptor is readable.
local function watcher(controller)
  return function(fd, on_readable)
    local readable = { pollfd = fd, events = "r" }
    local stop = waiter(controller, function(ring, stopped)
      while not stopped() do
        if cqueues.poll(readable, ring) == readable and not stopped() then on_readable() end
      end
    end)
    return function()
      stop()
      cqueues.cancel(fd) -- at once, because the caller may close it next
    end
  end
end

-- Calls a function when time has passed.
local function timer(controller)
  return function(ms, fn)
    return waiter(controller, function(ring, stopped)
      local over = cqueues.monotime() + ms / 1000
      while not stopped() and cqueues.monotime() < over do cqueues.poll(ring, over - cqueues.monotime()) end
      if not stopped() then fn() end
    end)
  end
end

-- Calls a function at the next turn.
local function next_turn(controller)
  return function(fn)
    controller():wrap(function()
      cqueues.sleep(0) -- a new coroutine would run in this turn
      fn()
    end)
  end
end

-- Suspends the running coroutine until it is woken.
local function suspend()
  local woken, ring = false, condition.new()
  return function()
    while not woken do cqueues.poll(ring) end
  end, function()
    woken = true
    ring:signal()
  end
end

-- Whether cqueues can suspend the running coroutine.
local function ready()
  local running, direct = cqueues.running()
  return running ~= nil and direct
end

local function adapter(given)
  local last = given -- the controller that ran last; what is started between two of its steps belongs to it
  local function controller()
    last = cqueues.running() or last
    return last or errors.raise("WOULD_BLOCK", "no controller of cqueues runs here, which could go on with a task",
      { hint = 'install the loop with tether.loop(require("tether.loops.cqueues").on(controller))' })
  end
  return { watch = watcher(controller), after = timer(controller), soon = next_turn(controller), suspend = suspend,
    ready = ready }
end

local M = adapter()

--- The adapter of one controller.
-- @param controller of cqueues.new
-- @treturn table for tether.loop
M.on = adapter

return M
