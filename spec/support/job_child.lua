-- A process that plans, applies or takes back a job, for specs that kill it: lua job_child.lua WHAT URL TOKEN FOLDER.
local killed_job = require "spec.support.killed_job"
local tether = require "tether"

local what, url, token, folder = table.unpack(arg)
local JOB, BACK = folder .. "/x.job", folder .. "/y.job"
local hub = tether.connect { url = url, token = token, retry_for = 2, retry_pause = 0.02, timeout = 2 }

local function is_there(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

local function plan()
  if is_there(JOB) then return end
  killed_job.plan(hub, 40):save(JOB)
end

local function apply(path)
  local fine, report = pcall(hub.apply, hub, path)
  if fine and report:ended() then return print(report) end
  if not fine and tether.error.is(report) and report.code == "JOB_ENDED" then return end
  print(report)
  os.exit(4, true)
end

local function undo()
  if not is_there(BACK) then hub:undo(JOB):save(BACK) end
end

local steps = { plan = plan, apply = function() apply(JOB) end, undo = undo, back = function() apply(BACK) end }
local fine, problem = pcall(steps[what])
if not fine then
  print(problem)
  os.exit(4, true) -- the account is out of reach: to be tried again
end
