--- copas: tether.loop(require "tether.loops.copas"). Its own threads and handlers are tasks.
--
-- Debian's copas (1.1.7) has neither timers nor a way to park a thread. Timers are descriptors of the session module; a
-- thread is parked by the queue that it names when it yields, and goes on by copas.addthread.
local alarms = require "tether.tasks.alarms"
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

local pending, timer, ringing = alarms.new(), nil, nil -- one descriptor for all alarms: select takes few

local function ring()
  ringing = true
  local socket = watched(timer:fd())
  while pending:due_ms() do
    copas.receive(socket)
    timer:clear()
    pending:run()
    timer:set(pending:due_ms() or -1)
  end
  ringing = false -- the thread ends: at rest it keeps no loop from ending
end

--- Calls a function when time has passed.
-- @treturn function stops it
function M.after(ms, fn)
  timer = timer or assert(require("tether.session.native").timer())
  local stop = pending:add(ms, fn)
  timer:set(pending:due_ms())
  if not ringing then copas.addthread(ring) end
  return function()
    stop()
    if ringing then timer:set(pending:due_ms() or 0) end
  end
end

local queue = {}

local function run_queue()
  local list = queue
  queue = {}
  for i = 1, #list do list[i]() end
end

--- Calls a function at the next turn: all of them by one alarm.
function M.soon(fn)
  queue[#queue + 1] = fn
  if #queue == 1 then M.after(0, run_queue) end
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

local MAIN_THREAD = 1 -- its place in the registry
local source = debug.getinfo(copas.addthread, "S").source

--- Whether the running coroutine is one that the host can suspend: copas itself has resumed it, and tells nobody so.
-- Another's would hand what copas is meant to get to whoever has resumed that one.
function M.ready()
  local co, is_main = coroutine.running()
  local resumer = not is_main and debug.getregistry()[MAIN_THREAD]
  while resumer do
    local _, resumed = debug.getlocal(resumer, 0, 1) -- the argument of coroutine.resume, which it stands in
    if resumed == co then return debug.getinfo(resumer, 1, "S").source == source end
    resumer = type(resumed) == "thread" and resumed
  end
  return false
end

return M
