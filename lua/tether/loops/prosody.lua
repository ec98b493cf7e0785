--- Prosody, inside a module: tether.loop(require "tether.loops.prosody"). Handlers that run in Prosody's runners (HTTP
-- requests, `async` stanza handlers) are tasks.
local async = require "util.async"
local server = require "net.server"
local timer = require "util.timer"

local M = {}

--- Calls a function whenever a descriptor is readable.
-- @treturn function ends the watch
function M.watch(fd, on_readable)
  local handle = server.watchfd(fd, function() on_readable() end)
  return function() handle:close() end -- removes it from the loop; the descriptor stays open
end

--- Calls a function when time has passed.
-- @treturn function stops the timer
function M.after(ms, fn)
  local alarm = timer.add_task(ms / 1000, function() fn() end)
  return function() timer.stop(alarm) end
end

--- Calls a function at the next turn.
function M.soon(fn)
  M.after(0, fn)
end

--- Suspends the running coroutine until it is woken.
function M.suspend()
  local wait, done = async.waiter()
  local woken = false
  return wait, function()
    if woken then return end
    woken = true
    M.soon(done) -- never inside the callback that wakes
  end
end

--- Whether Prosody can suspend the running coroutine.
function M.ready()
  return async.ready()
end

return M
