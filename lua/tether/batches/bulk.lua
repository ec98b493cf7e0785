--- Many rows: cut into batches, sent several at once, reconciled, until every row is settled.
--
-- Rows are touched by the core alone; here are only decisions: what a refused batch means for the rows that it does not
-- name, and which form of the route the account knows.
local native = require "tether.native"
local errors = require "tether.error"
local send = require "tether.connection.send"
local task = require "tether.task"

local M = {}

-- How each batch operation is written, and how its answer confirms a row.
local shapes = {
  batch_create = { body = "typed", confirms = "each" },
  batch_default = { body = "pairs", confirms = "each" },
  batch_labels_archive = { body = "typed", confirms = "none" },
  batch_archive = { body = "archive", confirms = "none" },
}

-- What every further batch would be refused for as well: a stream ends there.
local fatal = { UNAUTHENTICATED = true, MISSING_SCOPES = true, DAILY_LIMIT = true, MIGRATING = true, TLS_FAILED = true,
  HOST_UNREACHABLE = true }

local Run = {}
Run.__index = Run

function Run:put(rows, again)
  if #rows == 0 then return end
  self.last = self.last + 1
  self.queue[self.last] = { rows = rows, again = again }
end

--- How many rows a batch may have. Ceilings move: what the account has refused once is remembered for the connection.
function M.ceiling(hub, operation)
  return hub.ceilings[operation] or native.operation(operation, hub.version).ceiling
end

function Run:cut(rows, again)
  local size = M.ceiling(self.hub, self.operation)
  for first = 1, #rows, size do self:put(rows:slice(first, math.min(size, #rows - first + 1)), again) end
end

-- `after`: the answer of an earlier attempt, which could not be read. False: it may not be sent again.
function Run:submit(rows, after)
  local values = { version = self.hub.version, form = self.hub.form, f = self.links.from, t = self.links.to }
  local method, path = native.path(self.operation, values)
  if not method then error(errors.adopt(path), 0) end
  local ticket, err = self.hub.session:submit_rows(method, path, self.shape.body, self.links.native, rows,
    self.operation, after)
  if not ticket and after then return false end
  errors.check(ticket, err)
  self.open[ticket] = { run = self, rows = rows, form = self.hub.form }
  self.in_flight, self.calls = self.in_flight + 1, self.calls + 1
  return true
end

function Run:settle(rows, state, err)
  if err and fatal[err.code] then self.fatal = err end
  errors.check(self.outcome.native:settle(rows, state, err))
end

-- The rows of a batch that its answer did not settle.
function Run:pending(rows)
  return self.outcome.native:select(rows, "pending")
end

-- The day's calls are used up: what was not sent stays pending, and the first reason is kept.
function Run:stop(err)
  self.outcome.stopped, self.fatal = self.outcome.stopped or err, err
  self.next, self.last, self.queue = 1, 0, {}
end

local function halve(self, rows)
  local half = #rows // 2
  self:put(rows:slice(1, half), true)
  self:put(rows:slice(half + 1, #rows - half), true)
end

-- The route is not known in this form: the other one is used from now on (see "Two forms of the same routes").
local function other_form(self, answer, form)
  local problem = send.problem(answer, self.operation)
  local misread = problem.message:find("Unable to infer object type from: associations", 1, true)
  local unknown = misread or problem.code == "ROUTE_UNKNOWN"
  if not unknown or self.hub.routes == "overview" or self.hub.version == "v4" then return false end
  if form == self.hub.form and not self.hub.form_is_known then
    self.hub.form = form == "overview" and "described" or "overview"
    self.hub.form_is_known = true
  end
  return form ~= self.hub.form
end

-- A batch refused as a whole applied nothing. Rows that it named are rejected by now; the others go again, alone if
-- need be: a single bad row must not take 1,999 good ones with it.
local function refused(self, rows, answer)
  local problem = send.problem(answer, self.operation)
  if problem.code == "TOO_LARGE" and #rows > 1 then
    self.hub:learn_ceiling(self.operation, #rows // 2)
    return self:cut(rows, true)
  end
  local left = self:pending(rows)
  if #left == 0 then return end
  if #left < #rows then return self:put(left, true) end
  local about_rows = answer.status == 400 or answer.status == 404 or answer.status == 409
  if about_rows and #rows > 1 then return halve(self, rows) end
  self:settle(left, "rejected", problem)
end

local given_up = { [408] = true, [423] = true, [429] = true, [477] = true } -- the session has tried for long enough

local function unreadable(self, rows, answer, err)
  if self:submit(rows, answer) then return end
  self:settle(self:pending(rows), "unknown", err or errors.new("ANSWER_MALFORMED", "the answer has no body"))
end

local function answered(self, sent, answer)
  local rows = sent.rows
  if answer.status >= 400 and other_form(self, answer, sent.form) then return self:put(rows, true) end
  if answer.broken then return unreadable(self, rows, answer) end
  local fine, err = self.outcome.native:reconcile(self.links.native, rows, answer, self.links.from, self.links.to,
    self.shape.confirms)
  if not fine then return unreadable(self, rows, answer, err) end
  if answer.status >= 500 or given_up[answer.status] then
    local problem = send.refusal(self.hub, answer, self.operation)
    if problem.code == "DAILY_LIMIT" then return self:stop(problem) end
    return self:settle(self:pending(rows), answer.in_doubt and "unknown" or "rejected", problem)
  end
  if answer.status < 200 or answer.status >= 300 then return refused(self, rows, answer) end
  local left = self:pending(rows)
  if #left > 0 then -- somebody was complained of, and not named: the rows go again, in halves, until it is known who
    if #left == #rows then return halve(self, rows) end
    self:put(left, true)
  end
end

local function collect(self, ticket, sent)
  self.open[ticket], self.in_flight = nil, self.in_flight - 1
  local answer, err = send.wait(self.hub, ticket)
  if not answer and err.code == "DAILY_LIMIT" then return self:stop(err) end
  if not answer then return self:settle(self:pending(sent.rows), err.in_doubt and "unknown" or "rejected", err) end
  answered(self, sent, answer)
  self.hub.session:recycle(answer)
end

--- Submits the next batch of the queue.
-- @treturn boolean false: nothing is queued
function Run:next_batch()
  local batch = self.queue[self.next]
  if not batch then return false end
  self.queue[self.next], self.next = nil, self.next + 1
  self:submit(batch.rows)
  return true
end

--- How many batches are not settled yet: queued and in flight.
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
--   at the daily limit the rest stays pending, and `result.stopped` is the error that says until when
-- @tparam table open ticket -> batch in flight; several runs may share it
-- @treturn run
function M.start(hub, operation, result, rows, open)
  local self = setmetatable({ hub = hub, operation = operation, shape = shapes[operation], links = result.links,
    outcome = result, queue = {}, next = 1, last = 0, open = open, in_flight = 0, calls = 0 }, Run)
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

--- Sends rows of a links set by a batch operation, until all of them are settled.
-- @tparam table hub
-- @tparam string operation see start
-- @tparam outcome result
-- @param rows
-- @tparam[opt] function on_batch called with the outcome after each settled batch
-- @raise what refuses it before anything is sent
function M.run(hub, operation, result, rows, on_batch)
  local self = M.start(hub, operation, result, rows, {})
  while self:left() > 0 do
    while self.in_flight < hub.concurrency and self:next_batch() do end
    M.settle_next(hub, self.open)
    if on_batch then on_batch(result) end
  end
end

return M
