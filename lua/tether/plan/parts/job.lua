--- Job files for Lua: makes, completes and opens them, and reads the facts in them.
local errors = require "tether.error"
local job_native = require "tether.job.native"
local native = require "tether.native"

local M = {}

local Guard = {}
Guard.__index = Guard

-- Discards a job that was not completed.
function Guard:__close()
  if not self.kept then self.native:close() end
end

--- Closes a native job at the end of a block, unless it was completed.
function M.guard(job)
  return setmetatable({ native = job }, Guard)
end

--- A random text that is unique.
-- @treturn string 32 hexadecimal digits
function M.new_id()
  local digits = {}
  local random <close> = io.open("/dev/urandom", "rb")
  for byte in (random and random:read(16) or ""):gmatch "." do digits[#digits + 1] = ("%02x"):format(byte:byte()) end
  return #digits == 16 and table.concat(digits) or ("%016x%016x"):format(native.wall_ms(), native.clock_ms())
end

--- The account's id, asked for once.
-- @treturn string
function M.account_of(hub)
  hub.portal_id = hub.portal_id or tostring(hub:account().portalId)
  return hub.portal_id
end

--- Makes a job in a temporary file, with the facts that every job has.
-- @tparam table hub
-- @tparam string kind "plan", "undo" or "journal"
-- @tparam[opt=""] string path of a job that is to stand in a file from the beginning
-- @return native job, in a transaction until it is finished
function M.new(hub, kind, path)
  local account = M.account_of(hub)
  local job = errors.check(job_native.create(path or ""))
  local facts = { id = M.new_id(), kind = kind, account = account, version = hub.version,
    made_at = ("%d"):format(native.wall_ms() // 1000) }
  for key, value in pairs(facts) do errors.check(job:set(key, value)) end
  return job
end

--- Writes the counts, and ends the transaction.
-- @tparam table guard of the job
-- @tparam table counts name -> integer
-- @return native job
function M.finish(guard, counts)
  for key, value in pairs(counts) do errors.check(guard.native:set(key, ("%d"):format(value))) end
  errors.check(guard.native:commit())
  guard.kept = true
  return guard.native
end

--- Opens a job file to be looked at.
-- @tparam string path
-- @return native job
-- @raise JOB_FILE, FILE_FAILED
function M.open(path)
  return errors.check(job_native.open(path, false))
end

--- Opens a job file to be applied: it is locked, and checked whole.
-- @tparam string path
-- @return native job
-- @raise JOB_FILE, JOB_BUSY, FILE_FAILED
function M.open_to_write(path)
  return errors.check(job_native.open(path, true))
end

--- Reads a number from a job.
function M.number(job, key)
  return math.tointeger(tonumber((errors.check(job:get(key))))) or 0
end

--- Refuses a job of another account.
-- @raise JOB_ACCOUNT
function M.check_account(hub, job)
  local mine, its = M.account_of(hub), errors.check(job:get "account")
  if mine == its then return end
  errors.raise("JOB_ACCOUNT", ("the job was made for the account %s, and this is %s"):format(its, mine))
end

--- Refuses a job whose batches workers may hold now.
-- @raise JOB_BUSY
function M.check_alone(job)
  local server = errors.check(job:get "workers")
  if server == "" then return end
  errors.raise("JOB_BUSY", "workers have batches of this job, by " .. server,
    { hint = ("apply it with --workers %s (workers = %q) to its end; or with --workers none when no worker is at it " ..
      "any more"):format(server, server) })
end

--- Iterates over the batches of a job in the order of writing, or in the opposite order.
-- @treturn function iterator of { id =, pair =, stage =, state =, rows =, records =, adds =, removes = }
function M.batches(job, backwards)
  local last
  return function()
    local facts = errors.check(job:next(last, backwards)) or nil
    last = facts
    return facts
  end
end

--- The pairs of object types of a job: id -> { from =, to =, labels = { ["USER_DEFINED:42"] = text } }.
function M.pairs(job)
  local found = {}
  for _, row in ipairs(errors.check(job:pairs())) do
    local labels = {}
    for _, label in ipairs(errors.check(job:labels(row[1]))) do labels[label[1]] = label[2] end
    found[row[1]] = { from = row[2], to = row[3], labels = labels }
  end
  return found
end

return M
