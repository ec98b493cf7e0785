--- Writes one batch of a job: reads, judges, marks as sent, sends and settles it. No other file writes for a job.
--
-- Types are added before others are removed, so that a link is never without both. Rows are sent as by every verb
-- (tether.batches.bulk).
local bulk = require "tether.batches.bulk"
local errors = require "tether.error"
local links = require "tether.sets.set"
local native = require "tether.native"
local outcome = require "tether.outcome"
local pair_facts = require "tether.plan.parts.pair"
local primaries = require "tether.plan.primaries"
local proof = require "tether.plan.proof"
local reader = require "tether.batches.reader"
local verify = require "tether.batches.verify"

local M = {}

local function all(set)
  return native.rows(1, #set)
end

-- Reads the links of a batch, and judges its rows by them.
local function look(self, batch)
  local asked = errors.check(batch:asked())
  local current = reader.of_set(self.hub, { native = asked, from = self.pair.from, to = self.pair.to })
  errors.check(batch:judge(self.job, current.native, self.special.primaries))
  asked:close()
  return current
end

-- Keeps the reasons of refused rows, by change; they are told when the batch is settled.
local function keep_reasons(self, rows, result)
  for row, problem in result:failed_rows() do
    self.reasons[rows:at(row)] = ("%s: %s"):format(problem.code, problem.message)
  end
end

-- Sends a part of a batch; answers the outcome, and the changes of its rows.
local function send(self, batch, name, operation, current)
  local core, rows = errors.check(batch:part(self.job, name, current.native, self.special.primaries))
  local set = links.wrap(self.pair.from, self.pair.to, { native = core })
  local result = outcome.new(set)
  if #set > 0 and not self.stopped then
    bulk.run(self.hub, operation, result, all(set), self.on_batch)
    self.stopped = self.stopped or result.stopped
    if result.unknown > 0 and name == "missing" and not self.stopped then
      verify.find_merged(self.hub, result, set)
    end
    keep_reasons(self, rows, result)
  end
  for _, state in ipairs { "rejected", "unknown" } do
    batch:settle(rows, result.native:select(all(set), state), state)
  end
  return result, rows
end

local function settle(batch, result, rows, state, as)
  batch:settle(rows, result.native:select(native.rows(1, #result), state), as)
end

-- Sends removals. A link that is replaced stays until its replacement is seen (tether.plan.proof).
local function send_removals(self, batch, current)
  if self.proof then proof.check(self.run, self, batch, self.proof, current) end
  local gone, rows = send(self, batch, "gone", "batch_archive", current)
  settle(batch, gone, rows, "linked", "done")
end

-- Sends links and labels. A link is done when its missing types were written and its surplus types removed.
local function send_links(self, batch, current)
  local missing, missing_rows = send(self, batch, "missing", "batch_create", current)
  local surplus, surplus_rows = send(self, batch, "surplus", "batch_labels_archive", current)
  settle(batch, surplus, surplus_rows, "linked", "done")
  settle(batch, surplus, surplus_rows, "pending", "unknown") -- half of it may be done
  settle(batch, missing, missing_rows, "linked", "done")
end

local senders = { send_links, send_links, send_removals, send_links, primaries.send } -- by stage

-- Settles rows that the answers left open by one read; rows that it does not show stay unknown.
local function look_again(self, batch)
  if self.stopped or batch:count().unknown == 0 then return end
  look(self, batch)
  batch:replace("pending", "unknown")
end

local function note(self, batch, facts, result, text)
  local row = batch:find(result)
  while row do
    local from, to = batch:row(row)
    errors.check(self.job:note(facts.id, result, from, to, self.reasons[row] or text))
    row = batch:find(result, row)
  end
end

-- Ends a batch for now; its results and notes are written in one transaction.
local function close(self, facts, batch)
  local count = batch:count()
  local state = (self.stopped or count.pending > 0) and "sent" or count.unknown > 0 and "unknown" or "settled"
  errors.check(self.job:begin())
  errors.check(self.job:unnote(facts.id))
  note(self, batch, facts, "drifted", "somebody else has changed it since the plan")
  note(self, batch, facts, "rejected", "the account has refused it")
  errors.check(self.job:move(facts.id, state, batch))
  errors.check(self.job:finish())
  return count
end

-- Begins a batch.
local function begin(run, facts)
  local pair = run.pairs[facts.pair]
  pair.special = pair.special or pair_facts.types(run.hub, pair.from, pair.to)
  return { hub = run.hub, job = run.job, pair = pair, special = pair.special, reasons = {}, on_batch = run.on_batch,
    run = run, proof = proof.of(run.job, facts.pair) }
end

--- Finds what writing a batch would do: judges its rows by the present links, and keeps nothing.
-- @tparam table run hub =, job = native, pairs = of the job
-- @tparam table facts of the batch
-- @treturn table counts of its rows by result; `pending` would be written
function M.look(run, facts)
  local batch <close> = errors.check(run.job:load(facts))
  look(begin(run, facts), batch)
  return batch:count()
end

--- Writes a batch of a job.
-- @tparam table run hub =, job = native, pairs = of the job, on_batch =; `stopped` is set when the account, or the
--   line to it, refuses all
-- @tparam table facts of the batch
-- @treturn table counts of its rows by result
-- @raise what refuses the read before anything of it is sent
function M.write(run, facts)
  local self = begin(run, facts)
  local batch <close> = errors.check(run.job:load(facts))
  local current = look(self, batch)
  if batch:count().pending > 0 then
    errors.check(run.job:move(facts.id, "sent", batch))
    batch:sent()
    senders[facts.stage](self, batch, current)
    look_again(self, batch)
  end
  run.stopped = run.stopped or self.stopped
  return close(self, facts, batch)
end

return M
