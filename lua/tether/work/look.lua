--- Who works on a job, by what Redis has: for `tether job`.
local errors = require "tether.error"
local desk = require "tether.work.desk"
local lines = require "tether.work.line"
local myself = require "tether.work.myself"
local scripts = require "tether.work.scripts"
local server = require "tether.work.server"

local M = {}

local function never() return true end

local function nothing() end

local function leases_of(list)
  local found = {}
  for _, text in ipairs(list) do
    local lease = desk.lease(text)
    found[#found + 1] = { batch = math.tointeger(tonumber(lease.batch)), lease = math.tointeger(tonumber(lease.n)),
      failed = lease.fails, worker = myself.short(lease.holder) }
  end
  table.sort(found, function(a, b) return a.batch < b.batch end)
  return found
end

local function read(line, id)
  local said = line:run("look", scripts.keys(id))
  if said[1] ~= "fine" then return nil end
  local lease_ms = math.tointeger(tonumber(said[8]))
  return { leases = leases_of(said[2]), workers = myself.read(said[3], tonumber(said[4]), lease_ms),
    owner = said[6] == 1, waiting = said[7] }
end

--- Looks at a job.
-- @tparam string url of Redis
-- @tparam string id of the job
-- @tparam table given the connection's options, see tether.work.server
-- @treturn ?table workers (see tether.work.myself), leases { batch, lease, failed, worker }, owner (whether one is
--   there), waiting (batches that nobody has taken); nil: Redis has nothing of this job
-- @raise REDIS_FAILED, REDIS_LOST, FILE_FAILED
function M.at(url, id, given)
  local line = lines.open(url, { patience = 0, told = nothing, stop = never, server = server.options(url, given) })
  local fine, found = pcall(read, line, id)
  line:close()
  if not fine then error(found, 0) end
  return found
end

local function line_of(worker)
  local what = "waits"
  if worker.left then
    what = "left: " .. worker.left
  elseif not worker.is_there then
    what = ("silent for %d s"):format(worker.silent)
  elseif worker.batch then
    what = ("batch %s"):format(worker.batch)
  end
  return ("worker   %s  %s  %d batches, %d rows, %d rows/s, %d calls"):format(worker.name, what, worker.batches or 0,
    worker.rows or 0, worker.rate or 0, worker.calls or 0)
end

--- The result of `at` as text for people.
-- @tparam string url
-- @tparam ?table found
-- @treturn string
function M.text(url, found)
  if not found then return ("workers  %s has nothing of this job"):format(url) end
  local present, texts = 0, {}
  for _, worker in ipairs(found.workers) do
    present = present + (worker.is_there and 1 or 0)
    texts[#texts + 1] = line_of(worker)
  end
  for _, lease in ipairs(found.leases) do
    texts[#texts + 1] = ("lease    batch %d  number %d  %s%s"):format(lease.batch, lease.lease, lease.worker,
      lease.failed > 0 and ("  after %d that failed"):format(lease.failed) or "")
  end
  table.insert(texts, 1, ("workers  %d at %s, %d batches wait, %s"):format(present, url, found.waiting,
    found.owner and "the owner is there" or "no owner is there: go on by tether apply --workers"))
  return table.concat(texts, "\n")
end

--- The same when Redis may not answer: looking at a job must not fail because of it.
-- @tparam string url
-- @tparam string id
-- @tparam table given as for `at`
-- @treturn string
-- @treturn ?table
function M.told(url, id, given)
  local fine, found = pcall(M.at, url, id, given)
  if fine then return M.text(url, found), found end
  if not errors.is(found) then error(found, 0) end
  return "workers  cannot be asked: " .. found.message, nil
end

return M
