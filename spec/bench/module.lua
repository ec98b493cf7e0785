-- The same work through the module: module.lua URL LINKS CONNECTIONS prints "cpu_seconds wall_seconds peak_kb linked".
local tether = require "tether"
local bulk = require "tether.hub.bulk"
local native = require "tether.native"
local outcome = require "tether.outcome"
local socket = require "socket"

local url, links, connections = arg[1], math.tointeger(arg[2]), math.tointeger(arg[3])
local set = tether.links("contacts", "companies")
local plain = assert(set.native:intern { { category = "HUBSPOT_DEFINED", id = 279 } })
local begin = socket.gettime()
for i = 0, links - 1 do set.native:add(10000000000 + i % 2000, 20000000000 + i % 2000, plain) end
local built_cpu, built = os.clock(), socket.gettime()
local hub = tether.connect { url = url, token = "bench", concurrency = connections, ca_file = os.getenv "BENCH_CA" }
local result = outcome.new(set)
bulk.run(hub, "batch_create", result, native.rows(1, #set))
local function peak()
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match "VmHWM:%s*(%d+)"
    if kilobytes then return kilobytes end
  end
end
print(("%.4f %.4f %s %d %.4f"):format(os.clock() - built_cpu, socket.gettime() - built, peak(), result.linked,
  built - begin))
hub:close()
