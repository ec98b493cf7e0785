-- edges.lua HOST: what the five functions of a host's adapter do at their edges, a line for each.
local host = arg[1]
local native = require "tether.session.native"

local LATER = 15 -- milliseconds: what is to come first comes so much earlier

-- Runs the host's loop with a function in it, as one that it can suspend, until nothing of ours is left in it.
local turns = {}

function turns.luv(main)
  main()
  require("luv").run()
end

function turns.cqueues(main)
  local controller = require("cqueues").new()
  controller:wrap(main)
  assert(controller:loop())
end

-- Debian's copas has no end of its own: nothing is left in it when it waits for nothing.
function turns.copas(main)
  local socket, copas = require "socket", require "copas"
  local watched, select = 0, socket.select
  function socket.select(reading, writing, seconds) -- luacheck: ignore 122
    watched = #reading
    return select(reading, writing, seconds)
  end
  copas.addthread(main)
  repeat copas.step(0.2) until watched == 0
  socket.select = select -- luacheck: ignore 122
end

function turns.prosody(main)
  local async, server = require "util.async", require "net.server"
  async.runner(main):run {}
  server.loop() -- until it is to end, and watches nothing
end

if host == "copas" then package.path = package.path .. ";/usr/share/lua/5.1/?.lua" end
if host == "prosody" then -- what its main program does before it loads a module
  package.path = package.path .. ";/usr/lib/prosody/?.lua"
  package.cpath = package.cpath .. ";/usr/lib/prosody/?.so"
  prosody = { config_loaded = true, events = require("util.events").new() } -- luacheck: ignore 111
end
local adapter = require("tether.loops." .. host)
local can_suspend = host ~= "luv"

-- Calls steps one after the other: each gets what begins the next one.
local function chain(steps)
  local function go(i)
    if steps[i] then steps[i](function() go(i + 1) end) end
  end
  go(1)
end

local function say(...) print(table.concat({ ... }, " ")) end

local steps = {}

-- What is called at the next turn, in order, never in this one; and who comes again and again lets a timer ring.
function steps.soon(over)
  local said = {}
  local function note(word) said[#said + 1] = word end
  adapter.soon(function()
    note "first"
    adapter.soon(function()
      note "third"
      say("soon", table.unpack(said))
      over()
    end)
  end)
  adapter.soon(function() note "second" end)
  note "now"
end

function steps.starve(over)
  local rung, rounds = false, 0
  adapter.after(1, function() rung = true end)
  local function again()
    rounds = rounds + 1
    if not rung and rounds < 200000 then return adapter.soon(again) end
    say("starve", tostring(rung))
    over()
  end
  adapter.soon(again)
end

-- A timer that is stopped, once or more often, before or after its time, by another one or by itself.
function steps.after(over)
  local said, stops = {}, {}
  for i, name in ipairs { "one", "two", "three" } do
    stops[i] = adapter.after(LATER, function()
      said[#said + 1] = name
      stops[2]()
      stops[i]()
    end)
  end
  stops[1]()
  stops[1]()
  adapter.after(3 * LATER, function()
    table.sort(said)
    say("after", #said, said[1])
    over()
  end)
end

-- A descriptor that is readable: told until nobody wants it, also when it is closed at once, and the next one has its
-- number.
function steps.watch(over)
  local said, rounds = 0, 0
  local function again()
    rounds = rounds + 1
    local alarm = assert(native.timer())
    local stop = adapter.watch(alarm:fd(), function()
      alarm:clear()
      said = said + 1
      if said % 2 == 1 then alarm:set(0) end
    end)
    alarm:set(0)
    local function look()
      if said < 2 * rounds then return adapter.after(1, look) end
      stop()
      if host == "luv" then stop() end
      alarm:set(0)
      alarm:close()
      if rounds < 3 then return again() end
      adapter.after(LATER, function()
        say("watch", said)
        over()
      end)
    end
    look()
  end
  again()
end

-- Whoever is woken before it waits does not wait; nobody goes on for what has woken it before.
function steps.suspend(over)
  if not can_suspend then return over() end
  local wait, wake = adapter.suspend()
  wake()
  wake()
  wait()
  local woken, waking = false, false
  wait, wake = adapter.suspend()
  adapter.after(LATER, function()
    woken, waking = true, true
    wake()
    wake()
    waking = false
  end)
  wait()
  local gone_on_inside = waking
  say("suspend", tostring(woken), tostring(gone_on_inside))
  over()
end

function steps.ready(over)
  local function inside(run) return tostring(run(adapter.ready)) end
  say("ready", tostring(adapter.ready()), inside(function(fn) return coroutine.wrap(fn)() end),
    inside(function(fn) return select(2, coroutine.resume(coroutine.create(fn))) end))
  over()
end

-- Whoever stops the last timer lets the loop end.
function steps.rest()
  adapter.after(600000, print)()
  if host == "prosody" then
    require("net.server").setquitting(true)
    adapter.after(1, function() end) -- it looks at that when it has waited for something
  end
  say "rest"
end

local function all()
  local list = {}
  for i, name in ipairs { "ready", "suspend", "soon", "starve", "after", "watch" } do list[i] = steps[name] end
  if host == "prosody" then list[#list + 1] = steps.rest end
  chain(list)
end

say("outside", tostring(adapter.ready()))
turns[host](all)
if host ~= "prosody" then -- others begin their loop anew
  turns[host](steps.rest)
  turns[host](all)
end
say "ended"
