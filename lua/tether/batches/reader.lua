--- Reads links: the list of one record page by page, or many records by batch reads, whose further pages are read as
-- well.
local native = require "tether.native"
local account = require "tether.sets.account"
local errors = require "tether.error"
local json = require "tether.json"
local links = require "tether.sets.set"
local send = require "tether.connection.send"
local task = require "tether.task"

local M = {}

-- A set of what an account has.
local function new_set(hub, from, to)
  local set = links.new(from, to)
  account.know(set, hub)
  return set
end

local NOTHING_THERE = "crm.associations.NO_ASSOCIATIONS_FOUND"

local function seen_before(seen, id, after)
  if seen[after] then
    errors.raise("ANSWER_MALFORMED", ("reading %d: the server gives the same cursor %q twice"):format(id, after))
  end
  seen[after] = true
end

-- Reads an answer into a set. An unreadable answer is asked for again, until the session allows no further attempt.
local function of_page(hub, set, id, to, query)
  local values, after = { version = hub.version, form = hub.form, f = set.from, a = ("%d"):format(id), t = to }, nil
  local method, path = errors.check(native.path("associations_list", values, query))
  while true do
    local ticket = errors.check(hub.session:submit(method, path, nil, "associations_list", "single", after))
    local answer, err = send.wait(hub, ticket)
    if not answer then error(err, 0) end
    if answer.status ~= 200 then error(send.refusal(hub, answer, "associations_list"), 0) end
    local ok, cursors = pcall(set.read, set, answer, id)
    if ok then return cursors[1] end
    if not (errors.is(cursors) and cursors.code == "ANSWER_MALFORMED") then error(cursors, 0) end
    after = answer
  end
end

--- All links of one record.
-- @treturn links
function M.of_record(hub, from, id, to)
  local set, seen, after = new_set(hub, from, to), {}, nil
  repeat
    local query = after and { { "after", after } } -- no limit: the default of 500 is the most (wire.md, 4.5)
    local cursor = of_page(hub, set, id, to, query)
    after = cursor and cursor.after
    if after then seen_before(seen, id, after) end
  until not after
  return set
end

-- An answer of 1,000 records with 500 links each has 60 MB. It is read while it arrives, and 20 bytes a link are kept:
-- 10 MB. So only AT_FIRST requests are in flight until the first answer shows how large answers are. Then as many are
-- in flight as fit into ROOM. The memory of answers above LARGE is freed at once.
local AT_FIRST, ROOM, LARGE = 2, 64 << 20, 4 << 20

local function ceiling(self)
  self.usual = self.usual or native.operation("batch_read", self.hub.version).ceiling
  return self.hub.ceilings.batch_read or self.usual
end

local Reading = {}
Reading.__index = Reading

-- Ends reading early, after an error or because the caller needs no more: requests in flight are given up.
function Reading:close()
  task.abandon(self.hub.session, self.hub.settled, self.open)
  self.in_flight, self.queue, self.ended = 0, {}, true
end

Reading.__close = Reading.close

--- The records that have further pages to come.
-- @treturn {[integer]=true}
function Reading:unfinished()
  local ids = {}
  local function note(further)
    for _, page in ipairs(further or {}) do ids[page.id] = true end
  end
  note(self.further)
  for _, request in ipairs(self.queue) do note(request.further) end
  for _, request in pairs(self.open) do note(request.further) end
  return ids
end

-- Method and path, which are the same for all requests of a form.
function Reading:address()
  local hub = self.hub
  if not self.path or self.form ~= hub.form then
    local values = { version = hub.version, form = hub.form, f = self.from, t = self.to }
    self.method, self.path = errors.check(native.path("batch_read", values))
    self.form = hub.form
  end
  return self.method, self.path
end

function Reading:submit(request, after)
  local method, path = self:address()
  local ticket = errors.check(request.submit(method, path, after))
  request.form = self.form
  self.open[ticket], self.in_flight, self.calls = request, self.in_flight + 1, self.calls + 1
end

-- Queues the first pages. The core writes the ids, which are rows of a native links set.
function Reading:queue_rows(asked, rows)
  local size = ceiling(self)
  for first = 1, #rows, size do
    local part = rows:slice(first, math.min(size, #rows - first + 1))
    self.queue[#self.queue + 1] = { asked = asked, rows = part, submit = function(method, path, after)
      return self.hub.session:submit_rows(method, path, "ids", asked, part, "batch_read", after, true)
    end }
  end
end

-- Queues further pages. Many records share a batch. The cursors that a record has had are kept until its last page is
-- read.
function Reading:queue_further(flush)
  local size = ceiling(self)
  while #self.further >= size or (flush and #self.further > 0) do
    local inputs, further = {}, {}
    for i = 1, math.min(size, #self.further) do
      local page = table.remove(self.further)
      inputs[i], further[i] = { id = ("%d"):format(page.id), after = page.after }, page
    end
    local body, asked = json.encode { inputs = inputs }, errors.check(native.links())
    for _, page in ipairs(further) do errors.check(asked:add(page.id, 1, 0)) end
    self.queue[#self.queue + 1] = { further = further, asked = asked, rows = native.rows(1, #asked),
      submit = function(method, path, after)
        return self.hub.session:submit(method, path, body, "batch_read", "bulk", after, true)
      end }
  end
end

-- Changes to the other form of the route, when the account knows only that one (wire.md, 1.3). An account that takes
-- "associations" for an object type answers with the message of wire.md, 5. Requests that were in flight meanwhile used
-- the first form.
local function other_form(hub, problem, form)
  if hub.routes == "overview" or hub.version == "v4" then return false end
  if problem.code ~= "ROUTE_UNKNOWN" and not problem.message:find("object type from: associations", 1, true) then
    return false
  end
  if not hub.form_is_known and form == hub.form then
    hub.form, hub.form_is_known = hub.form == "overview" and "described" or "overview", true
  end
  return form ~= hub.form
end

-- Handles "too many inputs": the ceiling has fallen. It is remembered for the connection, and the request is sent again
-- in halves.
local function halved(self, request)
  local count = #request.rows
  if count < 2 then return false end
  self.hub:learn_ceiling("batch_read", count // 2)
  if request.further then
    table.move(request.further, 1, count, #self.further + 1, self.further)
    self:queue_further(true)
  else
    self:queue_rows(request.asked, request.rows)
  end
  return true
end

-- Further pages by record, so that the cursors of a record are known from page to page.
local function by_id(further)
  local found = {}
  for _, page in ipairs(further or {}) do found[page.id] = page end
  return found
end

-- The records that a request asked for: id -> true.
local function asked_ids(request)
  local ids = {}
  for i = 1, #request.rows do ids[request.asked:row(request.rows:at(i))] = true end
  return ids
end

-- Notes the further pages that an answer names. Cursors of records that were not asked for are ignored.
local function note_cursors(self, request, cursors)
  if #cursors == 0 then return end
  local before, asked = by_id(request.further), asked_ids(request)
  for _, cursor in ipairs(cursors) do
    if asked[cursor.id] then
      local seen = before[cursor.id] and before[cursor.id].seen or {}
      seen_before(seen, cursor.id, cursor.after)
      self.further[#self.further + 1] = { id = cursor.id, after = cursor.after, seen = seen }
    end
  end
end

local function check_complaints(answer)
  local complaints = errors.check(native.complaints(answer, NOTHING_THERE))
  if complaints[1] then error(errors.new(complaints[1].code, complaints[1].message, complaints[1]), 0) end
end

-- Handles the refusal of a whole request: it is sent again where that helps. True: none of its records has links.
local function refused(self, request, answer)
  local others = native.complaints(answer, NOTHING_THERE)
  self.largest = self.largest or 1
  if answer.status == 400 and others and #others == 0 then return true end
  local problem = send.refusal(self.hub, answer, "batch_read")
  if problem.code == "TOO_LARGE" and halved(self, request) then return end
  if not other_form(self.hub, problem, request.form) then error(problem, 0) end
  self.queue[#self.queue + 1] = request
end

-- Large answers are freed at once.
local function give_back(self, answer, bytes)
  if bytes < LARGE then return self.hub.session:recycle(answer) end
  self.hub.session:recycle(answer, true)
end

-- The records of a request that have no link in its answer; nil: the caller does not need them, or each has links.
local function without_links(self, request, set)
  if not self.tells_empty or request.further then return nil end
  local ids = errors.check(native.links())
  errors.check(native.gather(ids, request.asked, request.rows))
  errors.check(ids:sort())
  local linked = set and errors.check(set.native:copy()) or errors.check(native.links())
  errors.check(linked:sort())
  local _, empty = errors.check(ids:by_record(linked))
  return empty
end

-- Waits for an answer and reads it into the set that `self.into` gives. A request that is sent again gives no set. The
-- records without links are answered beside it, where the caller needs them.
local function take(self)
  local ticket = task.wait_any(self.hub.session, self.hub.settled, self.open)
  local request = self.open[ticket]
  self.open[ticket], self.in_flight = nil, self.in_flight - 1
  local answer, err = send.wait(self.hub, ticket)
  if not answer then error(err, 0) end
  if answer.status ~= 200 and answer.status ~= 207 then
    return nil, refused(self, request, answer) and without_links(self, request) or nil
  end
  local set = self.into()
  local held = #set
  local ok, cursors, says_more, bytes = pcall(set.read, set, answer)
  if not ok and not (errors.is(cursors) and cursors.code == "ANSWER_MALFORMED") then error(cursors, 0) end
  if not ok or answer.broken then
    self:submit(request, answer)
    return nil
  end
  self.largest = math.max(self.largest or 1, bytes)
  errors.check(native.keep_from(set.native, held + 1, request.asked, request.rows))
  if says_more then check_complaints(answer) end -- an answer is read a second time only when necessary
  note_cursors(self, request, cursors)
  give_back(self, answer, bytes)
  return set, without_links(self, request, set)
end

-- How many requests may be in flight.
local function width(self)
  if not self.largest then return math.min(AT_FIRST, self.hub.concurrency) end
  return math.max(1, math.min(self.hub.concurrency, ROOM // self.largest))
end

-- Submits what is queued, as far as requests may be in flight.
local function submit_all(self)
  while #self.queue > 0 and self.in_flight < width(self) do self:submit(table.remove(self.queue)) end
end

local function new(hub, from, to, into)
  return setmetatable({ hub = hub, from = from, to = to, into = into, queue = {}, open = {}, in_flight = 0, calls = 0,
    further = {} }, Reading)
end

local function distinct(asked)
  return (errors.check(asked:distinct_from()))
end

--- All links of every record on the from side of a set.
-- @tparam table hub
-- @tparam links asked
-- @treturn links of the same pair of object types, in no order
-- @treturn integer calls that it took
function M.of_set(hub, asked)
  local set = new_set(hub, asked.from, asked.to)
  local self <close> = new(hub, asked.from, asked.to, function() return set end)
  self:queue_rows(asked.native, distinct(asked.native))
  task.breathe(#asked)
  while true do
    submit_all(self)
    if self.in_flight == 0 then break end
    take(self)
    self:queue_further(self.in_flight == 0 and #self.queue == 0)
  end
  return set, self.calls
end

-- Asks for records until enough requests are in flight.
local function ask(self, next_ids)
  while not self.ended and self.in_flight + #self.queue < width(self) do
    local asked = next_ids(ceiling(self))
    if asked then self:queue_rows(asked, distinct(asked)) else self.ended = true end
  end
  submit_all(self)
end

--- The links of many records, a set for each answer: memory is that of the answers in flight.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam function next_ids asked for at most so many records: answers a native links set with them on its from side;
--   nil: there are no more
-- @tparam boolean tells_empty whether records without links are told
-- @treturn function iterator of links sets, none of them empty unless records without links are told: these stand
--   beside each set, on the from side of a native one
-- @treturn table reading `calls` so far; to be closed when it is not read to its end
function M.each(hub, from, to, next_ids, tells_empty)
  local self = new(hub, from, to, function() return new_set(hub, from, to) end)
  self.tells_empty = tells_empty
  local function next_set()
    while true do
      ask(self, next_ids)
      if self.in_flight == 0 then return nil end
      local set, empty = take(self)
      self:queue_further(self.ended and self.in_flight == 0 and #self.queue == 0)
      if set and #set > 0 or empty and #empty > 0 then return set or self.into(), empty end
    end
  end
  return function()
    local ok, set, empty = pcall(next_set)
    if ok then return set, empty end
    self:close()
    error(set, 0)
  end, self
end

return M
