--- What each host is measured at: work.run(host, SCENARIO). Beside the work there is a ticker of 10 ms. It prints the
-- longest gap between two ticks and the most processor time that this thread had between two, in milliseconds, how many
-- ticks came so late that a verb must have stopped the loop, the most requests under way at a time, and how long it all
-- took. A tick is not late for the time in which this thread could have run and others had the processor.
--
-- A host is { now = function() -> seconds, ticker = function(fn) -> stop, turn = function(main): runs the loop until
-- nothing is left in it }.
local cpu_ms = require("spec_unix").thread_cpu_ms
local some_verbs = require "spec.support.some_verbs"
local tether = require "tether"

local M = {}

local VERB = 0.05 -- seconds that a verb takes
local LATE = 0.9 * VERB

-- Seconds for which this process' first thread was ready to run and did not: what others make of a busy machine.
local function waited()
  local file <close> = io.open "/proc/self/schedstat"
  if not file then return 0 end
  local _, nanoseconds = file:read("n", "n")
  return nanoseconds / 1e9
end

local function account(delay)
  local portal = tether.portal()
  portal:seed("contacts", 101)
  if delay then portal:fault { delay = delay } end
  return portal
end

local scenarios = {}

-- 100 verbs, one after the other.
function scenarios.one()
  local portal = account(VERB)
  local hub = portal:connect()
  return portal, hub, function()
    for _ = 1, 100 do hub:get("contacts", 101) end
  end, 100 * VERB
end

-- 16 tasks of 20 verbs.
function scenarios.many()
  local portal = account(VERB)
  local hub = portal:connect { concurrency = 16 }
  return portal, hub, function()
    local list = {}
    for i = 1, 16 do list[i] = i end
    tether.map(list, function()
      for _ = 1, 20 do hub:get("contacts", 101) end
    end, { concurrency = 16 })
  end, 20 * VERB
end

-- A set of 1,000,000 rows in no order.
function scenarios.set()
  local portal, facts = account(), { contacts = {}, companies = {} }
  for i = 1, 1000 do facts.contacts[i], facts.companies[i] = { id = 1000 + i }, { id = 100000 + i } end
  portal:seed(facts)
  local hub, set = portal:connect(), tether.links("contacts", "companies")
  for k = 0, 999999 do
    local shuffled = k * 7919 % 1000000
    set:add(1001 + shuffled // 1000, 100001 + shuffled % 1000)
  end
  return portal, hub, function()
    assert(#hub:associate(set):unsent() == 0)
  end, 0
end

-- Does a few verbs, which are given up when request number `last` is sent. True: there are not so many.
local function give_up(portal, way, last)
  local hub, sent, job = portal:connect(), 0, nil
  hub:on("request", function()
    sent = sent + 1
    if sent ~= last then return end
    if way == "cancel" then job:cancel() else hub:close() end
  end)
  job = tether.run(some_verbs, hub)
  local ok, err = pcall(job.wait, job)
  assert(ok or tether.error.is(err) and err.code == (way == "cancel" and "CANCELLED" or "CLOSED"), tostring(err))
  if way == "cancel" then assert(hub.session:under_way() == 0 and next(hub.settled) == nil, "something is left") end
  hub:close()
  return ok
end

-- Verbs that are cancelled, and whose hub is closed, at each of their requests in turn.
function scenarios.given_up()
  local portal = account()
  portal:seed("companies", 9001)
  portal:seed("companies", 9002)
  for id = 102, 110 do portal:seed("contacts", id) end
  return portal, portal:connect(), function()
    for _, way in ipairs { "cancel", "close" } do
      local last = 0
      repeat last = last + 1 until give_up(portal, way, last)
      assert(last > 4, last)
    end
  end, 0
end

-- More tasks that sleep than select has room for descriptors; and a coroutine of the script's own, which is no task.
function scenarios.sleepers()
  local portal = account()
  local hub = portal:connect()
  return portal, hub, function()
    local ok, err = pcall(coroutine.wrap(function() return hub:get("contacts", 101) end))
    assert(not ok and err.code == "WOULD_BLOCK", "a coroutine of the script's own was suspended")
    tether.run(function()
      for _ = 1, 600 do tether.run(tether.sleep, 0.05) end
    end):wait()
  end, 0
end

--- Runs a scenario in a host.
function M.run(host, name)
  local portal, hub, work, ideal = scenarios[name]()
  collectgarbage()
  local gap, last, most_cpu, last_cpu, late = 0, host.now(), 0, cpu_ms(), 0
  local last_waited, most = waited(), 0
  local stop
  host.turn(function()
    stop = host.ticker(function()
      local now, cpu, ready = host.now(), cpu_ms(), waited()
      late = late + (now - last - (ready - last_waited) > LATE and 1 or 0)
      gap, last, last_waited = math.max(gap, now - last), now, ready
      most = math.max(most, hub.session.closed and 0 or hub.session:under_way())
      most_cpu, last_cpu = math.max(most_cpu, cpu - last_cpu), cpu
    end)
    tether.run(function()
      local start = host.now()
      work()
      print(("gap %.1f cpu %.1f late %d most %d took %.3f ideal %.3f"):format(gap * 1000, most_cpu, late, most,
        host.now() - start, ideal))
      stop()
      hub:close()
    end)
  end)
  portal:close()
  print "ended"
end

return M
