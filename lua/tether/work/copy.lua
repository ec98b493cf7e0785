--- A worker's copy of a job: its pairs and type sets, and one batch at a time, in a temporary file.
local errors = require "tether.error"
local job_native = require "tether.job.native"
local write = require "tether.plan.write"

local M = {}

local Copy = { __name = "tether.work.copy" }
Copy.__index = Copy

local MOST_NOTES = 10000 -- notes of one batch

local function damaged(what)
  errors.raise("JOB_FILE", ("what Redis has of this job is damaged: %s"):format(what),
    { hint = "apply the job again where its file is: it begins anew in Redis" })
end

local function each_line(text)
  return text:gmatch "[^\n]+"
end

local function pairs_of(text)
  local found = {}
  for line in each_line(text) do
    local id, from, to = line:match "^(%d+) (%S+) (%S+)$"
    if not id then damaged "a pair of object types" end
    found[math.tointeger(tonumber(id))] = { from = from, to = to, labels = {} }
  end
  return found
end

local function types_of(words)
  local list = {}
  for category, id in words:gmatch "([%u_]+):(%d+)" do
    list[#list + 1] = { category = category, id = math.tointeger(tonumber(id)) }
  end
  return list
end

-- Stores the type sets of the job. Packed changes name them by their numbers, which must be the same here.
local function intern_all(job, text)
  for line in each_line(text) do
    local number, words = line:match "^(%d+) ?(.*)$"
    if not number or errors.check(job:intern(types_of(words))) ~= math.tointeger(tonumber(number)) then
      damaged "its type sets"
    end
  end
end

--- Reads the facts that the batches of a job need.
-- @param line
-- @tparam {string,...} keys of the job
-- @treturn ?copy with `lease_ms`; nil: the job was begun anew meanwhile
-- @treturn ?copy with `lease_ms`; nil: the job has begun anew meanwhile
function M.open(line, keys, epoch)
  local said = line:call { "HMGET", keys[1], "epoch", "lease", "pairs", "sets" }
  if said[1] ~= epoch then return nil end
  local lease_ms = math.tointeger(tonumber(said[2] or nil))
  if not lease_ms or lease_ms < 1 then damaged "the time of its leases" end
  local job = errors.check(job_native.create "")
  errors.check(job:commit())
  intern_all(job, said[4] or "")
  return setmetatable({ job = job, epoch = epoch, lease_ms = lease_ms,
    pairs = pairs_of(said[3] or "") }, Copy)
end

local function notes_of(self)
  local lines = {}
  for _, note in ipairs(errors.check(self.job:notes(0, MOST_NOTES))) do
    lines[#lines + 1] = ("%s %d %d %s"):format(note[3], note[4], note[5], (note[6]:gsub("[\r\n]", " ")))
  end
  return table.concat(lines, "\n")
end

--- Writes a batch to the account.
-- @tparam hub hub
-- @tparam table fields of the entry
-- @tparam boolean was_sent whether another worker may have sent it before
-- @treturn table counts by result, stopped = the error that has refused everything, or nil
-- @treturn string results as bytes
-- @treturn string notes, a line each
-- @raise what refuses the read; JOB_FILE
function Copy:write(hub, fields, was_sent)
  local id, pair, stage, rows, digest = (fields.f or ""):match "^(%d+) (%d+) (%d+) (%d+) (%-?%d+)$"
  if not id then damaged "a batch" end
  local facts = { was_sent = was_sent, state = was_sent and "sent" or "planned" }
  for name, text in pairs { id = id, pair = pair, stage = stage, rows = rows, digest = digest } do
    facts[name] = math.tointeger(tonumber(text))
  end
  if not self.pairs[facts.pair] then damaged "a batch of no pair" end
  errors.check(self.job:unpack(facts, fields.c or "", fields.r or ""))
  local run = { hub = hub, job = self.job, pairs = self.pairs }
  local counts = write.write(run, facts)
  counts.stopped = run.stopped
  local head, _, results = self.job:pack(facts.id)
  errors.check(head)
  return counts, results, notes_of(self)
end

--- Frees the temporary file.
function Copy:close()
  self.job:close()
end

return M
