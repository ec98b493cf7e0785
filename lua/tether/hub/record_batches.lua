--- Batches of records: cut to the ceiling, sent several at once, an answer for every input.
--
-- Answers are matched by the trace id that goes with each input and comes back (guide), else by the record id or the
-- value of the unique property: they are not in the order of the inputs.
local errors = require "tether.error"
local json = require "tether.json"
local native = require "tether.native"
local send = require "tether.send"
local task = require "tether.task"

local M = {}

local Run = {}
Run.__index = Run

local function fail(self, i, problem)
  self.failures[#self.failures + 1] = { row = i, error = problem }
end

local function submit(self, rows)
  local inputs = {}
  for k, i in ipairs(rows) do inputs[k] = self.inputs[i] end
  local body = { inputs = inputs }
  for name, value in pairs(self.extra) do body[name] = value end
  local ticket = send.submit(self.hub, self.operation, { f = self.object_type },
    { body = json.encode(body), query = self.query, lane = "bulk" })
  self.open[ticket], self.in_flight = rows, self.in_flight + 1
end

local function halves(self, rows)
  local half = #rows // 2
  self.queue[#self.queue + 1] = table.move(rows, 1, half, 1, {})
  self.queue[#self.queue + 1] = table.move(rows, half + 1, #rows, 1, {})
end

local function index_of(self, rows, one)
  local trace = one.objectWriteTraceId or (one.context and one.context.objectWriteTraceId or {})[1]
  local keys = { trace, one.id, self.property and one.properties and one.properties[self.property] }
  for _, i in ipairs(rows) do
    local input = self.inputs[i]
    for k = 1, 3 do
      local mine = k == 1 and input.objectWriteTraceId or k > 1 and input.id
      if keys[k] and mine and tostring(keys[k]):lower() == tostring(mine):lower() then return i end
    end
  end
end

local function take_errors(self, rows, settled, list)
  for _, one in ipairs(list) do
    local problem = errors.new(native.problem_code(207, one.category, one.subCategory, nil, one.message),
      one.message or "refused", { category = one.category, sub_category = one.subCategory })
    local named = (one.context or {}).ids or { one.objectWriteTraceId or false }
    for _, id in ipairs(named) do
      local i = index_of(self, rows, { id = id or nil, context = one.context })
      if i and not settled[i] then
        settled[i] = true
        fail(self, i, problem)
      end
    end
  end
end

local function answered(self, rows, body)
  local settled = {}
  for _, one in ipairs(type(body) == "table" and body.results or {}) do
    local i = index_of(self, rows, one)
    if i then
      settled[i] = true
      self.results[i] = self.convert(one)
    end
  end
  take_errors(self, rows, settled, type(body) == "table" and body.errors or {})
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

local function collect(self)
  local ticket = task.wait_any(self.hub.session, self.hub.settled, self.open)
  local rows = self.open[ticket]
  self.open[ticket], self.in_flight = nil, self.in_flight - 1
  local answer, problem = send.wait(self.hub, ticket)
  if answer and answer.status >= 200 and answer.status < 300 then
    return answered(self, rows, answer.body ~= "" and json.decode(answer.body) or nil)
  end
  problem = problem or send.problem(answer, self.operation)
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
--   the body; query
-- @treturn table results: results[i] is the record of input i, or nil
-- @treturn {table,...} failures { row = i, error = }, in order
function M.run(hub, operation, object_type, inputs, options)
  local self = setmetatable({ hub = hub, operation = operation, object_type = object_type, inputs = inputs,
    convert = options.convert, property = options.property, extra = options.extra or {}, query = options.query,
    results = {}, failures = {}, queue = {}, open = {}, in_flight = 0 }, Run)
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
