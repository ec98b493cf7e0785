--- relabel: replaces labels of all links that have them, or of the links in a file.
local errors = require "tether.error"
local files = require "tether.files.rows"
local flow = require "tether.workflows.parts.flow"
local links = require "tether.sets.set"
local mirror = require "tether.links.mirror"
local types = require "tether.types"

local M = {}

local known = flow.with_whom { from = "string", to = "string", map = "table", pairs = "any", columns = "table" }

-- The labels of the map as types: key of the old one -> { old =, new = or nil }.
local function read_map(hub, from, to, map)
  local found = {}
  for old, new in pairs(map) do
    local before = flow.type(hub, from, to, old)
    local after = new and flow.type(hub, from, to, new) or nil
    if after and types.key(before) == types.key(after) then
      errors.raise("BAD_ARGUMENT", ("relabel: %s is to become itself"):format(old))
    end
    found[types.key(before)] = { old = before, new = after }
  end
  if next(found) == nil then
    errors.raise("BAD_ARGUMENT", "relabel: the map names no label", { hint = 'pass map = { ["Old"] = "New" }; ' ..
      'false in the place of a new label takes the old one away' })
  end
  return found
end

-- The types of a set with old labels replaced; nil: it has none of them.
local function changed(self, list)
  local left, seen, any = {}, {}, false
  for _, old in ipairs(list) do
    local rule = self.map[types.key(old)]
    any = any or rule ~= nil
    local type = old
    if rule then type = rule.new end
    if type and not seen[types.key(type)] then left[#left + 1], seen[types.key(type)] = type, true end
  end
  return any and left or nil
end

-- The links that have an old label, with their new types.
local function rule(self, wanted, current)
  errors.check(current.native:compact())
  local rows = current.native
  if self.options.pairs then
    rows = errors.check(rows:common(wanted))
  elseif mirror.is_one_type(self.from, self.to) then
    rows = flow.forward(rows)
  end
  local passing, map, made = {}, {}, flow.none()
  for index = 0, rows:sets() - 1 do
    local list = changed(self, rows:set(index))
    if list then
      passing[index], map[index] = true, errors.check(made:reserve())
      errors.check(made:define(map[index], list))
    end
  end
  errors.check(made:merge(errors.check(rows:filter(nil, nil, passing, "links")), map))
  errors.check(made:compact())
  return made
end

local function each_pair(self)
  local given = self.options.pairs
  if links.is(given) then
    local set = not self.read and given or nil
    self.read = true
    return set
  end
  self.reader = self.reader or files.open(given, { from = self.from, to = self.to,
    columns = self.options.columns }, "relabel")
  return self.reader:read(files.PIECE)
end

--- Plans to replace labels by others, or to take them away; what else a link has stays.
--
--     tether.workflows.relabel(hub, { from = "contacts", to = "companies", map = { Boss = "Decision maker" } }):apply()
-- @tparam table hub
-- @tparam table options from, to: object types; map: old label -> new label, or false: it is taken away; pairs: a links
--   set or a file, whose pairs alone are changed (columns: as for tether.rows); else all links that have an old label;
--   ids, column, changed_since: as for hub:each_link
-- @treturn plan
-- @raise LABEL_UNKNOWN: no label is made; BAD_ARGUMENT: a map that names none; OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("relabel", options, known, { "from", "to", "map" })
  local self = { hub = hub, options = options, from = hub:object_type(options.from), to = hub:object_type(options.to),
    tally = flow.tally() }
  self.map = read_map(hub, self.from, self.to, options.map)
  local made = { pairs = { { self.from, self.to } },
    next_set = function() return (options.pairs and each_pair or flow.each_record)(self) end,
    rule = function(_, wanted, probes, current) return rule(self, wanted, current), probes end }
  return flow.plan(hub, made, self.tally, { labels = "exactly" })
end

return M
