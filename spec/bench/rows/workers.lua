--- (v) A job of new links that is written by 1, 2 and 4 workers (`tether work`), by way of a Redis server, beside
-- `tether apply` alone: the CPU of all processes (one worker: at most 1.05), and links a second (n workers: n times
-- one's, until the cores are full, of which the portal needs some).
--
-- All apply the same plan, the portal goes back to where it was between two runs. BENCH_LINKS says how many links.
local measure = require "spec.bench.measure"
local native = require "tether.native"
local process = require "spec.support.process"
local redis_server = require "spec.support.redis"

local LINKS = math.tointeger(os.getenv "BENCH_LINKS" or 1000000)
local A_CONTACT <const> = 10

local function seed(portal)
  local lines = {}
  for id = 1, LINKS // A_CONTACT do lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id) end
  for id = 900000001, 900001000 do
    lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(id)
  end
  portal:seed(table.concat(lines, "\n"))
  portal:snapshot "before"
end

local function save_plan(portal, path)
  local set = require("tether").links("contacts", "companies")
  for i = 0, LINKS - 1 do set.native:add(i // A_CONTACT + 1, 900000001 + i % 1000, 0) end
  local hub <close> = portal:connect()
  local plan <close> = hub:plan(set)
  plan:save(path)
end

-- Starts a command; what it answers waits for its end, and answers its seconds of CPU.
local function start(portal, words)
  local line = "TIMEFORMAT='cpu %%3U %%3S'; export HUBSPOT_TOKEN=%s TETHER_URL=%s " ..
    "TETHER_SHARE=\ntime build/tether %s -q"
  local script = redis_server.file(line:format(portal.token, portal.url, words))
  local pipe = assert(io.popen(("exec bash %s 2>&1"):format(script)))
  return function()
    local said = pipe:read "a"
    pipe:close()
    os.remove(script)
    local user, system = said:match "cpu ([%d.]+) ([%d.]+)%s*$"
    assert(user, said)
    return tonumber(user) + tonumber(system)
  end
end

-- One run by some workers; 0: alone.
local function run(portal, server, plan, count)
  local job = plan .. ".run"
  assert(os.execute(("rm -f %s.lock && cp %s %s"):format(job, plan, job)))
  portal:restore "before"
  local began, ends = native.clock_ms(), {}
  local workers = count > 0 and (" --workers %s"):format(server.url) or ""
  local owner = start(portal, ("apply %s%s"):format(job, workers))
  if count > 0 then -- a worker that comes before the job would end at once
    process.wait_until(function() return server:cli "exists tether:open" == "1" end, "a job that is handed out")
  end
  for i = 1, count do ends[i] = start(portal, ("work %s --drain"):format(server.url)) end
  local cpu = owner()
  local wall = (native.clock_ms() - began) / 1000
  for _, wait in ipairs(ends) do cpu = cpu + wait() end
  return { cpu = cpu, wall = wall }
end

-- Turn by turn, so that what else the machine does meets all alike.
local function measure_all(portal, server, plan)
  local counts, found = { 0, 1, 2, 4 }, {}
  for turn = 1, measure.turns do
    for _, count in ipairs(counts) do
      found[count] = found[count] or {}
      found[count][turn] = run(portal, server, plan, count)
    end
  end
  return found
end

local function median_of(runs, figure)
  local values = {}
  for i, one in ipairs(runs) do values[i] = figure(one, i) end
  return measure.median(values)
end

local function cpu(one) return one.cpu end
local function rate(one) return LINKS / one.wall end

return function()
  local portal <close> = require("tether").portal()
  seed(portal)
  local plan = os.tmpname()
  os.remove(plan)
  save_plan(portal, plan)
  local server = redis_server.start()
  local found = measure_all(portal, server, plan)
  server:close()
  for _, count in ipairs { 1, 2, 4 } do
    local runs, alone, one = found[count], found[0], found[1]
    measure.row { name = ("(v) a job of %d links by %d workers: CPU of all, beside apply alone"):format(LINKS, count),
      unit = "s", ours = median_of(runs, cpu), theirs = median_of(alone, cpu),
      ratio = median_of(runs, function(each, turn) return each.cpu / alone[turn].cpu end) }
    measure.row { name = ("(v) %d workers: links a second, beside one worker's"):format(count), unit = "links/s",
      ours = median_of(runs, rate), theirs = median_of(one, rate),
      ratio = median_of(runs, function(each, turn) return one[turn].wall / each.wall end) }
  end
  os.execute(("rm -f %s %s.*"):format(plan, plan))
end
