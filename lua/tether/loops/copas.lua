--- copas: tether.loop(require "tether.loops.copas"). Its own threads and handlers are tasks.
--
-- Debian's copas (1.1.7) has neither timers nor a way to park a thread. So timers are descriptors of the session
-- module. A thread parks itself by yielding a queue of this module, and is woken with copas.addthread.
local alarms = require "tether.tasks.alarms"
local copas = require "copas"

local M = {}

local gate -- a descriptor that stays open, for watches whose own descriptor is gone

-- An object that copas takes for a socket: its descriptor is waited for once in each turn. Copas cannot forget a socket
-- during select, so a watch that ends gets another descriptor and reports that it is readable.
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
-- @treturn function ends the watch
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

local pending, timer, ringing = alarms.new(), nil, nil -- one descriptor serves all alarms, because select takes few

local function ring()
  ringing = true
  local socket = watched(timer:fd())
  while pending:due_ms() do
    copas.receive(socket)
    timer:clear()
    pending:run()
    timer:set(pending:due_ms() or -1)
  end
  ringing = false -- the thread ends, so that it does not keep the loop running
end

--- Calls a function when time has passed.
-- @treturn function stops the timer
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

--- Calls a function at the next turn; one alarm serves all such functions.
function M.soon(fn)
  queue[#queue + 1] = fn
  if #queue == 1 then M.after(0, run_queue) end
end

-- A thread of copas yields an object and the queue that takes it. This queue only keeps it until it is woken.
local parked = { insert = function() end, push = function() end }

--- Suspends the running thread until it is woken.
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

--- Whether copas can suspend the running coroutine, which holds when copas itself has resumed it. Copas does not tell
-- that, so the stack is looked at. In another coroutine a yield would give what is meant for copas to the code that has
-- resumed it.
function M.ready()
  local co, is_main = coroutine.running()
  local resumer = not is_main and debug.getregistry()[MAIN_THREAD]
  while resumer do
    local _, resumed = debug.getlocal(resumer, 0, 1) -- the first local of coroutine.resume is its argument
    if resumed == co then return debug.getinfo(resumer, 1, "S").source == source end
    resumer = type(resumed) == "thread" and resumed
  end
  return false
end

return M
