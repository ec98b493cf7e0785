--- A job in Redis, as its owner sees it: claims it, begins it anew from the file, watches it, and leaves it.
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local myself = require "tether.work.myself"
local native = require "tether.native"
local scripts = require "tether.work.scripts"
local sleeping = require "tether.tasks.job"

local M = {}

local Desk = { __name = "tether.work.desk" }
Desk.__index = Desk

local LOOK_S = 0.2 -- between two looks while something is waited for

-- A mark in a job, so that a copy of its file is not taken for it.
local function seal_of(job)
  local seal = errors.check(job:get "seal")
  if seal ~= "" then return seal end
  seal = jobs.new_id()
  errors.check(job:set("seal", seal))
  return seal
end

local function refuse_type(key, kind)
  errors.raise("REDIS_FAILED", ("the key %s holds a %s that is not Tether's"):format(key, kind),
    { hint = "rename or delete that key, or use another database of this Redis, as in redis://host/1" })
end

local function refuse_other(self, name)
  errors.raise("JOB_BUSY", ("a job of the same id, %s, is handed out there by another file (%s)"):format(self.id, name),
    { hint = "one of both is a copy: apply the file that was handed out first, and plan anew for the other" })
end

local function refuse_held(holder)
  errors.raise("JOB_BUSY", ("%s is the owner of this job at this moment"):format(holder:match "^(.*):%x+$" or holder),
    { hint = "one process owns a job; the others are workers: tether work" })
end

local function ask_claim(self)
  return self.line:run("claim", self.keys, self.token, self.lease_ms, self.seal)
end

-- Claims the job. The claim of an owner that has died lasts until its time is over.
local function claim(self)
  local over = native.clock_ms() + self.lease_ms + 1000
  local said = ask_claim(self)
  while said[1] == "held" and native.clock_ms() < over and not self.stop() do
    sleeping.sleep(LOOK_S)
    said = ask_claim(self)
  end
  if said[1] == "type" then refuse_type(said[2], said[3]) end
  if said[1] == "other" then refuse_other(self, said[2]) end
  if said[1] == "held" then refuse_held(said[2]) end
  self.found = tonumber(said[3]) or 0
  return said[2] == 1 and self.found == self.epoch
end

-- How long a lease may still be in use after it was seen alive: longer than it lasts, because clocks differ.
local function beyond(lease_ms)
  return lease_ms + math.max(500, lease_ms // 10)
end

--- Waits until no lease can be in use.
-- @treturn boolean false: it was stopped
function Desk:rest()
  local over, renew = native.clock_ms() + beyond(self.lease_ms), 0
  while native.clock_ms() < over do
    if self.stop() then return false end
    if native.clock_ms() >= renew then
      claim(self)
      renew = native.clock_ms() + self.lease_ms // 4
    end
    sleeping.sleep(LOOK_S)
  end
  return true
end

local function lines(list)
  local texts = {}
  for _, row in ipairs(list) do texts[#texts + 1] = table.concat(row, " ") end
  return table.concat(texts, "\n")
end

local function check_lost(said)
  if said[1] == "lost" then
    errors.raise("JOB_BUSY", "another process has become the owner of this job",
      { hint = "it goes on there; tether job tells how far it is" })
  end
  return said
end

--- Begins the job anew in Redis; all that Redis had of it is removed. The file tells that before Redis does.
function Desk:begin()
  local job = self.job
  self.epoch = math.max(self.epoch, self.found) + 1
  errors.check(job:begin())
  errors.check(job:set("epoch", ("%d"):format(self.epoch)))
  errors.check(job:set("workers", self.line.url))
  errors.check(job:finish())
  local account = errors.check(job:get "account")
  check_lost(self.line:run("begin", self.keys, self.token, self.id, account, "epoch", self.epoch, "seal", self.seal,
    "name", myself.name(), "lease", self.lease_ms, "tries", self.tries, "account", account,
    "pairs", lines(errors.check(job:pairs())), "sets", lines(errors.check(job:typesets()))))
  self.seen = {}
end

--- Puts a batch into the stream.
-- @tparam integer id
-- @tparam boolean was_sent whether it may have been sent before
-- @treturn boolean false: Redis has lost the job
function Desk:publish(id, was_sent)
  local head, changes, results = self.job:pack(id)
  errors.check(head, changes)
  local text = ("%d %d %d %d %d"):format(id, head.pair, head.stage, head.rows, head.digest)
  local said = self.line:run("publish", self.keys, self.token, self.epoch, id, was_sent and 1 or 0, text, changes,
    results)
  return check_lost(said)[1] ~= "gone"
end

local function free(self, lease, silent_ms)
  local why = ("its worker %s was not heard of for %d s"):format(myself.short(lease.holder), silent_ms // 1000)
  return self.line:run("free", self.keys, self.epoch, lease.batch, lease.n, "", lease.beat, 1, 1, why)
end

-- Finds expired leases: those that were not renewed for longer than they last, by this process's own clock, because
-- clocks of machines differ.
-- own clock, since clocks of machines differ.
local function observe(self, leases)
  local now, seen = native.clock_ms(), {}
  for _, text in ipairs(leases) do
    local lease = M.lease(text)
    local before = self.seen[lease.batch]
    local is_same = before and before.n == lease.n and before.beat == lease.beat
    seen[lease.batch] = is_same and before or { n = lease.n, beat = lease.beat, at = now }
    local silent_ms = now - seen[lease.batch].at
    if silent_ms > beyond(self.lease_ms) then free(self, lease, silent_ms) end
  end
  self.seen = seen
end

--- Renews the owner's claim, frees expired leases, and reads the workers.
-- @tparam string wanted the least entry of the results that is still wanted, or ""
-- @treturn ?{table,...} workers, see tether.work.myself; nil: Redis has lost the job
function Desk:watch(wanted)
  local said = check_lost(self.line:run("watch", self.keys, self.token, self.epoch, self.lease_ms, self.id,
    errors.check(self.job:get "account"), wanted))
  if said[1] == "gone" then return nil end
  observe(self, said[2])
  return myself.read(said[3], tonumber(said[4]), self.lease_ms)
end

--- Reads the results after an entry; waits a moment when there are none.
-- @tparam string last
-- @tparam integer wait_ms
-- @treturn {table,...} { id, fields = name -> text }
function Desk:results(last, wait_ms)
  local said = self.line:call({ "XREAD", "COUNT", 64, "BLOCK", wait_ms, "STREAMS", self.keys[3], last }, wait_ms)
  local found = {}
  for _, entry in ipairs(said and said[1][2] or {}) do
    local fields = {}
    for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
    found[#found + 1] = { id = entry[1], fields = fields }
  end
  return found
end

--- Leaves the job.
-- @tparam boolean all whether it is done, and nothing of it is to stay in Redis
function Desk:leave(all)
  self.line:run("leave", self.keys, self.token, self.id, all and 1 or 0)
  if all then errors.check(self.job:set("workers", "")) end
end

--- A lease as the scripts write it.
-- @tparam string text
-- @treturn table batch, n, beat, fails, holder
function M.lease(text)
  local batch, n, beat, fails, holder = text:match "^(%d+) (%d+) %l (%d+) (%d+) %S+ (%S+)$"
  return { batch = batch, n = n, beat = beat, fails = math.tointeger(tonumber(fails)), holder = holder }
end

--- Claims a job in Redis, so that one process hands it out; begins anew where Redis has lost it.
-- @param line
-- @param job native, opened for writing
-- @tparam table options lease_ms, tries, stop
-- @treturn ?desk nil: it was stopped while it waited
-- @treturn boolean whether Redis has what was handed out before
-- @raise JOB_BUSY, REDIS_FAILED, REDIS_LOST
function M.open(line, job, options)
  local id = errors.check(job:get "id")
  local self = setmetatable({ line = line, job = job, id = id, keys = scripts.keys(id), token = myself.token(),
    seal = seal_of(job), epoch = jobs.number(job, "epoch"), lease_ms = options.lease_ms, tries = options.tries,
    stop = options.stop, seen = {} }, Desk)
  local is_known = claim(self)
  if is_known then return self, true end
  local may_be_out = errors.check(job:get "workers") ~= ""
  if may_be_out and not self:rest() then
    self:leave(false)
    return nil
  end
  self:begin()
  return self, false
end

return M
