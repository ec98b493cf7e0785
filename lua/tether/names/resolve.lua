--- Turns rows of a file into rows of an account: keys become ids, and label names become types.
--
-- A row whose key or label the account does not know is lost; the other rows go on.
local lazy = require "tether.lazy"
local native = require "tether.native"
local cell = require "tether.links.cell"
local errors = require "tether.error"
local keys = lazy "tether.names.keys"
local definitions = lazy "tether.names.definitions"
local lookup = require "tether.names.lookup"
local meaning = lazy "tether.links.meaning"
local problems = lazy "tether.connection.problem"
local types = require "tether.types"
local mirror = lazy "tether.links.mirror"

local M = {}

local MOST_KEYS = 20000 -- keys that are remembered from piece to piece

-- Error codes that concern a row's types, and not the account or the connection.
local about_types = { LABEL_UNKNOWN = true, TYPE_UNKNOWN = true, TYPE_WRONG_DIRECTION = true, BAD_ARGUMENT = true,
  OBJECT_TYPE_UNKNOWN = true }

local Resolver = { __name = "tether.resolve" }
Resolver.__index = Resolver

--- A resolver for one pair of object types.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table options keys = rules as in tether.keys, create_labels = true: labels that are missing are made;
--   imagine_labels = true: they are taken as if they were there
function M.new(hub, from, to, options)
  return setmetatable({ hub = hub, from = from, to = to, rules = options.keys, imagines = options.imagine_labels,
    create = options.create_labels or options.imagine_labels, progress = options.progress, lists = {}, known = {},
    created = {}, failed = {}, stood_for = {}, primary_tags = {} }, Resolver)
end

-- Makes a label. Answers nil and the error when it cannot be made, which concerns only rows with the label. An error of
-- the account ends the whole.
local function create_label(self, text)
  if self.imagines then
    definitions.imagine(self.hub, self.from, self.to, text)
    self.created[#self.created + 1] = text
    return true
  end
  local ok, problem, made = errors.try(self.hub.labels.ensure, self.hub.labels, self.from, self.to, text)
  if ok then
    if made then self.created[#self.created + 1] = text end
    return true
  end
  local may_not = errors.is(problem) and problem.status == 403 -- labels need a scope, and a right, of their own
  if not errors.is(problem) or (problems.is_beyond_rows(problem) and not may_not) then error(problem, 0) end
  return nil, errors.new(problem.code, ("the label %q cannot be made: %s"):format(text, problem.message),
    { status = problem.status, category = problem.category, correlation_id = problem.correlation_id,
      hint = problem.hint })
end

-- Makes the missing labels of a list; nil and the error when one of them cannot be made. Each is tried once.
local function create_labels(self, list)
  for _, item in ipairs(list) do
    local text = type(item) == "string" and item:lower()
    if text and not errors.try(lookup.type, self.hub, self.from, self.to, item) then
      if not self.failed[text] then
        local made, problem = create_label(self, item)
        self.failed[text] = not made and problem or nil
      end
      if self.failed[text] then return nil, self.failed[text] end
    end
  end
  return true
end

-- The types of the account for a list; nil and the error when it has none.
local function ask(self, list)
  if self.create then
    local made, problem = create_labels(self, list)
    if not made then return nil, problem end
  end
  local ok, specs = errors.try(lookup.resolve, self.hub, self.from, self.to, list)
  if ok then return specs end
  if not (errors.is(specs) and about_types[specs.code]) then error(specs, 0) end
  return nil, specs
end

local function keep(self, tag, list, specs)
  self.lists[tag], self.stood_for[tag] = list, specs
  for _, type in ipairs(specs) do
    if lookup.is_primary(type) then self.primary_tags[tag] = true end
  end
end

-- A list of types in the account: { specs =, tag = } or { error = }; the account is asked once for each list.
local function types_of(self, list)
  local key = meaning.key_of(list)
  local found = self.known[key]
  if found then return found end
  local specs, problem = ask(self, list)
  found = specs and { specs = specs, tag = #self.lists + 1 } or { error = problem }
  if specs then keep(self, found.tag, list, specs) end
  self.known[key] = found
  return found
end

--- The list of types that a row was given.
-- @tparam ?integer tag
-- @treturn ?table
function Resolver:list(tag)
  return tag and self.lists[math.abs(tag)] or nil
end

local function same_types(left, right)
  local known = {}
  for _, type in ipairs(left) do known[types.key(type)] = true end
  for _, type in ipairs(right) do
    if not known[types.key(type)] then return false end
  end
  return #left == #right
end

--- Resolves the list of a tag again, because the account has refused its types. Labels are read once more, and only
-- once for all lists with the same `look`.
-- @tparam ?integer tag
-- @tparam table look
-- @treturn ?{table,...} its types now; nil when they are the same, or unknown
-- @treturn ?integer the tag of these types
function Resolver:renewed(tag, look)
  local list = self:list(tag)
  if not list then return nil end
  local key = meaning.key_of(list)
  if not look.taken then lookup.forget(self.hub, self.from, self.to) end
  if not look[key] then self.known[key] = nil end
  look.taken, look[key] = true, true
  local now = types_of(self, list)
  if not now.specs or same_types(now.specs, self.stood_for[math.abs(tag)]) then return nil end
  if tag > 0 then return now.specs, now.tag end
  local inverses = {}
  for i, type in ipairs(now.specs) do inverses[i] = definitions.inverse(self.hub, self.from, type) end
  return inverses, -now.tag
end

--- Whether a read has shown a label under another text than the known one; then all lists are resolved again.
-- @tparam table names "USER_DEFINED:42" -> label
function Resolver:is_stale(names)
  local stale = lookup.forget_renamed(self.hub, self.from, self.to, names)
  if stale then self.known = {} end
  return stale
end

local function resolve_keys(self, set)
  if not next(set.keyed) then return end
  if not self.keys or self.keys.count >= MOST_KEYS then
    self.keys = keys.new(self.hub, self.rules, self.progress)
    self.keys.report = nil -- it would grow with the keys of a file, and nobody reads it
  end
  for _, key in pairs(set.keyed) do
    if key.from then self.keys:want(set.from, keys.split(key.from)) end
    if key.to then self.keys:want(set.to, keys.split(key.to)) end
  end
  self.keys:run()
end

-- The id of one end; nil: the rules skip its key.
local function id_of(self, object_type, key, id)
  if not key then return id end
  return self.keys:id(object_type, keys.split(key))
end

-- Tells the core which types the set's lists mean in the account; answers the tags, and by index the lists that are
-- unknown.
local function define(self, set)
  local tags, lost = {}, {}
  for index in pairs(native.tally(set.native)) do
    local found = types_of(self, set.given[index] or {})
    tags[index] = found.tag
    if found.error then lost[index] = found.error else errors.check(set.native:define(index, found.specs)) end
  end
  return tags, lost
end

local function lose(lost, set, row, index, problem)
  local from, to = set.native:row(row)
  local key = set.keyed[row] or {}
  local list = set.given[index]
  lost[#lost + 1] = { from = key.from or from, to = key.to or to, label = cell.text(list), types = list,
    line = set.lines[row], error = problem }
end

-- Adds a row with keys to the part, with the ids that the keys stand for.
local function add_keyed(self, part, set, row, index, tags, lost)
  local from, to = set.native:row(row)
  local key = set.keyed[row]
  local ok, from_id, to_id = pcall(function()
    return id_of(self, set.from, key.from, from), id_of(self, set.to, key.to, to)
  end)
  if not ok and not (errors.is(from_id) and not problems.is_beyond_rows(from_id)) then error(from_id, 0) end
  if not ok or not from_id or not to_id then return lose(lost, set, row, index, not ok and from_id or nil) end
  local held = errors.check(part.native:intern(types_of(self, set.given[index] or {}).specs))
  errors.check(part.native:add(from_id, to_id, held))
  errors.check(native.lines_add(part.lines, set.lines[row]))
  errors.check(native.lines_add(part.tags, tags[index]))
end

-- Some rows of a part.
local function gathered(part, rows)
  local some = { native = errors.check(native.links()), lines = native.lines(), tags = native.lines() }
  errors.check(native.gather(some.native, part.native, rows))
  errors.check(native.lines_gather(some.lines, part.lines, rows))
  errors.check(native.lines_gather(some.tags, part.tags, rows))
  return some
end

-- The rows that need more than a copy, ascending.
local function special_rows(set, lost_types)
  local rows = {}
  if next(lost_types) == nil then
    for row in pairs(set.keyed) do rows[#rows + 1] = row end
    table.sort(rows)
    return rows
  end
  for row = 1, #set do
    local _, _, index = set.native:row(row)
    if set.keyed[row] or lost_types[index] then rows[#rows + 1] = row end
  end
  return rows
end

-- Error codes for an inverse that is not known. Reading a schema needs a scope of its own; without it, only rows that
-- need an inverse are lost.
local about_inverses = { TYPE_UNKNOWN = true, MISSING_SCOPES = true, PERMISSION_MISSING = true, NOT_FOUND = true }

-- The index of the inverses of an index's types; nil and the error when an inverse is not known.
local function inverse_of(self, core, index)
  local list = {}
  for i, type in ipairs(core:set(index)) do
    local ok, inverse = errors.try(definitions.inverse, self.hub, self.from, type)
    if not ok and not (errors.is(inverse) and about_inverses[inverse.code]) then error(inverse, 0) end
    if not ok then return nil, inverse end
    list[i] = inverse
  end
  return errors.check(core:intern(list))
end

-- The indices of inverses that rows from the larger id to the smaller one need, and the errors of those that are not
-- known.
local function inverses_of(self, core)
  local inverses, unknown = {}, {}
  for index in pairs(core:backward()) do inverses[index], unknown[index] = inverse_of(self, core, index) end
  return inverses, unknown
end

-- Takes rows that cannot be turned out of a part.
local function without_unknown(self, part, unknown, lost)
  local rows = {}
  for row = 1, #part.native do
    local from, to, index = part.native:row(row)
    if from > to and unknown[index] then
      local list = self:list(part.tags[row])
      rows[#rows + 1] = row
      lost[#lost + 1] = { from = from, to = to, label = cell.text(list), types = list, line = part.lines[row],
        error = unknown[index] }
    end
  end
  return gathered(part, native.except(part.native, rows))
end

-- Inside one object type each link is written from its smaller id to its larger one, so that a pair is the same pair in
-- every row of the file. The tag of a turned row is negative.
local function fold(self, part, lost)
  if not mirror.is_one_type(self.from, self.to) then return part end
  part = gathered(part, native.rows(1, #part.native)) -- a copy, because the set itself may be resolved again
  local inverses, unknown = inverses_of(self, part.native)
  if next(unknown) then
    part = without_unknown(self, part, unknown, lost)
    inverses = inverses_of(self, part.native)
  end
  native.lines_mark(part.tags, part.native)
  errors.check(part.native:fold(inverses))
  return part
end

--- Turns a links set of a file into rows that the account takes.
-- @tparam links set with `lines`; its types become those of the account
-- @treturn table { native =, lines =, tags = } of the rows that can be sent; `list` tells what a tag stands for,
--   which is negative for a row that was turned round
-- @treturn {table,...} rows that cannot be sent: { from =, to =, label =, types =, line =, error = }; a row without an
--   error is skipped by the rules for keys
-- @raise what the account refuses
function Resolver:part(set)
  resolve_keys(self, set)
  local tags, lost_types = define(self, set)
  local part = { native = set.native, lines = set.lines,
    tags = errors.check(native.lines_by_types(set.native, tags)) }
  local rows, lost = special_rows(set, lost_types), {}
  if #rows == 0 then return fold(self, part, lost), lost end
  local plain = gathered(part, native.except(set.native, rows))
  for _, row in ipairs(rows) do
    local _, _, index = set.native:row(row)
    if lost_types[index] then
      lose(lost, set, row, index, lost_types[index])
    else
      add_keyed(self, plain, set, row, index, tags, lost)
    end
  end
  return fold(self, plain, lost), lost
end

return M
