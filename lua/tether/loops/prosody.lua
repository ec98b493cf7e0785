--- Prosody, inside a module: tether.loop(require "tether.loops.prosody"). Handlers that run in Prosody's runners (HTTP
-- requests, `async` stanza handlers) are tasks.
local async = require "util.async"
local server = require "net.server"
local timer = require "util.timer"

local M = {}

--- Calls a function whenever a descriptor is readable.
-- @treturn function ends that
function M.watch(fd, on_readable)
  local handle = server.watchfd(fd, function() on_readable() end)
  return function() handle:close() end -- leaves the loop; the descriptor stays open
end

--- Calls a function when time has passed.
-- @treturn function stops it
function M.after(ms, fn)
  local alarm = timer.add_task(ms / 1000, function() fn() end)
  return function() timer.stop(alarm) end
end

--- Calls a function at the next turn.
function M.soon(fn)
  M.after(0, fn)
end

--- The running coroutine waits until it is woken.
function M.suspend()
  local wait, done = async.waiter()
  local woken = false
  return wait, function()
    if woken then return end
    woken = true
    M.soon(done) -- never inside the callback that wakes
  end
end

--- Whether the running coroutine is one that the host can suspend.
function M.ready()
  return async.ready()
end

return M
