--- Building blocks of workflows: records in batches, links sorted by their records, and a plan at the end.
--
-- Links that do not fit in memory are kept in a sorter's temporary file. A workflow reads each record of a pair once:
-- it passes the links that it has read to the plan, or its rule uses the links that the plan reads.
local check = require "tether.check"
local each = require "tether.hub.each"
local errors = require "tether.error"
local job_native = require "tether.job.native"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local make = require "tether.plan.make"
local native = require "tether.native"
local reader = require "tether.batches.reader"

local M = {}

local RUN, RECORDS, ROWS = 1 << 16, 8000, 1 << 16 -- rows of a sorter in memory; what is taken from it at once
local CALL = 1000 -- records of a batch read

--- Adds the options that choose some records: ids, column, changed_since. A workflow that always looks at all records
-- must not accept them, because it would ignore them.
-- @tparam table known its own: name -> kind
-- @treturn table the same table
function M.with_whom(known)
  known.ids, known.column, known.changed_since = "any", "any", "any"
  return known
end

--- Reads the options of a workflow.
-- @tparam string name of the workflow
-- @tparam table options
-- @tparam table known name -> kind
-- @tparam {string,...} needed those that must be there
-- @treturn table
-- @raise OPTION_UNKNOWN, BAD_ARGUMENT
function M.options(name, options, known, needed)
  options = check.options(name, check.type(name .. ": the options", options, "table"), known)
  for _, key in ipairs(needed) do
    if options[key] == nil then
      errors.raise("BAD_ARGUMENT", ("%s: %s is missing"):format(name, key), { hint =
        ("pass %s = …; see tether.workflows.%s"):format(key, name) })
    end
  end
  return options
end

--- Checks that a word is one of several.
-- @raise BAD_ARGUMENT
function M.choice(name, given, ...)
  for _, allowed in ipairs { ... } do
    if given == allowed then return given end
  end
  return check.refuse(name, "one of " .. table.concat({ ... }, ", "), given)
end

--- The options that choose records; when all fields are nil, all records are chosen.
-- @treturn table
function M.of_whom(options)
  return { ids = options.ids, column = options.column, changed_since = options.changed_since }
end

--- Whether the options choose only some records.
function M.is_part(options)
  return options.ids ~= nil or options.changed_since ~= nil
end

--- A sorter for a workflow's rows.
function M.sorter()
  return errors.check(job_native.sorter(RUN))
end

--- Iterates over the portions of a sorter, record by record.
-- @param sorter native; it is closed at the end
-- @treturn function iterator of native sets: wanted, probes, asked
function M.portions(sorter)
  return function()
    local wanted, probes, asked = errors.check(sorter:take(RECORDS, ROWS))
    if wanted then return wanted, probes, asked end
    sorter:close()
    return nil
  end
end

--- The chosen records, in batches of a full call.
-- @tparam table hub
-- @tparam string from object type
-- @tparam table options
-- @tparam table tally records, pages, reads: numbers of what was asked for and of calls
-- @treturn function iterator of links sets with the records on their from side
function M.records(hub, from, to, options, tally)
  local next_batch = each.batches(hub, from, M.of_whom(options), tally)
  return function()
    local ids = next_batch(CALL)
    return ids and links.wrap(from, to, { native = ids }) or nil
  end
end

local PAGE = 100 -- records of a page, and of a batch read of records

-- The records of ids that are read with their properties.
local function of_ids(hub, object_type, options, properties, tally)
  local next_batch, list, at = each.batches(hub, object_type, M.of_whom(options), tally), {}, 0
  return function()
    while at >= #list do
      local batch, ids = next_batch(PAGE), {}
      if not batch then return nil end
      for row = 1, #batch do ids[row] = batch:row(row) end
      local found = hub:get(object_type, ids, { properties = properties })
      list, at, tally.reads = {}, 0, tally.reads + 1
      for i = 1, #ids do list[#list + 1] = found[i] end
    end
    at = at + 1
    return list[at]
  end
end

--- The next records for a workflow that reads links batch by batch.
-- @tparam table self the workflow: hub, from, to, options, tally
-- @treturn ?links nil: no more
-- @treturn ?string "records", what the set is of
function M.each_record(self)
  self.next_batch = self.next_batch or M.records(self.hub, self.from, self.to, self.options, self.tally)
  local set = self.next_batch()
  return set, set and "records"
end

--- The chosen records, with properties, each once.
-- @tparam table hub
-- @tparam string object_type
-- @tparam table options
-- @tparam {string,...} properties
-- @tparam table tally
-- @treturn function iterator of records
function M.with_properties(hub, object_type, options, properties, tally)
  if options.ids ~= nil then return of_ids(hub, object_type, options, properties, tally) end
  local count = 0
  local next_record, found
  if options.changed_since ~= nil then
    next_record, found = hub:changed(object_type, options.changed_since, { properties = properties })
  else
    next_record = hub:records(object_type, { properties = properties })
  end
  local before = tally.pages
  return function()
    local record = next_record()
    count = count + (record and 1 or 0)
    tally.pages = before + (found and found.calls or (count + PAGE - 1) // PAGE)
    return record
  end
end

--- The same, but raises at the end when no record has a value in any of the properties: such a rule is a mistake. A
-- walk over chosen records may find none.
-- @tparam string name of the workflow
-- @tparam[opt] {string,...} needed those of the properties that count
-- @raise PLAN_REFUSED
function M.with_values(name, hub, object_type, options, properties, tally, needed)
  local next_record, count, any = M.with_properties(hub, object_type, options, properties, tally), 0, false
  return function()
    local record = next_record()
    for _, property in ipairs(record and not any and (needed or properties) or {}) do
      any = any or (record.properties[property] or "") ~= ""
    end
    count = count + (record and 1 or 0)
    if record or any or count == 0 or M.is_part(options) then return record end
    errors.raise("PLAN_REFUSED", ("%s: none of %d %s has a value in %s"):format(name, count, object_type,
      table.concat(needed or properties, ", ")),
      { hint = "look at the name of the property, and at what the token may read" })
  end
end

--- Reads the links of some records, in order and each pair once.
-- @param asked native, the records on its from side
-- @treturn links
function M.read(hub, from, to, asked, tally)
  local set, calls = reader.of_set(hub, { native = asked, from = from, to = to })
  tally.reads = tally.reads + calls
  errors.check(set.native:compact())
  return set
end

--- Makes a tally.
function M.tally()
  return { records = 0, pages = 0, reads = 0, without_id = 0, notices = {} }
end

--- The type sets of native rows that hold a type: index -> true.
-- @param rows native
-- @tparam table type { category =, id = }
function M.holding(rows, type)
  local found = {}
  for index = 0, rows:sets() - 1 do
    for _, tag in ipairs(rows:set(index)) do
      if tag.category == type.category and tag.id == type.id then found[index] = true end
    end
  end
  return found
end

--- The links of a set that hold a type of the account.
-- @tparam links set
-- @tparam ?table type nil: all links
-- @return native
function M.with_type(set, type)
  if not type then return set.native end
  return errors.check(set.native:filter(nil, nil, M.holding(set.native, type), "links"))
end

--- A type of the account by the name that people use; nil for nil.
-- @raise LABEL_UNKNOWN, TYPE_UNKNOWN, TYPE_WRONG_DIRECTION
function M.type(hub, from, to, given)
  return given ~= nil and lookup.type(hub, from, to, given) or nil
end

--- A function that gives a set of new links the types that they have in the account.
-- @param given type; nil: the plain one
-- @treturn function of a links set: answers native compact rows
function M.resolver(hub, from, to, given)
  local list = lookup.resolve(hub, from, to, { given })
  return function(set)
    local made = M.none()
    local index = errors.check(made:reserve())
    errors.check(made:define(index, list))
    local map = {}
    for known = 0, set.native:sets() - 1 do map[known] = index end
    errors.check(made:merge(set.native, map))
    errors.check(made:compact())
    return made
  end
end

--- The same rows without types.
-- @param rows native
-- @return native
function M.plain(rows)
  local made, map = M.none(), {}
  for index = 0, rows:sets() - 1 do map[index] = 0 end
  errors.check(made:merge(rows, map))
  return made
end

--- Native rows as links with a type; without one, with the plain one.
-- @treturn links
function M.links(from, to, rows, given)
  local set, map = links.new(from, to), {}
  if given == nil then
    for index = 0, rows:sets() - 1 do map[index] = 0 end
  else
    set:add(1, 1, given)
    for index = 0, rows:sets() - 1 do map[index] = select(3, set.native:row(1)) end
    set.native = errors.check(set.native:like())
  end
  errors.check(set.native:merge(rows, map))
  return set
end

-- The same links with other types: change(list) answers those of a type set.
local function retyped(rows, change)
  local made, map = M.none(), {}
  for index = 0, rows:sets() - 1 do map[index] = errors.check(made:intern(change(rows:set(index)))) end
  errors.check(made:merge(rows, map))
  return made
end

--- The same links with one type more.
-- @param rows native
-- @tparam table type { category =, id = }
-- @return native
function M.with(rows, type)
  return retyped(rows, function(list)
    list[#list + 1] = type
    return list
  end)
end

--- The same links without a type.
function M.without(rows, type)
  return retyped(rows, function(list)
    for i = #list, 1, -1 do
      if list[i].category == type.category and list[i].id == type.id then table.remove(list, i) end
    end
    return list
  end)
end

--- The links without those from a record to itself.
function M.apart(rows)
  local made = errors.check(rows:like())
  for row = 1, #rows do
    local from, to = rows:row(row)
    if from ~= to then errors.check(made:append(rows, row)) end
  end
  return made
end

--- Inside one object type, only the rows from the smaller id to the larger one, so that each pair comes once, as in a
-- plan.
-- @param rows native
-- @return native
function M.forward(rows)
  local made = errors.check(rows:like())
  for row = 1, #rows do
    local from, to = rows:row(row)
    if from < to then errors.check(made:append(rows, row)) end
  end
  return made
end

local NAMED = 5 -- to records that a note names

--- Notes records that have several links where only one is allowed; they are left.
-- @tparam function leave
-- @param rows native, sorted
-- @tparam string text "%s" is their to records
function M.leave_several(leave, rows, text)
  local row, count = 1, #rows
  while row <= count do
    local from, first = rows:row(row)
    local named, seen = {}, 0
    while row <= count and rows:row(row) == from do
      seen = seen + 1
      if seen <= NAMED then named[seen] = ("%d"):format(select(2, rows:row(row))) end
      row = row + 1
    end
    if seen > NAMED then named[#named + 1] = "…" end
    leave(from, first, text:format(table.concat(named, ", ")))
  end
end

--- The candidate of each record; of several candidates all, the newest, or none, which is noted.
-- @tparam table self choose = "all", "recent" or another word; newest, leave
-- @param rows native, sorted
-- @tparam string text for records that are left: "%s" is their candidates
-- @return native
function M.choose(self, rows, text)
  if self.choose == "all" then return rows end
  local single, several = errors.check(rows:by_count(1, 1))
  if #several > 0 and self.choose == "recent" then
    errors.check(single:merge(self.newest(several)))
  else
    M.leave_several(self.leave, several, text)
  end
  return single
end

--- An empty native set.
function M.none()
  return errors.check(native.links())
end

--- Plans a workflow: see tether.plan.make.
-- @tparam table hub
-- @tparam table flow
-- @tparam table tally of the calls that the workflow makes by itself
-- @tparam[opt] table options of the plan: labels, primary, on_progress
-- @treturn plan
function M.plan(hub, flow, tally, options)
  function flow.reads() return tally.reads + tally.pages end
  return make.make(hub, flow, options or {})
end

return M
