--- Verbs on associations. Each takes one pair or a links set, and ends in one place: a links set and an outcome.
local native = require "tether.native"
local check = require "tether.check"
local errors = require "tether.error"
local links = require "tether.links"
local outcome = require "tether.outcome"
local bulk = require "tether.batches.bulk"
local leftovers = require "tether.batches.surplus"
local lookup = require "tether.names.lookup"
local reader = require "tether.batches.reader"
local send = require "tether.connection.send"
local subject = require "tether.batches.subject"
local verify = require "tether.batches.verify"

local M = {}

local write_options = { on_batch = "function", verify = "any", keys = "table" }

-- The path's values of a set's only row.
local function values_of(set)
  local from, to = set.native:row(1)
  return { f = set.from, a = ("%d"):format(from), t = set.to, b = ("%d"):format(to) }
end

-- One pair: what the server refuses is raised; an answer settles the only row.
local function settle_pair(set, state)
  local result = outcome.new(set)
  errors.check(result.native:settle(native.rows(1, 1), state))
  return result
end

local function single(hub, operation, set, values)
  send.call(hub, operation, values or values_of(set))
  return settle_pair(set, "linked")
end

-- A pair that went through the batches raises its own error.
local function raise_row(result, is_pair, restore)
  local stopped = result.stopped
  result = restore(result)
  if stopped then -- the day is over: what was not sent is pending in the outcome that the error brings
    stopped.outcome = result
    error(stopped, 0)
  end
  if is_pair and result.linked + result.unchanged == 0 then error(result:failures()().error, 0) end
  return result
end

-- An unknown route and a record that is not there may have the same words, "resource not found" (wire.md, 11.1): the
-- other way is asked then, and tells which it was.
local function is_route_unknown(err)
  return errors.is(err) and (err.status == 404 or err.status == 405) and err.category ~= "OBJECT_NOT_FOUND"
end

-- The array form and the batches say the same as a route that the account does not know, or whose answer nobody can
-- read (wire.md, open question 1: no source shows what the typed route answers), and they do say it.
local function is_another_way(err)
  return is_route_unknown(err) or (errors.is(err) and err.code == "ANSWER_MALFORMED")
end

-- The type id in the path: the overview's form. A built-in id only: of an account's own id the path does not say that
-- it is one, and the two number spaces overlap.
local function by_path(hub, operation, set, id)
  local values = values_of(set)
  values.id = ("%d"):format(id)
  local ok, err = pcall(send.call, hub, operation, values)
  if ok then return settle_pair(set, "linked") end
  if not is_another_way(err) then error(err, 0) end
  return nil
end

-- The only type of a pair when it is a built-in id, which can be named in a path.
local function path_id(hub, set)
  local given = set.given[1]
  if not given or #given ~= 1 or math.type(given[1]) ~= "integer" then return nil end
  local found = lookup.type(hub, set.from, set.to, given[1])
  return found.category == "HUBSPOT_DEFINED" and found.id or nil
end

-- The array form for one pair: all that it shall have in one request. False: the account does not know the route.
local function put_array(hub, wanted, result)
  local specs = {}
  for i, one in ipairs(wanted.native:types(1)) do
    specs[i] = { associationCategory = one.category, associationTypeId = one.id }
  end
  local ok, err = pcall(send.call, hub, "associate_labeled", values_of(wanted), { body = specs })
  if not ok and is_another_way(err) then return false end
  if not ok then error(err, 0) end
  return errors.check(result.native:settle(native.rows(1, 1), "linked"))
end

-- A set as it is written: with the account's types, and one row for each pair. When the day's calls are used up before
-- the account could be asked for its types, the error says that nothing has been sent.
local function prepare(hub, set)
  local ok, wanted = pcall(set.resolved, set, function(list) return lookup.resolve(hub, set.from, set.to, list) end)
  if not ok then
    if errors.is(wanted) and wanted.code == "DAILY_LIMIT" then wanted.outcome = outcome.new(set) end
    error(wanted, 0)
  end
  local leaders, rows = wanted.native:unify()
  if not leaders then error(errors.adopt(rows), 0) end
  return wanted, outcome.new(wanted), leaders, rows
end

-- Ends a write: reads back when that was asked for, and gives the rows of one pair the same state.
local function finish(hub, set, written, result, leaders, wish, seconds)
  if not result.stopped then
    if result.unknown > 0 and wish == "there" then verify.follow_merged(hub, result, written) end
    verify.run(hub, result, written, wish, seconds)
  end
  errors.check(result.native:follow(leaders))
  result.links = set
  return result
end

-- What a set has now; nil: the day's calls are used up, and nothing of the set has been sent.
local function read_before(hub, wanted, result)
  local ok, current = pcall(reader.of_set, hub, wanted)
  if ok then return current end
  if not (errors.is(current) and current.code == "DAILY_LIMIT") then error(current, 0) end
  result.stopped = current
end

-- Which way an account treats a write on a pair that has labels already is not settled (wire.md, open questions 3 and
-- 4), so what is there is read first, and a pair is always sent with all that it shall have. The read also tells which
-- rows need no write.
local function add_all(hub, set, options, put)
  local seconds = verify.patience("associate", options.verify)
  local wanted, result, leaders, rows = prepare(hub, set)
  if options.read ~= false then
    local current = read_before(hub, wanted, result)
    if current then errors.check(result.native:unite(wanted.native, current.native)) end
  end
  if not result.stopped and not (put and result.pending == 1 and put(hub, wanted, result)) then
    bulk.run(hub, "batch_create", result, result.native:select(rows, "pending"), options.on_batch)
  end
  return finish(hub, set, wanted, result, leaders, "there", seconds)
end

--- Associates records. What is there already stays: labels are added, the primary is not touched.
--
-- `hub:associate(from, id, to, id)` makes the default association; with a built-in type id the request names it in its
-- path; labels and lists of types go as an array, many rows by batch create, after a read of what the pairs have.
-- @function associate
-- @param ... (links [, options]), (from type, to type, { { from id, to id, types }, … } [, options]) or
--   (from type, id, to type, id [, types [, options]])
-- @treturn outcome options: read = false skips the read before; verify = true or seconds reads back;
--   on_batch = function(outcome) is told of each batch
-- @raise for one pair: whatever refuses it. For many: only what refuses them before anything is sent
function M.associate(hub, ...)
  local set, options, is_pair, restore = subject.of(hub, "associate", ...)
  options = check.options("associate", options, { read = "boolean", on_batch = "function", verify = "any",
    keys = "table" })
  if is_pair and not options.verify then
    if not next(set.given) then return restore(single(hub, "associate_default", set)) end
    local id = path_id(hub, set)
    local result = id and by_path(hub, "associate_typed", set, id)
    if result then return restore(result) end
  end
  return raise_row(add_all(hub, set, options, is_pair and put_array), is_pair, restore)
end

--- Makes default associations by the endpoint that needs no type id: the only way for a pair of object types whose
-- plain type nobody knows. 100 a request, where associate sends 2,000.
-- @function associate_default
-- @param ... as for associate, without types
-- @treturn outcome options: verify, on_batch
-- @raise as associate
function M.associate_default(hub, ...)
  local set, options, is_pair, restore = subject.of(hub, "associate_default", ...)
  options = check.options("associate_default", options, write_options)
  if next(set.given) then
    errors.raise("BAD_ARGUMENT", "associate_default: takes no types; use hub:associate for these")
  end
  local result = outcome.new(set)
  local leaders, rows = set.native:unify()
  if not leaders then error(errors.adopt(rows), 0) end
  bulk.run(hub, "batch_default", result, rows, options.on_batch)
  return raise_row(finish(hub, set, set, result, leaders, "there", verify.patience("associate_default",
    options.verify)), is_pair, restore)
end

--- Leaves exactly these labels on links: adds what is missing, removes what is too much. The link itself, its primary
-- and its place in a hierarchy stay. An empty list removes all labels.
-- @function relabel
-- @param ... as for associate
-- @treturn outcome options: verify, on_batch
-- @raise as associate
function M.relabel(hub, ...)
  local set, options, is_pair, restore = subject.of_exactly(hub, "relabel", ...)
  options = check.options("relabel", options, write_options)
  local seconds = verify.patience("relabel", options.verify)
  local wanted, result, leaders = prepare(hub, set)
  local current = read_before(hub, wanted, result)
  if not current then return raise_row(finish(hub, set, wanted, result, leaders), is_pair, restore) end
  local over = links.new(set.from, set.to)
  local lacking, over_rows = result.native:relabel(wanted.native, current.native,
    lookup.kept(hub, set.from, set.to), over.native)
  if not lacking then error(errors.adopt(over_rows), 0) end
  bulk.run(hub, "batch_create", result, lacking, options.on_batch)
  local removal = outcome.new(over)
  removal.stopped = result.stopped
  bulk.run(hub, "batch_labels_archive", removal, leftovers.removable(result, over_rows, removal), options.on_batch)
  errors.check(result.native:adopt(over_rows, removal.native))
  result.stopped = removal.stopped
  if seconds and not result.stopped then leftovers.remove(hub, set, wanted, seconds) end
  return raise_row(finish(hub, set, wanted, result, leaders, "there", seconds), is_pair, restore)
end

local function is_plain(hub, set, found)
  if found.category == "HUBSPOT_DEFINED" then
    local known = native.type_by_id(found.id)
    return known ~= nil and known.kind == "unlabeled"
  end
  for _, one in ipairs(lookup.types(hub, set.from, set.to)) do
    if one.category == found.category and one.id == found.id then return one.label == nil end
  end
  return false
end

local function refuse_plain(hub, set, everything)
  for _, list in pairs(set.given) do
    for _, given in ipairs(list) do
      if not everything and is_plain(hub, set, lookup.type(hub, set.from, set.to, given)) then
        errors.raise("BAD_ARGUMENT", ("unlabel: %s is the plain type of %s to %s: removing it removes every label " ..
          "and the link itself"):format(tostring(given), set.from, set.to),
          { hint = "pass { everything = true } as the last argument, or use hub:dissociate" })
      end
    end
  end
end

--- Removes single types of links; the links stay. Removing the plain type drops everything and needs a flag.
-- @function unlabel
-- @param ... (links [, options]) or (from type, id, to type, id, types [, options]); options: everything = true
-- @return outcome
-- @raise as associate
function M.unlabel(hub, ...)
  local set, options, is_pair, restore = subject.of(hub, "unlabel", ...)
  options = check.options("unlabel", options, { everything = "boolean", on_batch = "function", keys = "table" })
  if not next(set.given) then errors.raise("TYPES_EMPTY", "unlabel: name the labels or type ids to remove") end
  refuse_plain(hub, set, options.everything)
  if is_pair then
    local id = path_id(hub, set)
    local result = id and by_path(hub, "dissociate_typed", set, id)
    if result then return restore(result) end
  end
  local wanted, result, leaders, rows = prepare(hub, set)
  bulk.run(hub, "batch_labels_archive", result, rows, options.on_batch)
  return raise_row(finish(hub, set, wanted, result, leaders), is_pair, restore)
end

--- Removes links with all their types, both directions. The records stay.
-- @function dissociate
-- @param ... (links [, options]) or (from type, id, to type, id)
-- @return outcome
-- @raise as associate
function M.dissociate(hub, ...)
  local set, options, is_pair, restore = subject.of(hub, "dissociate", ...)
  options = check.options("dissociate", options, write_options)
  local seconds = verify.patience("dissociate", options.verify)
  if is_pair and next(set.given) then
    errors.raise("BAD_ARGUMENT", "dissociate: removes the link with all its types; use hub:unlabel for single types")
  end
  if is_pair and not seconds then
    local ok, err = pcall(send.call, hub, "dissociate", values_of(set))
    if not ok and not (errors.is(err) and err.code == "NOT_FOUND") then error(err, 0) end -- gone already: as asked
    return restore(settle_pair(set, "linked"))
  end
  local result = outcome.new(set)
  bulk.run(hub, "batch_archive", result, native.rows(1, #set), options.on_batch)
  if not result.stopped then verify.run(hub, result, set, "gone", seconds) end
  return raise_row(result, is_pair, restore)
end

--- Reads the associations of one record or of many, every page.
-- @tparam table hub
-- @tparam string from object type
-- @param ids a record id, or an array of ids
-- @tparam string to object type
-- @treturn links
-- @raise BAD_ID, OBJECT_TYPE_UNKNOWN, NOT_FOUND for a single record that does not exist, and what the server refuses
function M.associations(hub, from, ids, to)
  from, to = hub:object_type(from), hub:object_type(to)
  local list = subject.ids(hub, from, "associations: id", ids)
  if type(ids) ~= "table" then return reader.of_record(hub, from, list[1], to) end
  local set = links.new(from, to)
  for _, id in ipairs(list) do set:add(id, 1) end -- only the from side is read
  return reader.of_set(hub, set)
end

-- Streams: verbs whose rows come from a file or go to one.
M.import = require("tether.hub.import").import
M.each_link = require("tether.hub.each").each_link

return M
