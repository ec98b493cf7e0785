-- A worker, or the owner of a job, in a process of its own, for specs that kill it:
-- lua work_child.lua worker|owner URL TOKEN REDIS FOLDER JOB LEASE TRIES. A worker writes into FOLDER/log which lease
-- it holds whenever a write goes out.
local native = require "tether.native"
local tether = require "tether"

local what, url, token, redis, folder, job, lease, tries = table.unpack(arg)
local hub = tether.connect { url = url, token = token, retry_for = 2, retry_pause = 0.02, timeout = 2 }

local function log(text)
  local file <close> = assert(io.open(folder .. "/log", "a"))
  file:write(text, "\n")
end

local function own()
  local report = hub:apply(("%s/%s"):format(folder, job), { workers = redis, lease = tonumber(lease),
    tries = math.tointeger(tonumber(tries)), told = print })
  print(report)
  os.exit(report:ended() and 0 or 4, true)
end

local reads = { batch_read = true, account = true, list_labels = true, list_limits = true, list = true }

local function work()
  local held
  hub:on("request", function(event)
    if held and not reads[event.operation] then
      log(("%d %s %s %d %s"):format(native.clock_ms(), held.batch, held.epoch, held.lease, event.operation))
    end
  end)
  hub:work(redis, { told = print, on_take = function(taken) held = taken end, on_batch = function() held = nil end })
end

local fine, problem = pcall(what == "owner" and own or work)
if not fine then
  print(problem)
  os.exit(4, true)
end
