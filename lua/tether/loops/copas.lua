--- copas: tether.loop(require "tether.loops.copas"). Its own threads and handlers are tasks.
--
-- Debian's copas (1.1.7) has neither timers nor a way to park a thread. Timers are descriptors of the session module; a
-- thread is parked by the queue that it names when it yields, and goes on by copas.addthread.
local copas = require "copas"

local M = {}

local gate -- a descriptor that is always there, for those whose own one is gone

-- What copas takes for a socket: something with a descriptor that has to be waited for once at each turn. Its select
-- knows no way to forget one: who is to leave gets another descriptor, and says that there is something to read.
local function watched(fd)
  local asked, left = false, false
  return {
    getfd = function() return fd end,
    dirty = function() return left end,
    settimeout = function() end,
    close = function() end,
    receive = function()
      asked = not asked
      if asked then return nil, "timeout" end
      return true
    end,
    leave = function()
      gate = gate or assert(require("tether.session.native").timer())
      fd, left = gate:fd(), true
    end,
  }
end

--- Calls a function whenever a descriptor is readable.
-- @treturn function ends that
function M.watch(fd, on_readable)
  local socket, stopped = watched(fd), false
  copas.addthread(function()
    while not stopped do
      copas.receive(socket)
      if not stopped then on_readable() end
    end
  end)
  return function()
    stopped = true
    socket.leave()
  end
end

--- Calls a function when time has passed.
-- @treturn function stops it
function M.after(ms, fn)
  local timer = assert(require("tether.session.native").timer())
  local socket, stopped = watched(timer:fd()), false
  timer:set(ms)
  copas.addthread(function()
    copas.receive(socket)
    local in_time = not stopped
    stopped = true
    timer:close()
    if in_time then fn() end
  end)
  return function()
    if stopped then return end
    stopped = true
    socket.leave()
  end
end

--- Calls a function at the next turn.
function M.soon(fn)
  M.after(0, fn)
end

-- Its threads yield an object and the queue that takes them: this one only keeps them.
local parked = { insert = function() end, push = function() end }

--- The running thread waits until it is woken.
function M.suspend()
  local co, woken, waiting = coroutine.running(), false, false
  return function()
    if woken then return end
    waiting = true
    coroutine.yield(parked, parked)
    waiting = false
  end, function()
    if woken then return end
    woken = true
    if waiting then M.soon(function() copas.addthread(co) end) end
  end
end

--- Whether the running coroutine is one that the host can suspend.
function M.ready()
  local _, is_main = coroutine.running()
  return not is_main
end

return M
