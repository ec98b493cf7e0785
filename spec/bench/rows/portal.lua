--- How fast the portal takes links, so that it is not what is measured: `tether portal` kept to one core, told new
-- links in batches of 2,000 over a socket, beside the same inserts made in SQLite. What counts is the CPU time of
-- each: other work of the machine is left out, what a socket costs is not.
local json = require "cjson"
local measure = require "spec.bench.measure"
local socket = require "socket"

local BATCH, BATCHES, CORE = 2000, 100, "taskset -c 0 "

local function seed()
  local name, lines = os.tmpname(), {}
  for i = 0, BATCH - 1 do
    lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(10000000000 + i)
    lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(20000000000 + i)
  end
  local file <close> = assert(io.open(name, "w"))
  file:write(table.concat(lines, "\n"))
  return name
end

-- One batch of links that no other batch has.
local function body(number)
  local inputs = {}
  for i = 0, BATCH - 1 do
    inputs[i + 1] = ('{"from":{"id":"%d"},"to":{"id":"%d"},"types":[{"associationCategory":"HUBSPOT_DEFINED",' ..
      '"associationTypeId":279}]}'):format(10000000000 + i, 20000000000 + (i + number) % BATCH)
  end
  return '{"inputs":[' .. table.concat(inputs, ",") .. "]}"
end

local function request(token, text)
  return ("POST /crm/associations/2026-03/contacts/companies/batch/create HTTP/1.1\r\nHost: portal\r\n" ..
    "Authorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(token, #text,
    text)
end

local function exchange(client, text)
  assert(client:send(text))
  assert(assert(client:receive "*l"):find(" 201 ", 1, true), "a batch was refused")
  local length
  for line in function() return assert(client:receive "*l") end do
    if line == "" then break end
    length = length or tonumber(line:lower():match "^content%-length: (%d+)")
  end
  assert(client:receive(length))
end

-- User and system time of a process so far.
local function cpu_seconds(pid)
  local file <close> = assert(io.open("/proc/" .. pid .. "/stat"))
  local fields = {}
  for field in file:read "a":match "%) (.*)$":gmatch "%S+" do fields[#fields + 1] = field end
  return (fields[12] + fields[13]) / 100
end

local function portal_seconds(records)
  local pipe = assert(io.popen(CORE .. "build/tether portal --seed " .. records .. " 2>/dev/null & echo $!; wait"))
  local pid, served = pipe:read "l", json.decode(pipe:read "l")
  local texts = {}
  for i = 1, BATCHES do texts[i] = request(served.token, body(i)) end
  local client = assert(socket.connect(served.url:match "//(.-):(%d+)"))
  client:setoption("tcp-nodelay", true)
  local begin = cpu_seconds(pid)
  for _, text in ipairs(texts) do exchange(client, text) end
  local took = cpu_seconds(pid) - begin
  client:close()
  os.execute("kill " .. pid)
  pipe:close()
  return took
end

local function sqlite_seconds()
  local pipe <close> = assert(io.popen(("%sbuild/plain/bench/inserts %d %d"):format(CORE, BATCH * BATCHES, BATCH)))
  return assert(tonumber(pipe:read "a"))
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

return function()
  local records, ours, theirs, ratios = seed(), {}, {}, {}
  for i = 1, measure.turns do
    ours[i], theirs[i] = portal_seconds(records), sqlite_seconds()
    ratios[i] = ours[i] / theirs[i]
  end
  os.remove(records)
  local links = BATCH * BATCHES
  measure.row { name = "the portal on one core: links taken, beside SQLite's inserts", unit = "million/s",
    ours = links / median(ours) / 1e6, theirs = links / median(theirs) / 1e6, ratio = median(ratios) }
end
