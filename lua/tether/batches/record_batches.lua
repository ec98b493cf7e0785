--- Batches of records: cuts inputs to the ceiling, sends several batches at once, and finds the answer to every input.
--
-- Answers are not in the order of the inputs, and a record that is asked for twice comes once. So an answer is matched
-- by the trace id that its input was sent with (wire.md, 3.7), else by the record id or the value of the unique
-- property.
local errors = require "tether.error"
local json = require "tether.json"
local native = require "tether.native"
local problem = require "tether.connection.problem"
local send = require "tether.connection.send"
local find_created = require "tether.batches.find_created"
local shared = require "tether.batches.shared"
local task = require "tether.task"

local M = {}

local Run = {}
Run.__index = Run

local TRIES = 3 -- attempts of an input that was looked for and not found

-- Notes a failure. An input in doubt that is refused as a conflict may have made the record itself with its first
-- attempt. So it is looked for once more, and stays in doubt when the record in conflict is not found.
local function fail(self, i, err, not_sent)
  if self.doubts[i] and err.code == "CONFLICT" then
    local ok, found = errors.try(self.settle, self.inputs[i])
    if ok and found then
      self.results[i] = self.convert(found)
      return
    end
    err = (ok or not find_created.is_older(found)) and self.doubts[i] or found
  else
    err = find_created.still_in_doubt(err, self.doubts[i])
  end
  self.failures[#self.failures + 1] = { row = i, error = err, not_sent = not_sent }
end

-- Sends a batch. `after` is an earlier answer that could not be read. False: it may not be sent again.
local function submit(self, rows, after)
  local inputs = {}
  for k, i in ipairs(rows) do inputs[k] = self.inputs[i] end
  local body = { inputs = inputs }
  for name, value in pairs(self.extra) do body[name] = value end
  local ok, ticket = errors.try(send.submit, self.hub, self.operation, { f = self.object_type },
    { body = json.encode(body), query = self.query, lane = "bulk", after = after })
  if not ok and not after then error(ticket, 0) end
  if ok then self.open[ticket], self.in_flight = rows, self.in_flight + 1 end
  return ok
end

-- Puts rows into the queue, after all rows of earlier waves and of their own wave. Rows that were sent before (`first`)
-- go before the other rows of their wave.
local function enqueue(self, rows, wave, first)
  rows.wave = wave
  local at = #self.queue + 1
  while at > 1 and (self.queue[at - 1].wave > wave or (first and self.queue[at - 1].wave == wave)) do at = at - 1 end
  table.insert(self.queue, at, rows)
end

local function halves(self, rows)
  local half = #rows // 2
  enqueue(self, table.move(rows, half + 1, #rows, 1, {}), rows.wave, true)
  enqueue(self, table.move(rows, 1, half, 1, {}), rows.wave, true)
end

local function same(a, b)
  return tostring(a):lower() == tostring(b):lower()
end

-- The names by which an input may have asked for a record: its id and the ids of records that were merged into it, or
-- the values of the unique property, for contacts their further addresses as well (wire.md, 3.3).
local function names_of(self, record)
  local properties = record.properties or {}
  local names = { self.property and properties[self.property] or not self.property and record.id or nil }
  local others = self.others and properties[self.others]
  for name in (type(others) == "string" and others or ""):gmatch "[^;%s]+" do names[#names + 1] = name end
  return names
end

-- The input with a trace id.
local function traced(self, rows, trace)
  for _, i in ipairs(rows) do
    if self.inputs[i].objectWriteTraceId == tostring(trace) then return i end
  end
end

-- The inputs with an id. Where a unique property is named, their ids are values of it. A record's own id is no such
-- value, and may equal another input's.
local function with_id(self, rows, id)
  local found = {}
  for _, i in ipairs(rows) do
    if id and self.inputs[i].id and same(id, self.inputs[i].id) then found[#found + 1] = i end
  end
  return found
end

local function with_any(self, rows, names)
  local found = {}
  for _, name in ipairs(names) do
    for _, i in ipairs(with_id(self, rows, name)) do found[#found + 1] = i end
  end
  return found
end

-- The inputs that a result answers: the input with its trace id, unless the result is about another record. Without
-- trace ids, all inputs with its id, because a read gives a record once that was asked for twice.
local function answered_by(self, rows, record)
  local names = names_of(self, record)
  local i = record.objectWriteTraceId and traced(self, rows, record.objectWriteTraceId)
  if not i then return with_any(self, rows, names) end
  local wanted = self.inputs[i].id
  for _, name in ipairs(names) do
    if wanted and same(name, wanted) then return { i } end
  end
  return (not wanted or #names == 0) and { i } or {}
end

-- The inputs that an entry of `errors` names.
local function complained_of(self, rows, entry)
  local context, found = entry.context or {}, {}
  local traces = type(context.objectWriteTraceId) == "table" and context.objectWriteTraceId or
    { entry.objectWriteTraceId or context.objectWriteTraceId }
  for _, trace in ipairs(traces) do found[#found + 1] = traced(self, rows, trace) end
  for _, id in ipairs(type(context.ids) == "table" and context.ids or {}) do
    for _, i in ipairs(with_id(self, rows, id)) do found[#found + 1] = i end
  end
  return found
end

-- Reads what an answer tells of each input: how many results it has, the result, and the first complaint. A read may
-- give a record as often as it was asked for.
local function read_answer(self, rows, body, status, attempts)
  local said = {}
  for _, i in ipairs(rows) do said[i] = { answers = 0 } end
  for _, record in ipairs(body.results or {}) do
    for _, i in ipairs(answered_by(self, rows, record)) do
      said[i].answers, said[i].result = self.operation == "records_read" and 1 or said[i].answers + 1, record
    end
  end
  local unnamed
  for _, entry in ipairs(body.errors or {}) do
    local err, named = problem.of_body(entry, 207, self.operation), complained_of(self, rows, entry)
    err.status, err.attempts = status, attempts
    for _, i in ipairs(named) do said[i].problem = said[i].problem or err end
    if #named == 0 then unnamed = unnamed or err end
  end
  return said, unnamed
end

local UNMENTIONED = "the answer was a success, but does not mention this input"
local BOTH = "the answer has this input as done and as failed, or as done twice"

local function unclear(self, message)
  local writes = self.operation ~= "records_read"
  return errors.new("NOT_CONFIRMED", message, { operation = self.operation, in_doubt = writes or nil,
    hint = self.settle and "look for the record before you create it again; with a unique property Tether does " ..
      "that: pass { unique = \"property\" }" or "read the record, or send the input again" })
end

-- Handles creates that may have been applied. Records that a search by the unique property finds are done; inputs whose
-- record is not found are sent again; the others are reported as being in doubt.
local function look_for(self, rows, err)
  local again = {}
  for _, i in ipairs(rows) do
    local ok, found, known = errors.try(self.settle, self.inputs[i])
    self.tries[i], self.doubts[i] = (self.tries[i] or 0) + 1, self.doubts[i] or err
    if ok and found then
      self.results[i] = self.convert(found)
    elseif ok and known and self.tries[i] < TRIES then
      again[#again + 1] = i
    else
      fail(self, i, not ok and find_created.is_older(found) and found or err)
    end
  end
  if #again > 0 then enqueue(self, again, rows.wave or 1) end
end

-- Handles inputs in doubt: creates are looked for, other inputs are reported.
local function doubt(self, rows, err)
  if #rows == 0 then return end
  if self.settle then return look_for(self, rows, err) end
  for _, i in ipairs(rows) do fail(self, i, err) end
end

-- Stops, because the account or the connection refuses everything. Inputs that were not sent stay not sent.
local function stop(self, rows, err)
  for _, i in ipairs(rows) do fail(self, i, err, true) end
  for _, queued in ipairs(self.queue) do
    for _, i in ipairs(queued) do fail(self, i, err, true) end
  end
  self.queue = {}
end

local function refused(self, rows, err)
  if err.in_doubt then
    doubt(self, rows, err)
    return problem.about(err) == "account" and stop(self, {}, err)
  end
  if problem.is_beyond_rows(err) then return stop(self, rows, err) end
  -- The refusal of a whole batch means that nothing was applied; a single bad input must not take the others with it.
  if #rows == 1 then self.shared:alone(err) end
  if #rows > 1 and not self.shared:is_about_all(err) then return halves(self, rows) end
  if #rows > 1 then err = shared.together(err) end
  for _, i in ipairs(rows) do fail(self, i, err) end
end

local function answered(self, rows, body, status, attempts)
  if body == true then body = {} end
  local said, unnamed = read_answer(self, rows, body, status, attempts)
  if body.status == "CANCELED" and #(body.results or {}) == 0 then -- nothing of it was done (wire.md, 2)
    return refused(self, rows, unnamed or errors.new("INVALID", "the batch was canceled"))
  end
  local unmentioned, contradicted = {}, {}
  for _, i in ipairs(rows) do
    local told = said[i]
    local times = told.answers + (told.problem and 1 or 0)
    if times > 1 then
      contradicted[#contradicted + 1] = i
    elseif told.problem then
      fail(self, i, told.problem)
    elseif told.result then
      self.results[i] = self.convert(told.result)
      self.shared:done()
    elseif self.operation == "records_archive" and not unnamed then
      self.results[i] = true
    elseif unnamed and #rows == 1 then
      fail(self, i, unnamed)
    else
      unmentioned[#unmentioned + 1] = i
    end
  end
  contradicted.wave, unmentioned.wave = rows.wave, rows.wave
  doubt(self, contradicted, unclear(self, BOTH))
  doubt(self, unmentioned, unclear(self, unnamed and ("%s; it says: %s"):format(UNMENTIONED, unnamed.message) or
    UNMENTIONED))
end

local function unreadable(self, rows, answer, why)
  if submit(self, rows, answer) then return end
  doubt(self, rows, send.malformed(answer, self.operation, why, self.operation ~= "records_read"))
end

local function collect(self)
  local ticket = task.wait_any(self.hub.session, self.hub.settled, self.open)
  local rows = self.open[ticket]
  self.open[ticket], self.in_flight = nil, self.in_flight - 1
  local answer, err = send.wait(self.hub, ticket)
  if not answer then return refused(self, rows, err) end
  if answer.status < 200 or answer.status >= 300 then
    return refused(self, rows, send.refusal(self.hub, answer, self.operation))
  end
  local body, why = send.read(self.operation, answer)
  if body == nil then return unreadable(self, rows, answer, why) end
  answered(self, rows, body, answer.status, answer.attempts)
end

-- The wave of an input. A record that is written again goes in a later wave, because requests in flight at the same
-- time may be applied in any order.
local function wave_of(self, i, seen)
  local id = self.inputs[i].id
  if self.operation == "records_read" or not id then return 1 end
  local name = id:lower()
  seen[name] = (seen[name] or 0) + 1
  return seen[name]
end

-- Cuts the inputs into batches; inputs that cannot be sent become failures.
local function cut(self, size, lost)
  local seen, filling = {}, {}
  for i = 1, #self.inputs do
    local wave = not lost[i] and wave_of(self, i, seen)
    local batch = wave and filling[wave]
    if not wave then
      fail(self, i, lost[i])
    elseif batch and #batch < size then
      batch[#batch + 1] = i
    else
      filling[wave] = { i }
      enqueue(self, filling[wave], wave)
    end
  end
end

local function submit_all(self)
  while #self.queue > 0 and self.in_flight < self.hub.concurrency do
    if self.in_flight > 0 and self.queue[1].wave ~= self.wave then return end
    local rows = table.remove(self.queue, 1)
    self.wave = rows.wave
    submit(self, rows)
  end
end

--- Sends inputs.
-- @tparam table hub
-- @tparam string operation records_create, _read, _update, _upsert or _archive
-- @tparam string object_type as it stands in the path
-- @tparam {table,...} inputs as the wire has them
-- @tparam table options convert = function(record); property = the unique one of an upsert; others = the property
--   that has a record's further names, separated by semicolons; extra = further members of the body; query;
--   lost = { [i] = error of an input that cannot be sent };
--   settle = function(input) looks for one that may have been created: the record or nil, and whether that is known
-- @treturn table results: results[i] is the record of input i, or nil
-- @treturn {table,...} failures { row = i, error =, not_sent = true where the account refused before it was sent },
--   in order
function M.run(hub, operation, object_type, inputs, options)
  local self = setmetatable({ hub = hub, operation = operation, object_type = object_type, inputs = inputs,
    convert = options.convert, property = options.property, extra = options.extra or {}, query = options.query,
    others = options.others, settle = options.settle, tries = {}, doubts = {}, results = {}, failures = {},
    queue = {}, open = {}, in_flight = 0, shared = shared.new() }, Run)
  local size = hub.ceilings[operation] or native.operation(operation, hub.version).ceiling
  cut(self, size, options.lost or {})
  while self.in_flight > 0 or #self.queue > 0 do
    submit_all(self)
    collect(self)
  end
  table.sort(self.failures, function(a, b) return a.row < b.row end)
  return self.results, self.failures
end

return M
