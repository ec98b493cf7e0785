-- portal.lua TREE KIND SIDE: a portal of the build in TREE, kept to one core, with SIDE contacts and as many companies,
-- and what is asked of it. It prints the CPU of the portal, the time that was waited, the portal's peak memory and how
-- many links that were.
--
--   create   batches of 2,000 links that are new
--   read     batch reads of 1,000 records with ten links each
--   import   the import of a CSV file of SIDE x SIDE rows by the command of the same build, whose CPU is added
local json = require "cjson"
local socket = require "socket"

local FIRST_CONTACT, FIRST_COMPANY, TICKS = 10000000000, 20000000000, 100 -- clock ticks a second on Linux
local CREATED, READ, LINKS_EACH, ROUNDS = 2000, 1000, 10, 100
local tree, kind, side = arg[1], arg[2], math.tointeger(arg[3])

local function write_file(each)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:setvbuf("full", 1 << 16)
  each(file)
  return path
end

local function write_seed(file)
  for i = 0, side - 1 do
    file:write(('{"kind":"record","type":"contacts","id":"%d"}\n{"kind":"record","type":"companies","id":"%d"}\n')
      :format(FIRST_CONTACT + i, FIRST_COMPANY + i))
  end
end

local function write_links(file)
  file:write "from,to,label\n"
  for i = 0, side * side - 1 do file:write(FIRST_CONTACT + i // side, ",", FIRST_COMPANY + i % side, ",\n") end
end

-- What /proc tells of a process: CPU seconds so far, peak memory in kB.
local function cpu_of(pid)
  local file <close> = assert(io.open("/proc/" .. pid .. "/stat"))
  local fields = {}
  for field in file:read "a":match "%) (.*)$":gmatch "%S+" do fields[#fields + 1] = field end
  return (fields[12] + fields[13]) / TICKS
end

local function peak_of(pid)
  local file <close> = assert(io.open("/proc/" .. pid .. "/status"))
  return math.tointeger(file:read "a":match "VmHWM:%s*(%d+)")
end

-- -- one connection ------------------------------------------------------------------------------------------------

local function request(token, operation, inputs)
  local body = '{"inputs":[' .. table.concat(inputs, ",") .. "]}"
  return ("POST /crm/associations/2026-03/contacts/companies/batch/%s HTTP/1.1\r\nHost: localhost\r\n" ..
    "Authorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(operation,
    token, #body, body)
end

local function exchange(client, text, status)
  assert(client:send(text))
  local line = assert(client:receive "*l")
  assert(line:find(status, 1, true), line)
  local length
  repeat
    line = assert(client:receive "*l")
    length = length or tonumber(line:lower():match "^content%-length: (%d+)")
  until line == ""
  return assert(client:receive(length))
end

-- Batch `number` of links that no other batch has.
local function create(token, number)
  local inputs = {}
  for i = 0, CREATED - 1 do
    inputs[i + 1] = ('{"from":{"id":"%d"},"to":{"id":"%d"},"types":[{"associationCategory":"HUBSPOT_DEFINED",' ..
      '"associationTypeId":279}]}'):format(FIRST_CONTACT + i % side, FIRST_COMPANY + (i + number) % side)
  end
  return request(token, "create", inputs)
end

local function read(token, number)
  local inputs = {}
  for i = 0, READ - 1 do inputs[i + 1] = ('{"id":"%d"}'):format(FIRST_CONTACT + (number * READ + i) % side) end
  return request(token, "read", inputs)
end

local function texts_of(make, token, count)
  local texts = {}
  for i = 1, count do texts[i] = make(token, i) end
  return texts
end

-- -- kinds: each answers what is measured, and how many links it is -------------------------------------------------

local kinds = {}

function kinds.create(served, client)
  local texts = texts_of(create, served.token, ROUNDS)
  return ROUNDS * CREATED, function()
    for _, text in ipairs(texts) do exchange(client, text, " 201 ") end
  end
end

function kinds.read(served, client)
  for number = 1, LINKS_EACH do exchange(client, create(served.token, number), " 201 ") end
  local texts, answer = texts_of(read, served.token, ROUNDS), nil
  return ROUNDS * READ * LINKS_EACH, function()
    for _, text in ipairs(texts) do answer = exchange(client, text, " 200 ") end
    assert(select(2, answer:gsub("toObjectId", "")) == READ * LINKS_EACH, "links are missing in an answer")
  end
end

function kinds.import(served)
  local path = write_file(write_links)
  return side * side, function()
    local pipe = assert(io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/plain/bench/whole 1 %s/build/tether import " ..
      "%s --from contacts --to companies --quiet"):format(served.token, served.url, tree, path)))
    local cpu = pipe:read "n"
    pipe:read "a"
    assert(pipe:close(), "the import failed")
    os.remove(path)
    return cpu
  end
end

-- -- the run ---------------------------------------------------------------------------------------------------------

local seed = write_file(write_seed)
local pipe = assert(io.popen(("taskset -c 0 %s/build/tether portal --seed %s 2>/dev/null & echo $!; wait"):format(tree,
  seed)))
local pid, served = pipe:read "l", json.decode(pipe:read "l")
local client = assert(socket.connect(served.url:match "//(.-):(%d+)"))
client:setoption("tcp-nodelay", true)

local fine, problem = pcall(function()
  local links, work = kinds[kind](served, client)
  local cpu, clock = cpu_of(pid), socket.gettime()
  local more = work() or 0
  local took = socket.gettime() - clock
  print(("%.6f %.6f %d %d 0"):format(cpu_of(pid) - cpu + more, took, peak_of(pid), links))
end)
client:close()
os.execute("kill " .. pid)
pipe:close()
os.remove(seed)
if not fine then error(problem, 0) end
