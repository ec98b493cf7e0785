--- A steady minute at an account's limit: calls made over the calls allowed, and how many were refused with 429.
--
-- The portal is a process of its own with its limiter on, 190 calls in ten seconds; the clients are one process, and
-- then four that share a quota. BENCH_STEADY says how many seconds.
local json = require "cjson"
local measure = require "spec.bench.measure"

local BURST, WINDOW = 190, 10

-- One client: single calls of an operation that counts, eight in flight. What is answered between two moments is
-- counted: the clock is the same for every process.
local CLIENT = [[
local url, token, folder, from, to = table.unpack(arg, 1, 5)
from, to = math.tointeger(from), math.tointeger(to)
local hub = require("tether").connect { url = url, token = token, share = folder }
local native, session, open, done = require "tether.native", hub.session, 0, 0
while native.clock_ms() < to do
  while open < 8 do
    assert(session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, "record_get"))
    open = open + 1
  end
  assert(session:step(math.max(0, math.min(100, to - native.clock_ms()))))
  for _, answer in session.take, session do
    local now = native.clock_ms()
    open = open - 1
    done = done + (answer and answer.status == 200 and now >= from and now < to and 1 or 0)
  end
end
print(done, hub:stats().rate_limited)
]]

local function portal_process()
  local pipe = assert(io.popen("echo $$; exec build/tether portal --admin --set burst=190 --set daily=1000000 " ..
    "2>/dev/null"))
  local pid = assert(pipe:read "l")
  local told = json.decode(assert(pipe:read "l"))
  return { url = told.url, token = told.token, stop = function()
    os.execute("kill " .. pid)
    pipe:close()
  end }
end

local function temporary(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

-- How many calls clients made against a portal of their own, and how many of them were refused.
local function calls_of(clients, seconds)
  local portal, script, folder = portal_process(), temporary(CLIENT), os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir -m 700 " .. folder))
  local hub = require("tether").connect { url = portal.url, token = portal.token }
  hub:request("POST", "/portal/state", '{"kind":"record","type":"contacts","id":101}')
  hub:close()
  local from = require("tether.native").clock_ms() + WINDOW * 1000 -- the first window is for settling in
  local pipes, made, refused = {}, 0, 0
  for i = 1, clients do
    pipes[i] = assert(io.popen(("lua5.4 %s %s %s %s %d %d"):format(script, portal.url, portal.token, folder, from,
      from + seconds * 1000)))
  end
  for _, pipe in ipairs(pipes) do
    local done, limited = pipe:read("n", "n")
    made, refused = made + math.tointeger(done), refused + math.tointeger(limited)
    pipe:close()
  end
  portal.stop()
  os.remove(script)
  os.execute("rm -rf " .. folder)
  return made, refused
end

return function()
  local seconds = math.tointeger(os.getenv "BENCH_STEADY" or 60)
  local allowed = BURST * seconds // WINDOW
  for _, clients in ipairs { 1, 4 } do
    local made, refused = calls_of(clients, seconds)
    local name = ("steady %d s at %d in %d s, %d process%s"):format(seconds, BURST, WINDOW, clients,
      clients > 1 and "es" or "")
    measure.row { name = name .. ": calls, beside the allowed", unit = "calls", ours = made, theirs = allowed,
      ratio = made / allowed }
    measure.row { name = name .. ": answers of 429", unit = "answers", ours = refused }
  end
end
