--- Reading links: one record's list page by page, many records by batch reads whose inner cursors are followed.
local native = require "tether.native"
local errors = require "tether.error"
local json = require "tether.json"
local links = require "tether.links"
local send = require "tether.send"
local task = require "tether.task"

local M = {}

local NOTHING_THERE = "crm.associations.NO_ASSOCIATIONS_FOUND"

local function seen_before(seen, id, after)
  local key = id .. " " .. after
  if seen[key] then
    errors.raise("ANSWER_MALFORMED", ("reading %d: the server gives the same cursor %q twice"):format(id, after))
  end
  seen[key] = true
end

--- All links of one record.
-- @treturn links
function M.of_record(hub, from, id, to)
  local set, seen, after = links.new(from, to), {}, nil
  repeat
    local query = after and { { "after", after } } -- no limit: the default of 500 is the most (wire 4.5)
    local ticket = send.submit(hub, "associations_list",
      { f = from, a = ("%d"):format(id), t = to }, { query = query })
    local answer, err = send.wait(hub, ticket)
    if not answer then error(err, 0) end
    if answer.status ~= 200 then error(send.problem(answer, "associations_list"), 0) end
    local cursor = set:read(answer, id)[1]
    after = cursor and cursor.after
    if after then seen_before(seen, id, after) end
  until not after
  return set
end

-- An answer is held whole until it is read, and one of 1,000 records may have 500 links each: 60 MB. So few are asked
-- for until the first has come, and then no more than such answers will fit; large ones are freed at once.
local AT_FIRST, ROOM, LARGE = 2, 64 << 20, 4 << 20

local function ceiling(hub)
  return hub.ceilings.batch_read or native.operation("batch_read", hub.version).ceiling
end

local Reading = {}
Reading.__index = Reading

function Reading:submit(request)
  local values = { version = self.hub.version, form = self.hub.form, f = self.set.from, t = self.set.to }
  local method, path = native.path("batch_read", values)
  if not method then error(errors.adopt(path), 0) end
  local ticket = errors.check(request.submit(method, path))
  self.open[ticket], self.in_flight = request, self.in_flight + 1
end

-- The first pages: ids are written by the core.
function Reading:queue_rows(rows)
  local size = ceiling(self.hub)
  for first = 1, #rows, size do
    local part = rows:slice(first, math.min(size, #rows - first + 1))
    self.queue[#self.queue + 1] = { rows = part, submit = function(method, path)
      return self.hub.session:submit_rows(method, path, "ids", self.asked, part)
    end }
  end
end

-- Followers of many answers share batches.
function Reading:queue_followers(flush)
  local size = ceiling(self.hub)
  while #self.followers >= size or (flush and #self.followers > 0) do
    local inputs = {}
    for i = 1, math.min(size, #self.followers) do
      local follower = table.remove(self.followers)
      inputs[i] = { id = ("%d"):format(follower.id), after = follower.after }
    end
    local body = json.encode { inputs = inputs }
    self.queue[#self.queue + 1] = { inputs = inputs, submit = function(method, path)
      return self.hub.session:submit(method, path, body)
    end }
  end
end

-- The route may be known in its other form only.
local function other_form(hub, problem)
  if hub.form_is_known or hub.routes == "overview" or hub.version == "v4" then return false end
  if problem.code ~= "ROUTE_UNKNOWN" and not problem.message:find("object type from: associations", 1, true) then
    return false
  end
  hub.form, hub.form_is_known = hub.form == "overview" and "described" or "overview", true
  return true
end

-- "Too many inputs": the ceiling has moved. It is remembered for the connection, and what was refused goes in halves.
local function halved(self, request)
  local count = #(request.rows or request.inputs)
  if count < 2 then return false end
  self.hub:learn_ceiling("batch_read", count // 2)
  if request.rows then
    self:queue_rows(request.rows)
  else
    for _, input in ipairs(request.inputs) do
      self.followers[#self.followers + 1] = { id = math.tointeger(input.id), after = input.after }
    end
    self:queue_followers(true)
  end
  return true
end

local function check_complaints(answer)
  local complaints, problem = native.complaints(answer, NOTHING_THERE)
  if not complaints then error(errors.adopt(problem), 0) end
  if complaints[1] then error(errors.new(complaints[1].code, complaints[1].message, complaints[1]), 0) end
end

local function take(self)
  local ticket = task.wait_any(self.hub.session, self.hub.settled, self.open)
  local request = self.open[ticket]
  self.open[ticket], self.in_flight = nil, self.in_flight - 1
  local answer, err = send.wait(self.hub, ticket)
  if not answer then error(err, 0) end
  if answer.status ~= 200 and answer.status ~= 207 then
    local others = native.complaints(answer, NOTHING_THERE)
    self.largest = self.largest or 1
    if answer.status == 400 and others and #others == 0 then return end -- none of these records has links
    local problem = send.problem(answer, "batch_read")
    if problem.code == "TOO_LARGE" and halved(self, request) then return end
    if not other_form(self.hub, problem) then error(problem, 0) end
    self.queue[#self.queue + 1] = request
    return
  end
  local cursors, says_more, bytes = self.set:read(answer)
  self.largest = math.max(self.largest or 1, bytes)
  if says_more then check_complaints(answer) end -- an answer is not read twice without need
  for _, cursor in ipairs(cursors) do
    seen_before(self.seen, cursor.id, cursor.after)
    self.followers[#self.followers + 1] = cursor
  end
  if bytes < LARGE then return self.hub.session:recycle(answer) end
  answer = nil -- luacheck: ignore 311 (for the collector)
  collectgarbage()
end

-- How many requests may be in flight.
local function width(self)
  if not self.largest then return math.min(AT_FIRST, self.hub.concurrency) end
  return math.max(1, math.min(self.hub.concurrency, ROOM // self.largest))
end

--- All links of every record on the from side of a set.
-- @tparam table hub
-- @tparam links asked
-- @treturn links of the same pair of object types, in no order
function M.of_set(hub, asked)
  local self = setmetatable({ hub = hub, asked = asked.native, set = links.new(asked.from, asked.to), queue = {},
    open = {}, in_flight = 0, followers = {}, seen = {} }, Reading)
  local rows, err = asked.native:distinct_from()
  if not rows then error(errors.adopt(err), 0) end
  self:queue_rows(rows)
  while true do
    while #self.queue > 0 and self.in_flight < width(self) do self:submit(table.remove(self.queue)) end
    if self.in_flight == 0 then break end
    take(self)
    self:queue_followers(self.in_flight == 0 and #self.queue == 0)
  end
  return self.set
end

return M
