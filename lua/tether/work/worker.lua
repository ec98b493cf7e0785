--- A worker: takes batches of the jobs of its account from Redis, writes them, and gives the results back.
local copy = require "tether.work.copy"
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local lease = require "tether.work.lease"
local myself = require "tether.work.myself"
local native = require "tether.native"
local problem_of = require "tether.connection.problem"
local scripts = require "tether.work.scripts"

local M = {}

local Worker = { __name = "tether.work.worker" }
Worker.__index = Worker

local BELL_MS = 1000 -- ms of one wait for work; between two waits the worker checks whether to stop

--- The facts that a worker tells in Redis.
function Worker:facts()
  local rate = self.busy_ms > 0 and self.rows * 1000 // self.busy_ms or 0
  return myself.write { batch = self.batch, rows = self.rows, batches = self.batches, calls = self.session.submitted,
    rate = rate, left = self.left, code = self.left_code }
end

-- -- a batch ----------------------------------------------------------------------------------------------------------

local function fields_of(list)
  local fields = {}
  for i = 1, #list, 2 do fields[list[i]] = list[i + 1] end
  return fields
end

-- Gives a batch back, so that another worker takes it.
local function give_back(self, given, failed, why)
  local said = self.line:run("free", given.keys, given.epoch, given.batch, given.n, self.token, "", failed and 1 or 0,
    1, ("%s: %s"):format(myself.short(self.token), why), self:facts())
  if said[1] == "failed" then self.told(("batch %s is given up: %s"):format(given.batch, why)) end
end

local function tell_lost(self, given, why)
  self.told(("batch %s: %s; what came of it here is dropped"):format(given.batch, why))
end

local function count_of(counts)
  local rows = 0
  for name, number in pairs(counts) do rows = rows + (name ~= "stopped" and number or 0) end
  return rows
end

local function settle(self, given, counts, results, notes)
  self.rows, self.batches = self.rows + count_of(counts), self.batches + 1
  local said = self.line:run("settle", given.keys, given.epoch, given.batch, given.n, self.token, self:facts(), results,
    notes)
  if said[1] ~= "fine" then
    return tell_lost(self, given, said[1] == "gone" and "Redis has lost the job" or "somebody else has it by now")
  end
  self.on_batch { batch = given.batch, lease = given.n, counts = counts }
end

-- Decides whether the account has refused everything, which ends the worker, or only something in the batch.
local function refused(self, given, problem)
  local beyond = errors.is(problem) and problem_of.is_beyond_rows(problem)
  if beyond and not self.stop() then self.left, self.left_code = problem.message, problem.code end
  give_back(self, given, not beyond and not self.stop(), errors.text(problem))
  if beyond and not self.stop() then error(problem, 0) end
  if not errors.is(problem) then error(problem, 0) end
end

local function work(self, given, fields, the_copy)
  self.batch = given.batch
  local held, began_ms = lease.new(self, given), native.clock_ms()
  local was_sent = fields.w == "1" or given.n > 1
  local fine, counts, results, notes = held:hold(function() return the_copy:write(self.hub, fields, was_sent) end)
  self.batch, self.busy_ms = nil, self.busy_ms + native.clock_ms() - began_ms
  if held.lost then return tell_lost(self, given, held.lost) end
  if not fine then return refused(self, given, counts) end
  if counts.stopped then return refused(self, given, counts.stopped) end
  settle(self, given, counts, results, notes)
end

-- -- looking for one --------------------------------------------------------------------------------------------------

local function copy_of(self, id, epoch)
  local known = self.copies[id]
  if known and known.epoch == epoch then return known end
  if known then known:close() end
  self.copies[id] = copy.open(self.line, scripts.keys(id), epoch)
  return self.copies[id]
end

-- Takes and writes one batch of a job; false: the job has none for this worker.
local function serve(self, id)
  local keys, asked_ms = scripts.keys(id), native.clock_ms()
  local said = self.line:run("take", keys, id, self.token, self:facts())
  if said[1] ~= "fine" then return false end
  local fields = fields_of(said[5])
  local given = { keys = keys, epoch = said[2], batch = fields.b, n = said[3], token = self.token,
    asked_ms = asked_ms }
  local the_copy = copy_of(self, id, said[2])
  if not the_copy then return false end
  given.lease_ms = the_copy.lease_ms
  self.on_take { job = id, batch = given.batch, epoch = given.epoch, lease = given.n }
  work(self, given, fields, the_copy)
  return true
end

-- Tells of jobs of other accounts once, because the worker may have been given the wrong token.
local function tell_foreign(self, id, account)
  if self.foreign[id] then return end
  self.foreign[id] = true
  local text = ("the job %s is of the account %s, and this is %s"):format(id, account, self.account)
  if self.only == id then errors.raise("JOB_ACCOUNT", text) end
  self.told(text .. ": it is left to others")
end

-- The open jobs of this account.
local function open_jobs(self)
  local list, mine = self.line:call { "HGETALL", scripts.OPEN }, {}
  for i = 1, #list, 2 do
    local id, account = list[i], list[i + 1]
    if not self.only or self.only == id then
      if account == self.account then mine[#mine + 1] = id else tell_foreign(self, id, account) end
    end
  end
  return mine
end

-- Looks at all jobs once: whether there was work, and how many jobs are open.
local function look(self)
  local list, any = open_jobs(self), false
  for _, id in ipairs(list) do
    while not self.stop() and serve(self, id) do any = true end
  end
  return any, #list
end

local function last_of_bell(self)
  local said = self.line:call { "XREVRANGE", scripts.BELL, "+", "-", "COUNT", "1" }
  return said and said[1] and said[1][1] or "0-0"
end

-- Waits for new work. Reading the bell takes no batch: it only ends the wait.
local function wait_for_bell(self)
  local said = self.line:call({ "XREAD", "COUNT", 4, "BLOCK", BELL_MS, "STREAMS", scripts.BELL, self.bell }, BELL_MS)
  for _, entry in ipairs(said and said[1][2] or {}) do self.bell = entry[1] end
end

local function run(self)
  self.bell = last_of_bell(self)
  local seen = false
  while not self.stop() do
    local any, open = look(self)
    seen = seen or open > 0
    if self.only and not seen then
      errors.raise("JOB_ENDED", ("no job %s is open at %s"):format(self.only, self.line.url),
        { hint = "it has ended, or its owner has not begun: tether apply FILE --workers ADDRESS" })
    end
    if (self.drain or self.only) and open == 0 then return end
    if not any and not self.stop() then wait_for_bell(self) end
  end
end

--- Works until it is stopped, see hub:work.
-- @tparam hub hub
-- @param line to Redis
-- @tparam table options stop, told, on_take, on_batch: functions; job: an id; drain: boolean
-- @treturn table batches, rows: how many were settled here
-- @raise REDIS_FAILED, REDIS_LOST, JOB_ACCOUNT, JOB_ENDED; what the account refuses all for
function M.run(hub, line, options)
  local self = setmetatable({ hub = hub, line = line, session = hub.session, token = myself.token(),
    account = jobs.account_of(hub), copies = {}, foreign = {}, rows = 0, batches = 0, busy_ms = 0,
    stop = options.stop, told = options.told, on_batch = options.on_batch, on_take = options.on_take,
    only = options.job, drain = options.drain }, Worker)
  local fine, problem = pcall(run, self)
  for _, own_copy in pairs(self.copies) do own_copy:close() end
  if not fine then error(problem, 0) end
  return { batches = self.batches, rows = self.rows }
end

return M
