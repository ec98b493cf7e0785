--- Verbs on associations. Each takes one pair or a links set; both become a links set, and both end in an outcome.
local lazy = require "tether.lazy"
local native = require "tether.native"
local check = require "tether.check"
local errors = require "tether.error"
local links = require "tether.sets.set"
local outcome = require "tether.outcome"
local bulk = lazy "tether.batches.bulk"
local json = lazy "tether.json"
local definitions = lazy "tether.names.definitions"
local lookup = require "tether.names.lookup"
local mirror = lazy "tether.links.mirror"
local problem = lazy "tether.connection.problem"
local reader = lazy "tether.batches.reader"
local subject = require "tether.batches.subject"
local renew = lazy "tether.batches.renew"
local surplus = lazy "tether.batches.surplus"
local task = require "tether.task"
local verify = lazy "tether.batches.verify"

local M = {}

local write_options = { on_batch = "function", verify = "any", keys = "table" }

-- A write under way: the links that were given, the links that are sent for them, and the states of their rows.
local Write = {}
Write.__index = Write

-- Reads the arguments of a verb. `known` lists its options; `subject_of` reads the arguments before them.
local function begin(hub, verb, known, subject_of, ...)
  local set, options, is_pair, restore = subject_of(hub, verb, ...)
  options = check.options(verb, options, known)
  return setmetatable({ hub = hub, verb = verb, set = set, options = options, is_pair = is_pair, restore = restore,
    seconds = options.verify and verify.patience(verb, options.verify), wanted = set, result = outcome.new(set),
    rows = native.rows(1, #set) }, Write)
end

-- Runs a question that must be answered before anything is sent. When the account or the connection refuses everything,
-- nothing of the set was sent, and nothing will be.
function Write:ask(question)
  if self.result.stopped then return nil end
  local ok, answer = pcall(question)
  if ok then return answer end
  if not problem.is_beyond_rows(answer) then error(answer, 0) end
  self.result.stopped = answer
end

-- Makes the set as it is written: with the account's types, and one row for each pair. `is_left_out`: see
-- Links:resolved.
function Write:prepare(is_left_out)
  local hub, set = self.hub, self.set
  self.is_left_out = is_left_out
  local wanted = self:ask(function()
    return set:resolved(function(list) return lookup.resolve(hub, set.from, set.to, list) end, hub, is_left_out)
  end)
  if not wanted then return end
  self.wanted, self.result = wanted, outcome.new(wanted)
  task.breathe(#wanted)
  self:unify()
  task.breathe(#wanted)
end

-- Finds the rows that name the same pair. One of them leads and is sent; the others, its followers, count as
-- unchanged until the end, when they get the leader's state.
function Write:unify()
  local hub, core, from = self.hub, self.wanted.native, self.set.from
  local unified = self:ask(function()
    return table.pack(mirror.unify(core, mirror.is_one_type(from, self.set.to), function(type)
      return definitions.inverse(hub, from, type)
    end, function() task.breathe(#self.wanted) end))
  end)
  if not unified then return end
  self.leaders, self.rows, self.followers = unified[1], unified[2], unified[3]
  errors.check(self.result.native:settle(self.followers, "unchanged"))
end

-- Prepares a set whose labels are added. In a set that was read from an account a primary is data and no wish: it is
-- left out, unless { primary = true } asks for it.
function Write:prepare_labels()
  if self.options.primary then return self:prepare() end
  local left = 0
  self:prepare(function(type, rows)
    local is_primary = lookup.is_primary(type)
    if is_primary then left = left + rows end
    return is_primary
  end)
  if left > 0 then
    table.insert(self.hub.notices, ("%s: the primary of %d link%s was not moved; pass { primary = true } to move it")
      :format(self.verb, left, left == 1 and "" or "s"))
  end
end

-- Reads the links of the set's records. When that shows a label under another name than the known one, all names are
-- resolved again.
function Write:current()
  local current = self:ask(function() return (reader.of_set(self.hub, self.wanted)) end)
  if current and lookup.forget_renamed(self.hub, self.set.from, self.set.to, current.names) then
    self:prepare(self.is_left_out)
  end
  return current
end

-- Sends the rows that are still pending, unless the account has refused everything.
function Write:send(operation, extra)
  if self.result.stopped then return end
  bulk.run(self.hub, operation, self.result, self.result.native:select(self.rows, "pending"), self.options.on_batch,
    extra)
end

-- An unknown route and a missing record may have the same message, "resource not found" (wire.md, 11.1). Then the other
-- way is tried, whose answer tells which it was.
local function is_route_unknown(err)
  return (err.status == 404 or err.status == 405) and err.category ~= "OBJECT_NOT_FOUND"
end

-- The error that keeps the only row of a pair from being done; nil: none.
function Write:obstacle()
  local result = self.result
  if result.linked + result.unchanged > 0 then return nil end
  if result.stopped then return result.stopped end
  local failed = result:failures()()
  if not failed then return nil end
  return failed.state == "rejected" and result.problem or failed.error
end

-- Sends a pair by a route of its own. Answers false when the account does not know the route, or when its answer does
-- not tell what was done (wire.md, open question 1: no source shows the answer of the route with a type id). The array
-- form and the batches can send the same, and their answers do tell.
function Write:by_route(operation, extra)
  self:send(operation, extra)
  local obstacle = self:obstacle()
  if not obstacle or not (is_route_unknown(obstacle) or problem.about(obstacle) == "answer") then return true end
  self.result.stopped, self.result.problem = nil, nil
  errors.check(self.result.native:settle(self.rows, "pending"))
  return false
end

-- Ends a write: reads back when the options ask for it, gives all rows of a pair the same state, and answers the
-- outcome of the links that were given. Raises the error that has ended the write early, and the failure of a single
-- pair. `wish` says what reading back shall show: "there", "gone" (no link) or "without" (none of the types); nil:
-- nothing is read back.
function Write:finish(wish)
  local result = self.result
  if not result.stopped and wish then
    if result.unknown > 0 and wish == "there" then verify.find_merged(self.hub, result, self.wanted) end
    if self.seconds then verify.run(self.hub, result, self.wanted, wish, self.seconds) end
  end
  if self.leaders then errors.check(result.native:copy_from_leaders(self.leaders)) end
  result.links = self.set
  if self.again and result.rejected > 0 then renew.write(self.hub, result, self.again) end
  local obstacle = self.is_pair and self:obstacle()
  local whole = self.restore(result)
  whole.removes = (wish == "gone" or wish == "without") or nil
  if result.stopped then
    result.stopped.outcome = whole -- rows that were not sent are pending in it
    error(result.stopped, 0)
  end
  if obstacle then error(obstacle, 0) end
  return whole
end

-- Runs a verb that names labels. Rows that the account refuses because a label has got another id are written once
-- more.
local function run(write, verb)
  write.again = function(part)
    return verb(setmetatable({ hub = write.hub, verb = write.verb, set = part, options = write.options, wanted = part,
      restore = function(result) return result end, seconds = write.seconds, result = outcome.new(part),
      rows = native.rows(1, #part) }, Write))
  end
  return verb(write)
end

-- The type id that a path can name: the only type of a pair, and built-in. A path does not tell whether an id is
-- built-in or the account's own, and the two number ranges overlap.
local function path_id(hub, set)
  local given = set.given[1]
  if not given or #given ~= 1 or math.type(given[1]) ~= "integer" then return nil end
  local found = lookup.type(hub, set.from, set.to, given[1])
  return found.category == "HUBSPOT_DEFINED" and ("%d"):format(found.id) or nil
end

-- The types of a pair in the array form, which sends all of them in one request.
local function array_of(wanted)
  local specs = {}
  for i, type in ipairs(wanted.native:types(1)) do
    specs[i] = { associationCategory = type.category, associationTypeId = type.id }
  end
  return json.encode(specs)
end

-- The sources do not tell how an account treats a write to a pair that has labels already (wire.md, open questions 3,
-- 4). So the links are read first, and a pair is always sent with all types that it shall have. The read also shows
-- which rows need no write.
local function add_all(write)
  write:prepare_labels()
  if write.options.read ~= false then
    local current = write:current()
    task.breathe(#write.wanted)
    if current then errors.check(write.result.native:subtract_existing(write.wanted.native, current.native)) end
    task.breathe(#write.wanted)
  end
  local alone = write.is_pair and not write.result.stopped and write.result.pending == 1
  if alone and write:by_route("associate_labeled", { body = array_of(write.wanted) }) then return end
  write:send "batch_create"
end

-- Writes a pair that needs no read before: by the default route, or with its type in the path.
local function add_plain(write)
  if not next(write.set.given) then
    write:send "associate_default"
    return true
  end
  local id = path_id(write.hub, write.set)
  return id and write:by_route("associate_typed", { id = id })
end

local function associate(write)
  if not (write.is_pair and not write.options.verify and add_plain(write)) then add_all(write) end
  return write:finish "there"
end

--- Associates records. Existing links stay: labels are added, and the primary is not touched.
--
-- The primary moves where a script names it among the types; from a set that was read from an account it moves only
-- with { primary = true }, and hub.notices tells that it was left out. Inside one object type the rows (1, 2) and (2,
-- 1) are one link.
-- `hub:associate(from, id, to, id)` makes the default association; with a built-in type id the request names it in
-- its path; labels and lists of types go as an array, many rows by batch create, after a read of what the pairs have.
-- @function associate
-- @param ... (links [, options]), (from type, to type, { { from id, to id, types }, … } [, options]) or
--   (from type, id, to type, id [, types [, options]])
-- @treturn outcome options: read = false skips the read before; verify = true or seconds reads back;
--   on_batch = function(outcome) is told of each batch
-- @raise for one pair: whatever refuses it, or leaves it in doubt. For many: what refuses them before anything is
--   sent, and what the account, or the line to it, refuses all for; then `outcome` has the rows, and
--   `outcome:unsent()` what was not sent
function M.associate(hub, ...)
  local write = begin(hub, "associate", { read = "boolean", on_batch = "function", verify = "any", keys = "table",
    primary = "boolean" }, subject.of, ...)
  return run(write, associate)
end

--- Makes default associations by the endpoint that needs no type id. It is the only way for a pair of object types
-- whose plain type is unknown. It sends 100 links a request, where associate sends 2,000.
-- @function associate_default
-- @param ... as for associate, without types
-- @treturn outcome options: verify, on_batch
-- @raise as associate
function M.associate_default(hub, ...)
  local write = begin(hub, "associate_default", write_options, subject.of, ...)
  if next(write.set.given) then
    errors.raise("BAD_ARGUMENT", "associate_default: takes no types; use hub:associate for these")
  end
  write.wanted = write.set:copy() -- its rows may be turned
  write.result = outcome.new(write.wanted)
  write:unify()
  write:send "batch_default"
  return write:finish "there"
end

-- Removes the surplus types of links whose missing types are written.
local function remove_surplus(write, surplus_links, surplus_rows)
  local result, removal = write.result, outcome.new(surplus_links)
  removal.stopped = result.stopped
  bulk.run(write.hub, "batch_labels_archive", removal, surplus.removable(result, surplus_rows, removal),
    write.options.on_batch)
  errors.check(result.native:adopt(surplus_rows, removal.native))
  result.stopped, result.problem = removal.stopped, removal.problem or result.problem
end

local function relabel(write)
  local hub, set = write.hub, write.set
  write:prepare_labels()
  local current = write:current()
  local kept = current and write:ask(function() return lookup.kept(hub, set.from, set.to) end)
  if not kept then return write:finish() end
  local surplus_links = links.new(set.from, set.to)
  local missing, surplus_rows = errors.check(write.result.native:relabel(write.wanted.native, current.native, kept,
    surplus_links.native))
  write.rows = missing
  write:send "batch_create"
  remove_surplus(write, surplus_links, surplus_rows)
  if write.seconds and not write.result.stopped then
    surplus.remove(hub, write.wanted, write.followers, write.seconds)
  end
  return write:finish "there"
end

--- Leaves exactly these labels on links: adds missing labels and removes surplus ones. The link itself, its primary and
-- its place in a hierarchy stay. An empty list removes all labels.
-- @function relabel
-- @param ... as for associate
-- @treturn outcome options: verify, on_batch
-- @raise as associate
function M.relabel(hub, ...)
  return run(begin(hub, "relabel", { on_batch = "function", verify = "any", keys = "table", primary = "boolean" },
    subject.of_exactly, ...), relabel)
end

local function refuse_plain(hub, set, everything)
  for _, list in pairs(set.given) do
    for _, given in ipairs(list) do
      if not everything and lookup.is_plain(hub, set.from, set.to, lookup.type(hub, set.from, set.to, given)) then
        errors.raise("BAD_ARGUMENT", ("unlabel: %s is the plain type of %s to %s: removing it removes every label " ..
          "and the link itself"):format(tostring(given), set.from, set.to),
          { hint = "pass { everything = true } as the last argument, or use hub:dissociate" })
      end
    end
  end
end

-- Whether any row of a set has types; links of the default association have none.
local function names_types(set)
  for index in pairs(native.tally(set.native)) do
    if index > 0 then return true end
  end
  return false
end

-- Settles rows of which no type is left to remove as unchanged.
local function settle_empty(write)
  local core, any = write.wanted.native, false
  for index in pairs(native.tally(core)) do any = any or #core:set(index) == 0 end
  for row = 1, any and #core or 0 do
    if #core:types(row) == 0 then errors.check(write.result.native:settle(native.rows(row, 1), "unchanged")) end
  end
end

-- Prepares a set whose labels are removed. In a set that was read from an account, links have the plain type and the
-- primary without anybody having asked to remove these. They are left out, and a row without a label loses nothing.
local function prepare_removal(write)
  local hub, set, options = write.hub, write.set, write.options
  write:prepare(function(type)
    return not (options.everything and lookup.is_plain(hub, set.from, set.to, type)) and
      (lookup.is_primary(type) or lookup.is_plain(hub, set.from, set.to, type))
  end)
  if not write.result.stopped then settle_empty(write) end
end

--- Removes single types of links; the links stay. Removing the plain type drops everything and needs a flag.
-- @function unlabel
-- @param ... (links [, options]) or (from type, id, to type, id, types [, options]); options: everything = true,
--   verify, on_batch
-- @return outcome
-- @raise as associate
function M.unlabel(hub, ...)
  local write = begin(hub, "unlabel", { everything = "boolean", on_batch = "function", verify = "any",
    keys = "table" }, subject.of,
    ...)
  if not names_types(write.set) then errors.raise("TYPES_EMPTY", "unlabel: name the labels or type ids to remove") end
  write:ask(function()
    refuse_plain(hub, write.set, write.options.everything)
    return true
  end)
  local id = write.is_pair and not write.result.stopped and path_id(hub, write.set)
  if not (id and write:by_route("dissociate_typed", { id = id })) then
    prepare_removal(write)
    write:send "batch_labels_archive"
  end
  return write:finish "without"
end

--- Removes links with all their types, both directions. The records stay.
-- @function dissociate
-- @param ... (links [, options]) or (from type, id, to type, id)
-- @return outcome
-- @raise as associate
function M.dissociate(hub, ...)
  local write = begin(hub, "dissociate", write_options, subject.of, ...)
  if write.is_pair and next(write.set.given) then
    errors.raise("BAD_ARGUMENT", "dissociate: removes the link with all its types; use hub:unlabel for single types")
  end
  local alone = write.is_pair and not write.seconds
  write:send(alone and "dissociate" or "batch_archive")
  local obstacle = alone and write:obstacle()
  if obstacle and obstacle.code == "NOT_FOUND" then -- the link is gone already, as asked
    errors.check(write.result.native:settle(write.rows, "linked"))
  end
  return write:finish "gone"
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

return M
