--- Applies a job by workers (see hub:apply), and runs a worker (see hub:work).
local apply = require "tether.plan.apply"
local check = require "tether.check"
local errors = require "tether.error"
local lines = require "tether.work.line"
local owner = require "tether.work.owner"
local plan = require "tether.plan.plan"
local server = require "tether.work.server"
local worker = require "tether.work.worker"

local M = {}

local LEASE_S, TRIES, PATIENCE_S = 60, 5, 120 -- defaults of the options; seconds for which Redis may be away
local LEAST_LEASE_S, MOST_LEASE_S = 2, 3600 -- a shorter lease would end while a request is under way
local FOREVER_S = 100 * 366 * 86400 -- seconds: a worker waits for Redis until it is stopped

local known = { workers = "string", lease = "number", tries = "integer", stop = "function", told = "function",
  on_progress = "function", on_batch = "function" }

local function nothing() end

local function no() return false end

local function lease_of(options)
  local lease = options.lease or LEASE_S
  if lease < LEAST_LEASE_S or lease > MOST_LEASE_S then
    check.refuse("apply.lease", ("%d to %d seconds"):format(LEAST_LEASE_S, MOST_LEASE_S), lease)
  end
  return math.floor(lease * 1000)
end

-- Lets workers write the batches. An error that ends the job early is in the report, as without workers. Another owner
-- of the job is no such error, because applying the job again would not help.
local function write_by(line, options)
  return function(run)
    local fine, done = pcall(owner.run, line, run.job, options)
    if not fine and (not errors.is(done) or done.code == "JOB_BUSY") then error(done, 0) end
    if not fine then run.stopped = done elseif not done then run.stopped = "signal" end
  end
end

--- Applies a plan or a job file by workers.
-- @treturn report
function M.apply(hub, given, options)
  options = check.options("apply", options, known)
  if plan.is(given) and not given.path then
    errors.raise("BAD_ARGUMENT", "apply: workers need a job that stands in a file",
      { hint = 'plan:save "x.job" first' })
  end
  local settings = { lease_ms = lease_of(options), tries = check.count("apply.tries", options.tries, 1, true) or TRIES,
    stop = options.stop or no, told = options.told or nothing, on_progress = options.on_progress or nothing }
  local line = lines.open(options.workers, { patience = PATIENCE_S, told = settings.told, stop = settings.stop,
    server = server.options(options.workers, hub.redis) })
  local fine, report = pcall(function()
    return apply.apply(hub, given, options, write_by(line, settings))
  end)
  line:close()
  if not fine then error(report, 0) end
  return report
end

local known_work = { stop = "function", told = "function", on_take = "function", on_batch = "function",
  job = "string", drain = "boolean" }

--- Works on jobs of this account.
-- @treturn table batches, rows
function M.work(hub, url, options)
  options = check.options("work", options, known_work)
  check.type("work: the address of Redis", url, "string")
  local settings = { stop = options.stop or no, told = options.told or nothing, on_batch = options.on_batch or nothing,
    on_take = options.on_take or nothing, job = options.job, drain = options.drain }
  local line = lines.open(url, { patience = FOREVER_S, told = settings.told, stop = settings.stop,
    server = server.options(url, hub.redis) })
  local fine, done = pcall(function()
    return worker.run(hub, line, settings)
  end)
  line:close()
  if not fine then error(done, 0) end
  return done
end

return M
