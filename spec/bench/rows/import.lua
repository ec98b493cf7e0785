--- (f) A CSV file of a million rows into the embedded portal, from the file to an outcome for every row. The portal
-- runs in a process of its own, and its CPU is the reference: it shows who is the brake.
local measure = require "spec.bench.measure"
local json = require "tether.json"

local SIDE = math.tointeger(os.getenv "BENCH_IMPORT" or 1000) -- as many contacts as companies, each pair a row

local function write(path, each)
  local file <close> = assert(io.open(path, "w"))
  file:setvbuf("full", 1 << 16)
  each(file)
end

local function files()
  local csv, seed = os.tmpname(), os.tmpname()
  write(csv, function(file)
    file:write "from,to,label\n"
    for i = 0, SIDE * SIDE - 1 do
      file:write(("%d,%d,\n"):format(10000000000 + i // SIDE, 20000000000 + i % SIDE))
    end
  end)
  write(seed, function(file)
    for i = 0, SIDE - 1 do
      file:write(('{"kind":"record","type":"contacts","id":"%d"}\n{"kind":"record","type":"companies","id":"%d"}\n')
        :format(10000000000 + i, 20000000000 + i))
    end
  end)
  return csv, seed
end

-- A portal until `stop` is called, which answers the CPU seconds that it has used.
local function start_portal(seed)
  local pipe = assert(io.popen(("build/tether portal --seed %s 2>/dev/null & echo $!; wait"):format(seed)))
  local pid, ready = assert(math.tointeger(pipe:read "l")), json.decode(pipe:read "l")
  return ready, function()
    local file <close> = assert(io.open(("/proc/%d/stat"):format(pid)))
    local user, system = file:read("a"):match "^.*%) %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ (%d+) (%d+)"
    os.execute(("kill %d"):format(pid))
    pipe:close()
    return (user + system) / 100 -- clock ticks: 100 a second on Linux
  end
end

return function()
  local csv, seed = files()
  local portal, stop = start_portal(seed)
  local fine, mine = pcall(measure.run, ("lua5.4 spec/bench/programs/import.lua %s %s %s"):format(portal.url,
    portal.token, csv))
  local cpu = stop()
  os.remove(csv)
  os.remove(seed)
  if not fine then error(mine, 0) end
  assert(mine.more[1] == math.ceil(SIDE * SIDE / 2000), "not the fewest calls")
  local name = ("(f) import a CSV file of %d rows"):format(SIDE * SIDE)
  measure.row { name = name .. ": CPU, beside the portal's", ours = mine.cpu, theirs = cpu, unit = "s",
    ratio = mine.cpu / cpu, a = mine }
  measure.row { name = name .. ": rate", ours = mine.count / mine.wall / 1e3, unit = "thousand/s" }
  measure.row { name = name .. ": peak, at most 34", ours = mine.peak, theirs = 34, unit = "MB",
    ratio = mine.peak / 34 }
end
