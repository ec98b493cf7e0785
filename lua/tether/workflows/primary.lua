--- primary: gives each record exactly one primary, the right one.
local errors = require "tether.error"
local files = require "tether.files.rows"
local flow = require "tether.workflows.parts.flow"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local match = require "tether.workflows.match"
local newest = require "tether.workflows.parts.newest"

local M = {}

local known = flow.with_whom { from = "string", to = "string", choose = "string", label = "any", file = "any",
  columns = "table", keep = "boolean", property = "string", domain = "any", free = "any", subdomains = "boolean" }

-- The links that may become the primary of a record: those that the rule names, none or several.
local function named(self, wanted, current)
  if self.choose == "only" or self.choose == "recent" then return current.native end
  if self.choose == "label" then return flow.with_type(current, self.label) end
  return errors.check(current.native:common(wanted)) -- by domain and from a file: the links that are there
end

local function one_each(self, rows)
  local single, several = errors.check(rows:by_count(1, 1))
  if #several == 0 then return single end
  if self.choose == "recent" then
    errors.check(single:merge(self.newest(several)))
    return errors.check(single:sort()) and single
  end
  return single, several
end

-- Notes records without a primary for which the rule chooses none, and rows of a file whose link does not exist.
local function tell(self, current, holders, chosen, several)
  local _, unled = errors.check(current.native:by_record(holders))
  local _, unchosen = errors.check(unled:by_record(chosen))
  if several then
    local among, others = errors.check(unchosen:by_record(several))
    flow.leave_several(self.leave, among, "no primary, and several could be: %s")
    unchosen = others
  end
  flow.leave_several(self.leave, unchosen, "no primary, and the rule chooses none of: %s")
end

local function tell_missing(self, wanted, current)
  if self.choose ~= "file" then return end
  local missing = errors.check(wanted:without(current.native))
  for row = 1, #missing do
    local from, to = missing:row(row)
    self.leave(from, to, "the file makes it the primary, and there is no such link")
  end
end

local function rule(self, wanted, current)
  errors.check(current.native:compact())
  local holders = flow.with_type(current, self.primary)
  local chosen, several = one_each(self, named(self, wanted, current))
  tell_missing(self, wanted, current)
  tell(self, current, holders, chosen, several)
  if self.options.keep then
    local _, apart = errors.check(chosen:by_record(holders))
    chosen = apart
  end
  local made = flow.with(chosen, self.primary)
  errors.check(made:compact())
  return made
end

-- -- where the rule comes from ---------------------------------------------------------------------------------------

-- Gives matches as probes: they say which existing links are right, and make no links.
local function each_match(self)
  self.next_found = self.next_found or match.candidates(self)
  local rows = self.next_found()
  return rows and links.wrap(self.from, self.to, { native = rows }), rows and "probes"
end

local function each_row(self)
  self.reader = self.reader or files.open(self.options.file, { from = self.from, to = self.to,
    columns = self.options.columns }, "primary")
  return self.reader:read(files.PIECE)
end

local sources = { only = flow.each_record, recent = flow.each_record, label = flow.each_record, domain = each_match,
  file = each_row }

local function check_rule(self)
  local options, choose = self.options, self.choose
  if (choose == "label") ~= (options.label ~= nil) then
    errors.raise("BAD_ARGUMENT", choose == "label" and "primary: no label is named, which choose = \"label\" goes by" or
      "primary: a label is named, and choose is not \"label\"", { hint = 'pass choose = "label", label = "…"' })
  end
  if (choose == "file") ~= (options.file ~= nil) then
    errors.raise("BAD_ARGUMENT", choose == "file" and "primary: no file is named" or
      "primary: a file is named, and choose is not \"file\"", { hint = 'pass choose = "file", file = "…"' })
  end
end

--- Plans that each record has exactly one primary, which is the right one.
--
--     tether.workflows.primary(hub, { choose = "domain" }):apply()
-- @tparam table hub
-- @tparam table options from ("contacts"), to ("companies"): object types; choose: "only" (the only link of a record,
--   the default), "label" (the only one with `label`), "domain" (the only one whose domain the record has; property,
--   domain, free, subdomains: as for match), "recent" (the record that was made last), "file" (as the rows of `file`
--   say; columns: as for tether.rows); keep = true: a primary that is there is never moved; ids, column, changed_since:
--   as for hub:each_link
-- @treturn plan `left` counts records without a primary for which the rule chooses none, and rows of a file whose link
--   is not there
-- @raise PLAN_REFUSED: a file with rows that cannot be understood; TYPE_UNKNOWN: the pair has no primary;
--   LABEL_UNKNOWN, BAD_ARGUMENT, OPTION_UNKNOWN, FILE_FAILED
function M.plan(hub, options)
  options = flow.options("primary", options or {}, known, {})
  local self = { hub = hub, options = options, from = hub:object_type(options.from or "contacts"),
    to = hub:object_type(options.to or "companies"), tally = flow.tally(),
    choose = flow.choice("primary.choose", options.choose or "only", "only", "label", "domain", "recent", "file") }
  check_rule(self)
  self.primary, self.label = lookup.primary(hub, self.from, self.to), flow.type(hub, self.from, self.to, options.label)
  self.newest = newest.of(hub, self.to, self.tally)
  local made = { pairs = { { self.from, self.to } }, next_set = function() return sources[self.choose](self) end,
    begin = function(leave) self.leave = leave end,
    rule = function(_, wanted, probes, current)
      return rule(self, self.choose == "domain" and probes or wanted, current), probes
    end }
  return flow.plan(hub, made, self.tally, { primary = true })
end

return M
