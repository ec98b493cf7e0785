--- Reading links at scale: of a list of records, or of every record of a type, in constant memory.
local native = require "tether.native"
local check = require "tether.check"
local errors = require "tether.error"
local lazy = require "tether.lazy"
local id_file = lazy "tether.files.id_file"
local ids_of_account = require "tether.batches.ids"
local reader = require "tether.batches.reader"
local subject = require "tether.batches.subject"

local M = {}

-- The records that have changed since a time. The searches count as pages.
local function of_changed(hub, from, since, count)
  local next_record, found = hub:changed(from, since)
  return function()
    local record = next_record()
    count.pages = found.calls
    return record and record.id
  end
end

local function ids_of(hub, from, options, count)
  local ids = options.ids
  if options.changed_since ~= nil then
    if ids ~= nil then
      errors.raise("BAD_ARGUMENT", "each_link: ids and changed_since both say which records; give one of them")
    end
    return of_changed(hub, from, options.changed_since, count)
  end
  if ids == nil then return ids_of_account(hub, from, count) end
  if type(ids) == "function" or type(ids) == "table" then return check.each(ids) end
  if type(ids) == "string" or io.type(ids) then return id_file.read(ids, options.column, count) end
  return check.refuse("each_link.ids", "an array, an iterator, a file, or nil for every record", ids)
end

-- Takes at most so many ids and keys.
local function take(next_id, most)
  local list = {}
  while #list < most do
    local id = next_id()
    if id == nil then break end
    list[#list + 1] = id
  end
  return list
end

-- Takes at most so many ids, as the from side of a native set.
local function batches_of(hub, from, next_id, count)
  return function(most)
    local asked, list = errors.check(native.links()), take(next_id, most)
    local ids, lost = subject.found(hub, from, "each_link: id %d", list, count.records)
    for i = 1, #list do
      if lost[i] then error(lost[i], 0) end
      errors.check(asked:add(ids[i], 1, 0))
    end
    count.records = count.records + #list
    return #asked > 0 and asked or nil
  end
end

--- The records of a walk, in batches.
-- @tparam table hub
-- @tparam string from object type
-- @tparam table options ids, column, changed_since: as for each_link
-- @tparam table count `records` and `pages` are counted in it
-- @treturn function of the most records in a batch: answers a native links set with the ids on its from side; nil at
--   the end
function M.batches(hub, from, options, count)
  return batches_of(hub, from, ids_of(hub, from, options, count), count)
end

-- The ids on the from side of a native set.
local function list_of(records)
  local list = {}
  for row = 1, records and #records or 0 do list[row] = records:row(row) end
  return list
end

--- Iterates over the links of many records, a links set for each answer: in no order, none of the sets empty. Inner
-- pages are followed; memory is that of the answers in flight. An id that comes twice within a batch is read once.
--
--     for links in hub:each_link("contacts", "companies") do total = total + #links end
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam[opt] table options ids (or keys that stand for one record each): an array, an iterator function, or a file
--   (path, "-" or open) with one id a line or in a column of CSV, which `column` names; or changed_since = a time:
--   the records of `from` that hub:changed finds; without either every record of the type, found page by page.
--   empty = true: beside each set, which may be empty then, stands an array of ids of records that have no link
-- @treturn function iterator
-- @treturn table so far: `records` asked for, `reads` (batch reads made), `pages` (of records listed or searched),
--   `without_id` (lines of the file that have none), `notices`: what people are to be told of the file
-- @return nil
-- @return what a `for` closes when it is left early: requests in flight are given up
-- @raise by the iterator: BAD_ID, FILE_FAILED, and what the server refuses
function M.each_link(hub, from, to, options)
  options = check.options("each_link", options, { ids = "any", column = "any", changed_since = "any",
    empty = "boolean" })
  from, to = hub:object_type(from), hub:object_type(to)
  local count = { records = 0, pages = 0, reads = 0, without_id = 0, notices = {} }
  local next_set, reading = reader.each(hub, from, to, M.batches(hub, from, options, count), options.empty)
  return function()
    local set, empty = next_set()
    count.reads = reading.calls
    if set then collectgarbage("step", #set * 20 // 1024) end
    return set, set and options.empty and list_of(empty) or nil
  end, count, nil, reading
end

--- Iterates over the records that have no link to an object type, in one walk.
--
--     for id in hub:each_record_without("contacts", "companies") do print(id) end
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam[opt] table options ids, column, changed_since: as for each_link
-- @treturn function iterator of ids
-- @treturn table as for each_link
-- @return nil
-- @return what a `for` closes when it is left early
-- @raise by the iterator: as each_link
function M.each_record_without(hub, from, to, options)
  options = check.options("each_record_without", options, { ids = "any", column = "any", changed_since = "any" })
  local next_set, count, _, reading = M.each_link(hub, from, to, { ids = options.ids, column = options.column,
    changed_since = options.changed_since, empty = true })
  local list, at = {}, 0
  return function()
    while at >= #list do
      local set, empty = next_set()
      if not set then return nil end
      list, at = empty, 0
    end
    at = at + 1
    return list[at]
  end, count, nil, reading
end

return M
