--- The owner of a job: hands out its batches, stage after stage, and settles their results in the file.
--
-- A batch is marked as sent in the file before it is handed out. Until its result is in the file, workers or Redis may
-- have it; after that Redis forgets it.
local desks = require "tether.work.desk"
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local myself = require "tether.work.myself"
local native = require "tether.native"

local M = {}

local Owner = { __name = "tether.work.owner" }
Owner.__index = Owner

local WATCH_MS = 1000 -- between two looks at leases and workers
local LEAST_OPEN, OPEN_A_WORKER = 8, 3 -- batches that are handed out at once: at least so many, and for each worker
local ALONE_MS = 5000 -- after this time without a worker a message asks to start one

-- -- handing out ------------------------------------------------------------------------------------------------------

local function wanted(self, facts)
  return self.states[facts.state] and not self.open[facts.id] and not self.given_up[facts.id]
end

-- The next batches, all of one stage: a later stage begins when the stage before is settled.
local function next_batches(self)
  local most = math.max(LEAST_OPEN, OPEN_A_WORKER * self.present)
  local list = {}
  while self.count + #list < most do
    self.next = self.next or not self.at_end and self.iterate() or nil
    local facts = self.next
    self.at_end = not facts
    if not facts then break end
    if wanted(self, facts) then
      if self.count + #list > 0 and facts.stage ~= self.stage then break end
      self.stage = facts.stage
      list[#list + 1] = facts
    end
    self.next = nil
  end
  return list
end

-- Marks batches as sent in the file. The mark is durable before a worker can send them.
local function mark(self, list)
  if #list == 0 then return end
  errors.check(self.job:begin())
  for _, facts in ipairs(list) do
    facts.was_sent = facts.state ~= "planned"
    errors.check(self.job:move(facts.id, "sent"))
    facts.state = "sent"
  end
  errors.check(self.job:finish())
end

-- Hands out everything again that was handed out, after every lease is over.
local function begin_anew(self)
  self.told "Redis has lost the job, or was restarted: waiting for the leases to end, then it begins anew from the file"
  repeat
    if not self.desk:rest() then return end
    self.desk:begin()
    self.last, self.trimmed = "0-0", ""
    local fine = true
    for id, facts in pairs(self.open) do
      facts.was_sent = true
      fine = fine and self.desk:publish(id, true)
    end
  until fine
end

local function hand_out(self, list)
  mark(self, list)
  for _, facts in ipairs(list) do
    self.open[facts.id] = facts
    self.count = self.count + 1
  end
  for _, facts in ipairs(list) do
    if not self.desk:publish(facts.id, facts.was_sent) then return begin_anew(self) end
  end
end

-- -- settling ---------------------------------------------------------------------------------------------------------

local function note_all(self, id, text)
  for line in text:gmatch "[^\n]+" do
    local kind, from, to, words = line:match "^(%l+) (%d+) (%d+) (.*)$"
    if kind then
      errors.check(self.job:note(id, kind, math.tointeger(tonumber(from)), math.tointeger(tonumber(to)), words))
    end
  end
end

-- Settles a batch as unknown, with the reason. The report tells it, and applying the job again tries the batch again.
local function settle_unknown(self, facts, why)
  local batch <close> = errors.check(self.job:load(facts))
  batch:replace("pending", "unknown")
  local from, to = batch:row(1)
  errors.check(self.job:unnote(facts.id))
  errors.check(self.job:note(facts.id, "unknown", from, to, why))
  errors.check(self.job:move(facts.id, "unknown", batch))
  self.given_up[facts.id] = true
  self.told(("batch %d: %s"):format(facts.id, why))
end

local function settle_result(self, facts, fields)
  local fine, problem = self.job:take_results(facts, fields.r or "")
  if not fine then -- only a damaged server could give a result that cannot be read
    if problem.code ~= "FILE_BROKEN" then errors.check(nil, problem) end
    return settle_unknown(self, facts, "what Redis has as its result is none")
  end
  errors.check(self.job:unnote(facts.id))
  note_all(self, facts.id, fields.t or "")
end

local function settle_failed(self, facts, fields)
  settle_unknown(self, facts, ("given up after %d workers failed at its batch; the last: %s"):format(
    self.desk.tries, fields.t or ""))
end

local function settle(self, entry)
  local id = math.tointeger(tonumber(entry.fields.b))
  local facts = id and self.open[id]
  if not facts then return end -- settled already: the file knew the result before Redis forgot it
  local how = entry.fields.s == "failed" and settle_failed or settle_result
  how(self, facts, entry.fields)
  self.open[id], self.count, self.settled = nil, self.count - 1, self.settled + 1
end

local function behind(entry)
  local ms, number = entry:match "^(%d+)%-(%d+)$"
  return ("%s-%d"):format(ms, math.tointeger(tonumber(number)) + 1)
end

-- Collects results in one transaction; Redis forgets them afterwards.
local function collect(self, wait_ms)
  local entries = self.desk:results(self.last, wait_ms)
  if #entries == 0 then return end
  errors.check(self.job:begin())
  for _, entry in ipairs(entries) do settle(self, entry) end
  errors.check(self.job:finish())
  self.last = entries[#entries].id
  self.trimmed = behind(self.last)
end

-- -- watching ---------------------------------------------------------------------------------------------------------

local function tell_alone(self)
  if self.present > 0 or self.told_alone or native.clock_ms() - self.began_ms < ALONE_MS then return end
  self.told_alone = true
  self.told(("no worker is there: start some by `tether work %s`"):format(self.line.url))
end

local function watch(self)
  local now = native.clock_ms()
  if now < self.watch_at then return end
  self.watch_at = now + math.min(WATCH_MS, self.desk.lease_ms // 4)
  local workers = self.desk:watch(self.trimmed)
  if not workers then return begin_anew(self) end
  self.present = 0
  for _, worker in ipairs(workers) do self.present = self.present + (worker.is_there and 1 or 0) end
  tell_alone(self)
  self.on_progress { workers = workers, present = self.present, handed_out = self.count, settled = self.settled }
  local problem = myself.all_left(workers)
  if problem then error(problem, 0) end
end

-- Hands out all batches in some states. False: it ended early.
local function pass(self, states)
  self.states, self.iterate, self.next, self.at_end = states, jobs.batches(self.job), nil, false
  while not self.stop() do
    hand_out(self, next_batches(self))
    if self.count == 0 and self.at_end then return true end
    collect(self, math.min(WATCH_MS, self.desk.lease_ms // 4) // 2)
    watch(self)
  end
  return false
end

-- Takes up batches that were handed out by an earlier run, and may be done by now.
local function take_up(self)
  for facts in jobs.batches(self.job) do
    if facts.state == "sent" then
      facts.was_sent = true
      self.open[facts.id], self.count, self.stage = facts, self.count + 1, facts.stage
    end
  end
  local found
  repeat
    found = self.count
    collect(self, 1)
  until self.count == found
  for id in pairs(self.open) do
    if not self.desk:publish(id, true) then return begin_anew(self) end
  end
end

local function run(self)
  take_up(self)
  return pass(self, { planned = true, sent = true, unknown = true }) and pass(self, { unknown = true })
end

--- Lets workers write the batches of a job.
-- @param line to Redis
-- @param job native, opened for writing
-- @tparam table options lease_ms, tries; stop, told, on_progress: functions
-- @treturn boolean false: it was stopped, and can go on later
-- @raise JOB_BUSY, REDIS_FAILED, REDIS_LOST; the account's refusal that has ended the last worker
function M.run(line, job, options)
  local desk, is_known = desks.open(line, job, options)
  if not desk then return false end
  local self = setmetatable({ line = line, job = job, desk = desk, open = {}, count = 0, given_up = {}, settled = 0,
    present = 0, last = "0-0", trimmed = "", watch_at = 0, began_ms = native.clock_ms(), stop = options.stop,
    told = options.told, on_progress = options.on_progress, is_known = is_known }, Owner)
  local fine, done = pcall(run, self)
  local left, problem = pcall(desk.leave, desk, fine and done)
  if not fine then error(done, 0) end
  if not left then error(problem, 0) end
  return done
end

return M
