--- Sends rows, one or many: cuts them into requests, sends several at once, and reconciles the answers until every row
-- is settled.
--
-- Only the core touches rows. This file decides: what a failure means for rows that it does not name, and which form of
-- the route the account knows.
local lazy = require "tether.lazy"
local native = require "tether.native"
local errors = require "tether.error"
local problem = lazy "tether.connection.problem"
local send = require "tether.connection.send"
local shared = require "tether.batches.shared"
local task = require "tether.task"

local M = {}

-- How each write is sent, and how its answer confirms a row. A `pair` goes alone, with its ids in the path.
local shapes = {
  batch_create = { body = "typed", confirms = "each" },
  batch_default = { body = "pairs", confirms = "each" },
  batch_labels_archive = { body = "typed", confirms = "none" },
  batch_archive = { body = "archive", confirms = "none" },
  associate_default = { pair = true, confirms = "each" },
  associate_typed = { pair = true, confirms = "each" },
  associate_labeled = { pair = true, confirms = "each" },
  dissociate = { pair = true, confirms = "none" },
  dissociate_typed = { pair = true, confirms = "none" },
}

local RECORDED = 20000 -- rows of a slice, when a journal is kept

local Run = {}
Run.__index = Run

-- Adds rows to the queue. `before` is the batch that they were sent in before, if any. `doubt` is an error: an answer
-- has left open which of the rows are done, and the error stays with them until an answer tells. Rows that were sent
-- before go first, because that shows soonest what is wrong with them.
function Run:put(rows, before, doubt)
  if #rows == 0 then return end
  local batch = { rows = rows, again = before ~= nil, doubt = doubt or (before and before.doubt) }
  if before then self.next = self.next - 1 else self.last = self.last + 1 end
  self.queue[before and self.next or self.last] = batch
end

--- The most rows of a batch. A ceiling may fall: what the account refuses once is remembered for the connection.
function M.ceiling(hub, operation)
  if shapes[operation].pair then return 1 end
  return hub.ceilings[operation] or native.operation(operation, hub.version).ceiling
end

-- The ceilings of batch/archive: 100 records on the from side, each with all records that it is to be parted from
-- (csrc/data/wire.md, 4.10). No source tells how many pairs are allowed in all, so a body has at most as many as one of
-- a create.
local ARCHIVED_FROM, ARCHIVED_PAIRS = 100, 2000

--- The number of calls that a removal takes, when the pairs of each record stand together.
function M.removals(hub, records, pairs)
  local most = hub.ceilings.batch_archive or ARCHIVED_PAIRS
  return math.max((records + ARCHIVED_FROM - 1) // ARCHIVED_FROM, (pairs + most - 1) // most)
end

-- The number of rows in the next batch.
local function fit(self, rows)
  if self.operation ~= "batch_archive" then return math.min(M.ceiling(self.hub, self.operation), #rows) end
  local most = math.min(self.hub.ceilings.batch_archive or ARCHIVED_PAIRS, #rows)
  return native.archive_fit(self.links.native, rows:slice(1, most), ARCHIVED_FROM)
end

-- Cuts rows into batches, and puts these into the queue; `before`: as for put.
function Run:cut(rows, before)
  while #rows > 0 do
    local count = fit(self, rows)
    self:put(rows:slice(1, count), before)
    rows = rows:slice(count + 1, #rows - count)
  end
end

local function submit_pair(self, rows, method, values, after)
  local from, to = self.links.native:row(rows:at(1))
  values.a, values.b, values.id = ("%d"):format(from), ("%d"):format(to), self.extra.id
  local _, path = native.path(self.operation, values)
  return self.hub.session:submit(method, path, self.extra.body, self.operation, nil, after)
end

-- Sends a batch. `after` is an earlier answer that could not be read. False: it may not be sent again.
function Run:submit(batch, after)
  local values = { version = self.hub.version, form = self.hub.form, f = self.links.from, t = self.links.to }
  local ticket, err
  if self.shape.pair then
    ticket, err = submit_pair(self, batch.rows, native.operation(self.operation).method, values, after)
  else
    local method, path = errors.check(native.path(self.operation, values))
    ticket, err = self.hub.session:submit_rows(method, path, self.shape.body, self.links.native, batch.rows,
      self.operation, after)
  end
  if not ticket and after then return false end
  errors.check(ticket, err)
  self.open[ticket] = { run = self, rows = batch.rows, form = self.hub.form, doubt = batch.doubt }
  self.in_flight, self.calls = self.in_flight + 1, self.calls + 1
  return true
end

-- Settles rows, and keeps the error for a verb on a single pair.
function Run:settle(rows, state, err)
  self.outcome.problem = err
  errors.check(self.outcome.native:settle(rows, state, err))
end

-- The rows of a batch that its answer did not settle.
function Run:pending(rows)
  return self.outcome.native:select(rows, "pending")
end

--- Stops sending. Rows that were not sent stay pending, and the first reason is kept. Rows whose answer left them open
-- become unknown.
function Run:stop(err)
  self.outcome.stopped, self.fatal = self.outcome.stopped or err, self.fatal or err
  for i = self.next, self.last do
    local batch = self.queue[i]
    if batch.doubt then self:settle(self:pending(batch.rows), "unknown", batch.doubt) end
  end
  self.next, self.last, self.queue = 1, 0, {}
end

local function halve(self, rows, before, doubt)
  local half = #rows // 2
  self:put(rows:slice(half + 1, #rows - half), before, doubt)
  self:put(rows:slice(1, half), before, doubt)
end

-- Takes a refusal that says that the account does not know the route in this form: the other form is used from now on
-- (wire.md, 1.3). An account that takes the path for another route answers with its message for an unknown object type
-- (wire.md, 5).
local function other_form(self, refusal, form)
  local misread = refusal.message:find("Unable to infer object type from: associations", 1, true)
  local unknown = misread or refusal.code == "ROUTE_UNKNOWN"
  if not unknown or self.shape.pair or self.hub.routes == "overview" or self.hub.version == "v4" then return false end
  if form == self.hub.form and not self.hub.form_is_known then
    self.hub.form = form == "overview" and "described" or "overview"
    self.hub.form_is_known = true
  end
  return form ~= self.hub.form
end

local function reconcile(self, rows, answer)
  return self.outcome.native:reconcile(self.links.native, rows, answer, self.links.from, self.links.to,
    self.shape.confirms, self.operation)
end

-- Takes a failure that tells nothing about the rows. Rows that were certainly not applied stay not sent, and nothing
-- more is sent to an account, or over a connection, that refuses everything. Rows that may have been applied become
-- unknown.
local function fail(self, sent, err)
  local doubt = err.in_doubt and err or sent.doubt
  local beyond_rows = problem.is_beyond_rows(err)
  if doubt then self:settle(self:pending(sent.rows), "unknown", doubt) end
  if not doubt and not beyond_rows then self:settle(self:pending(sent.rows), "rejected", err) end
  local is_over = err.code == "CANCELLED" -- the task was asked to end
  if is_over or beyond_rows and (not err.in_doubt or problem.about(err) == "account") then self:stop(err) end
end

-- Rejects rows that share the reason of a refusal: those with a type that it names, else all of them when some rows
-- were refused alone with the same message. False: the refusal does not tell which rows it is about.
local function reject_shared(self, rows, refusal)
  local named = shared.named(self.links.native, rows, refusal)
  shared.settle(self.outcome, named, "rejected", refusal)
  if #named > 0 then return true end
  if #rows == 1 or not self.shared:is_about_all(refusal) then return false end
  self:settle(rows, "rejected", shared.together(refusal))
  return true
end

-- Takes the refusal of a whole batch, of which nothing was applied. Rows that it named are rejected by now; the others
-- are sent again, alone if necessary, because a single bad row must not take 1,999 good rows with it.
local function refuse_rows(self, sent, answer, refusal)
  local rows = sent.rows
  if refusal.code == "TOO_LARGE" and #rows > 1 then
    self.hub:learn_ceiling(self.operation, #rows // 2)
    return self:cut(rows, sent)
  end
  errors.check(reconcile(self, rows, answer))
  self.outcome.problem = refusal
  local left = self:pending(rows)
  if #left < #rows then return self:put(left, sent) end
  if reject_shared(self, left, refusal) then return self:put(self:pending(left), sent) end
  if #rows > 1 then return halve(self, rows, sent) end
  self.shared:alone(refusal)
  self:settle(left, "rejected", refusal)
end

local function refused(self, sent, answer)
  local refusal = send.refusal(self.hub, answer, self.operation)
  if other_form(self, refusal, sent.form) then return self:put(sent.rows, sent) end
  if problem.about(refusal) ~= "rows" then return fail(self, sent, refusal) end
  refuse_rows(self, sent, answer, refusal)
end

local function unreadable(self, sent, answer, why)
  if self:submit(sent, answer) then return end
  self:settle(self:pending(sent.rows), "unknown", send.malformed(answer, self.operation, why, true))
end

-- The error that all complaints of an answer share; nil when they differ.
local function common_complaint(answer)
  local all = native.complaints(answer)
  for i = 2, all and #all or 0 do
    if all[i].message ~= all[1].message then return nil end
  end
  return all and all[1] and errors.adopt(all[1])
end

-- Takes an answer that complains of a row without naming it: the rows are sent again in halves to find that row. When
-- rows that went alone were refused with the same message, halving would end at each single row; then the other rows
-- become unknown.
local function find_culprit(self, sent, left, answer, doubt)
  local complaint = common_complaint(answer)
  if not (complaint and self.shared:is_about_all(complaint)) then return halve(self, left, sent, doubt) end
  doubt.message = ("%s: %s"):format(doubt.message, complaint.message)
  self:settle(left, "unknown", doubt)
end

local function answered(self, sent, answer)
  if answer.status < 200 or answer.status >= 300 then return refused(self, sent, answer) end
  if answer.broken then return unreadable(self, sent, answer, "the answer has no body, or is cut off") end
  local fine, err = reconcile(self, sent.rows, answer)
  if not fine and err.code ~= "ANSWER_MALFORMED" then error(errors.adopt(err), 0) end
  if not fine then return unreadable(self, sent, answer, err.message) end
  local left = self:pending(sent.rows)
  local refused_alone = #sent.rows == 1 and #left == 0 and #self.outcome.native:select(sent.rows, "rejected") == 1
  local complaint = refused_alone and common_complaint(answer)
  if complaint then
    self.shared:alone(complaint)
  elseif #left < #sent.rows then
    self.shared:done()
  end
  if #left == 0 then return end
  -- Some row was refused but not named: the rows are sent again in halves until it is found.
  local doubt = errors.new("NOT_CONFIRMED", "the answer complains of a row that it does not name")
  if #left == #sent.rows then return find_culprit(self, sent, left, answer, doubt) end
  self:put(left, sent, doubt)
end

local function collect(self, ticket, sent)
  self.open[ticket], self.in_flight = nil, self.in_flight - 1
  local answer, err = send.wait(self.hub, ticket)
  if not answer then return fail(self, sent, err) end
  answered(self, sent, answer)
  self.hub.session:recycle(answer)
end

--- Submits the next batch of the queue.
-- @treturn boolean false: nothing is queued
function Run:next_batch()
  local batch = self.queue[self.next]
  if not batch then return false end
  self.queue[self.next], self.next = nil, self.next + 1
  self:submit(batch)
  return true
end

--- The number of batches that are not settled yet: queued and in flight.
function Run:left()
  return self.last - self.next + 1 + self.in_flight
end

--- Takes batches that have never been sent out of the queue: their rows stay pending.
function Run:drop()
  local kept = {}
  for i = self.next, self.last do
    if self.queue[i].again then kept[#kept + 1] = self.queue[i] end
  end
  self.queue, self.next, self.last = kept, 1, #kept
end

--- Begins to send rows of a links set by a batch operation; nothing is submitted yet.
-- @tparam table hub
-- @tparam string operation a batch operation that writes
-- @tparam outcome result of a links set with types of this account (Links:resolved); its pending rows get settled
-- @param rows native rows: which of them to send;
--   when the account or the line refuses, the rest stays pending, and `result.stopped` is the error
-- @tparam table open ticket -> batch in flight; several runs may share it
-- @tparam[opt] table extra of an operation on one pair: id = type id of the path, body = JSON
-- @treturn run
function M.start(hub, operation, result, rows, open, extra)
  local self = setmetatable({ hub = hub, operation = operation, shape = shapes[operation], links = result.links,
    outcome = result, queue = {}, next = 1, last = 0, open = open, in_flight = 0, calls = 0,
    shared = shared.new(), extra = extra or {} }, Run)
  self.written = hub.recorder and hub.recorder:begin(operation, result.links, rows)
  if not result.stopped then self:cut(rows) end
  return self
end

--- Waits for a batch of any run that shares `open`, and settles its rows.
-- @tparam table hub
-- @tparam table open with at least one batch in it
-- @treturn run whose batch it was
function M.settle_next(hub, open)
  local ticket = task.wait_any(hub.session, hub.settled, open)
  local sent = open[ticket]
  collect(sent.run, ticket, sent)
  return sent.run
end

-- Tells of a settled batch. An error that the script's function or a listener raises ends the run.
local function tell(hub, run, on_batch)
  local fault = hub.session:take_fault()
  if fault or not on_batch or run.raised then return fault end
  local fine, raised = pcall(on_batch, run.outcome)
  run.raised = not fine
  return run.raised and errors.of_callback("on_batch", raised) or nil
end

--- Ends a run; a journal is told.
function M.finish(self)
  if self.written then self.written() end
  self.written = nil
end

-- A journal keeps the rows of one write in memory, so a large set is written in slices.
local function run_in_slices(hub, operation, result, rows, on_batch, extra)
  for first = 1, #rows, RECORDED do
    local slice = rows:slice(first, math.min(RECORDED, #rows - first + 1))
    if not result.stopped then M.run(hub, operation, result, slice, on_batch, extra) end
  end
end

--- Sends rows of a links set by a batch operation, until all of them are settled.
-- @tparam table hub
-- @tparam string operation see start
-- @tparam outcome result
-- @param rows
-- @tparam[opt] function on_batch called with the outcome after each settled batch; what it raises ends the run as a
--   refusal of the account does, when the batches on their way are settled
-- @tparam[opt] table extra see start
-- @raise what refuses it before anything is sent
function M.run(hub, operation, result, rows, on_batch, extra)
  if hub.recorder and #rows > RECORDED then return run_in_slices(hub, operation, result, rows, on_batch, extra) end
  local self = M.start(hub, operation, result, rows, {}, extra)
  hub.session:take_fault() -- forgets an error that a listener has raised before
  while self:left() > 0 do
    while self.in_flight < hub.concurrency and self:next_batch() do end
    M.settle_next(hub, self.open)
    local fault = tell(hub, self, on_batch)
    if fault then self:stop(fault) end
  end
  M.finish(self)
end

return M
