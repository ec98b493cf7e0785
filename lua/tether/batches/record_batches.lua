--- Batches of records: cut to the ceiling, sent several at once, an answer for every input.
--
-- Answers are matched by the trace id that goes with each input and comes back (wire.md, 3.7), else by the record id
-- or the value of the unique property: they are not in the order of the inputs, and an id that is asked for twice
-- comes once.
local errors = require "tether.error"
local json = require "tether.json"
local native = require "tether.native"
local send = require "tether.connection.send"
local settle = require "tether.batches.find_created"
local task = require "tether.task"

local M = {}

local Run = {}
Run.__index = Run

local TRIES = 3 -- of an input that was looked for and is not there

-- An input that was in doubt and is refused as a conflict may have made the record itself, the first time: it is looked
-- for once more, and stays in doubt when nobody finds what it conflicts with.
local function fail(self, i, problem)
  if self.doubts[i] and problem.code == "CONFLICT" then
    local ok, found = pcall(self.settle, self.inputs[i])
    if ok and found then
      self.results[i] = self.convert(found)
      return
    end
    problem = (ok or not settle.is_older(found)) and self.doubts[i] or found
  else
    problem = settle.still_in_doubt(problem, self.doubts[i])
  end
  self.failures[#self.failures + 1] = { row = i, error = problem }
end

-- `after`: the answer of an earlier attempt, which could not be read. False: it may not be sent again.
local function submit(self, rows, after)
  local inputs = {}
  for k, i in ipairs(rows) do inputs[k] = self.inputs[i] end
  local body = { inputs = inputs }
  for name, value in pairs(self.extra) do body[name] = value end
  local ok, ticket = pcall(send.submit, self.hub, self.operation, { f = self.object_type },
    { body = json.encode(body), query = self.query, lane = "bulk", after = after })
  if not ok and not after then error(ticket, 0) end
  if ok then self.open[ticket], self.in_flight = rows, self.in_flight + 1 end
  return ok
end

local function halves(self, rows)
  local half = #rows // 2
  self.queue[#self.queue + 1] = table.move(rows, 1, half, 1, {})
  self.queue[#self.queue + 1] = table.move(rows, half + 1, #rows, 1, {})
end

-- The inputs that an answer speaks of: the one with that trace id, else all with that id, which is a value of the
-- unique property where one is named. A record's own id is no such value, and may look like another input's.
local function rows_of(self, rows, trace, id)
  local found = {}
  for _, i in ipairs(rows) do
    local input = self.inputs[i]
    if trace and input.objectWriteTraceId == tostring(trace) then return { i } end
    if id and input.id and tostring(id):lower() == tostring(input.id):lower() then found[#found + 1] = i end
  end
  return found
end

local function id_of(self, one)
  if self.property then return (one.properties or {})[self.property] end
  return one.id
end

local function take_error(self, rows, settled, one)
  local problem = errors.new(native.problem_code(207, one.category, one.subCategory, nil, one.message),
    one.message or "refused", { category = one.category, sub_category = one.subCategory })
  local context = one.context or {}
  local function refuse(trace, id)
    for _, i in ipairs(rows_of(self, rows, trace, id)) do
      if not settled[i] then
        settled[i] = true
        fail(self, i, problem)
      end
    end
  end
  for _, trace in ipairs(context.objectWriteTraceId or { one.objectWriteTraceId }) do refuse(trace) end
  for _, id in ipairs(context.ids or {}) do refuse(nil, id) end
end

local function answered(self, rows, body)
  local settled = {}
  for _, one in ipairs(type(body) == "table" and body.results or {}) do
    for _, i in ipairs(rows_of(self, rows, one.objectWriteTraceId, id_of(self, one))) do
      settled[i] = true
      self.results[i] = self.convert(one)
    end
  end
  for _, one in ipairs(type(body) == "table" and body.errors or {}) do take_error(self, rows, settled, one) end
  for _, i in ipairs(rows) do
    if not settled[i] then
      if self.operation == "records_archive" then
        self.results[i] = true
      else
        fail(self, i, errors.new("NOT_CONFIRMED", "the answer was a success, but does not mention this input"))
      end
    end
  end
end

-- Nobody knows whether a batch of creates was applied: what a unique property finds is done, what it does not find goes
-- again, and of the others it is said that nobody knows.
local function look_for(self, rows, problem)
  local again = {}
  for _, i in ipairs(rows) do
    local ok, found, known = pcall(self.settle, self.inputs[i])
    self.tries[i], self.doubts[i] = (self.tries[i] or 0) + 1, self.doubts[i] or problem
    if ok and found then
      self.results[i] = self.convert(found)
    elseif ok and known and self.tries[i] < TRIES then
      again[#again + 1] = i
    else
      fail(self, i, not ok and settle.is_older(found) and found or problem)
    end
  end
  if #again > 0 then self.queue[#self.queue + 1] = again end
end

local function unreadable(self, rows, answer, why)
  if submit(self, rows, answer) then return end
  local problem = errors.new("ANSWER_MALFORMED", ("%s: %s"):format(self.operation, why), { status = answer.status,
    in_doubt = self.operation ~= "records_read" or nil, operation = self.operation })
  if self.settle then return look_for(self, rows, problem) end
  for _, i in ipairs(rows) do fail(self, i, problem) end
end

local function collect(self)
  local ticket = task.wait_any(self.hub.session, self.hub.settled, self.open)
  local rows = self.open[ticket]
  self.open[ticket], self.in_flight = nil, self.in_flight - 1
  local answer, problem = send.wait(self.hub, ticket)
  if answer and answer.status >= 200 and answer.status < 300 then
    local body, why
    if answer.body ~= "" then body, why = json.decode(answer.body) end
    if why or answer.broken then return unreadable(self, rows, answer, why or "the answer has no body") end
    return answered(self, rows, body)
  end
  problem = problem or send.refusal(self.hub, answer, self.operation)
  if problem.in_doubt and self.settle then return look_for(self, rows, problem) end
  -- A batch refused as a whole applied nothing: a single bad input must not take the others with it.
  if answer and (answer.status == 400 or answer.status == 409) and #rows > 1 then return halves(self, rows) end
  for _, i in ipairs(rows) do fail(self, i, problem) end
end

--- Sends inputs.
-- @tparam table hub
-- @tparam string operation records_create, _read, _update, _upsert or _archive
-- @tparam string object_type as it stands in the path
-- @tparam {table,...} inputs as the wire has them
-- @tparam table options convert = function(record); property = the unique one of an upsert; extra = further members of
--   the body; query; settle = function(input) looks for one that may have been created: the record or nil, and whether
--   that is known
-- @treturn table results: results[i] is the record of input i, or nil
-- @treturn {table,...} failures { row = i, error = }, in order
function M.run(hub, operation, object_type, inputs, options)
  local self = setmetatable({ hub = hub, operation = operation, object_type = object_type, inputs = inputs,
    convert = options.convert, property = options.property, extra = options.extra or {}, query = options.query,
    settle = options.settle, tries = {}, doubts = {}, results = {}, failures = {}, queue = {}, open = {},
    in_flight = 0 }, Run)
  local size = native.operation(operation, hub.version).ceiling
  for first = 1, #inputs, size do
    local rows = {}
    for i = first, math.min(first + size - 1, #inputs) do rows[#rows + 1] = i end
    self.queue[#self.queue + 1] = rows
  end
  while self.in_flight > 0 or #self.queue > 0 do
    while #self.queue > 0 and self.in_flight < hub.concurrency do submit(self, table.remove(self.queue, 1)) end
    collect(self)
  end
  table.sort(self.failures, function(a, b) return a.row < b.row end)
  return self.results, self.failures
end

return M
