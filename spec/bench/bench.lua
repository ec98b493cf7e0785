-- make bench: each row is measured beside its reference in this run, and given as a ratio. The machine may be noisy:
-- the medians of several turns count, the two taking turns.
local nginx = require "spec.support.nginx"

local TURNS = math.tointeger(os.getenv "BENCH_TURNS" or 5)
local LINKS, BATCH, CONNECTIONS = 1000000, 2000, 8

local function answer()
  local rows = {}
  for i = 0, BATCH - 1 do
    rows[#rows + 1] = ('{"fromObjectTypeId":"0-1","fromObjectId":%d,"toObjectTypeId":"0-2","toObjectId":%d,' ..
      '"labels":[]}'):format(10000000000 + i, 20000000000 + i)
  end
  return ('{"status":"COMPLETE","results":[%s],"startedAt":"2026-03-01T10:00:00.000Z",' ..
    '"completedAt":"2026-03-01T10:00:00.500Z"}'):format(table.concat(rows, ","))
end

local function run(command)
  local pipe = assert(io.popen(command))
  local numbers = {}
  for number in (pipe:read "a"):gmatch "%S+" do numbers[#numbers + 1] = assert(tonumber(number), command) end
  assert(pipe:close(), command)
  return numbers
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

-- Medians of each figure, and of the ratios turn by turn.
local function compare(ours, theirs, figures)
  local mine, reference, ratio = {}, {}, {}
  for i = 1, figures do mine[i], reference[i], ratio[i] = {}, {}, {} end
  for _ = 1, TURNS do
    local a, b = run(ours), run(theirs)
    for i = 1, figures do
      mine[i][#mine[i] + 1], reference[i][#reference[i] + 1] = a[i], b[i]
      ratio[i][#ratio[i] + 1] = a[i] / b[i]
    end
  end
  for i = 1, figures do mine[i], reference[i], ratio[i] = median(mine[i]), median(reference[i]), median(ratio[i]) end
  return mine, reference, ratio
end

local function row(name, unit, mine, reference, ratio)
  print(("%-44s %10.3f %10.3f  %-12s %6.2f"):format(name, mine, reference, unit, ratio))
end

local function writes(url)
  local mine, bare, ratio = compare(("lua5.4 spec/bench/module.lua %s %d %d"):format(url, LINKS, CONNECTIONS),
    ("build/plain/bench/bare %s/crm/associations/2026-03/contacts/companies/batch/create %d %d"):format(url, LINKS,
      CONNECTIONS), 4)
  assert(mine[4] == LINKS and bare[4] == LINKS, "not every link was confirmed")
  row("write 1,000,000 links: CPU", "s", mine[1], bare[1], ratio[1])
  row("write 1,000,000 links: rate", "million/s", LINKS / mine[2] / 1e6, LINKS / bare[2] / 1e6, 1 / ratio[2])
  row("write 1,000,000 links: peak memory", "MB", mine[3] / 1024, bare[3] / 1024, ratio[3])
end

local function start_up()
  local code = [[local t, m = os.clock(), nil; collectgarbage(); collectgarbage("stop")
    local function resident() for l in io.lines "/proc/self/status" do local k = l:match "VmRSS:%%s*(%%d+)"
      if k then return tonumber(k) end end end
    m = resident(); t = os.clock(); %s; print((os.clock() - t) * 1000, (resident() - m) / 1024)]]
  local times, sizes = {}, {}
  for i = 1, TURNS do
    local figures = run(("lua5.4 -e '%s'"):format((code:format 'require "tether"')))
    times[i], sizes[i] = figures[1], figures[2]
  end
  print(("%-44s %10.3f %10s  %-12s"):format('require "tether": time', median(times), "< 10", "ms"))
  print(("%-44s %10.3f %10s  %-12s"):format('require "tether": memory over bare Lua', median(sizes), "< 4", "MB"))
end

local port = nginx.free_port()
local sink = nginx.start {
  port = port,
  files = { ["answer.json"] = answer() },
  servers = ([[server { listen 127.0.0.1:%d;
    location / { error_page 405 =201 /answer.json; try_files /none =405; }
    location = /answer.json { internal; } }]]):format(port),
}
local fine, problem = pcall(function()
  print(("%-44s %10s %10s  %-12s %6s"):format("medians of " .. TURNS .. " turns", "tether", "reference", "unit",
    "ratio"))
  writes("http://127.0.0.1:" .. port)
  start_up()
  dofile "spec/bench/portal.lua"
end)
sink.stop()
if not fine then
  io.stderr:write(tostring(problem), "\n")
  os.exit(1)
end
