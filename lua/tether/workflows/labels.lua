--- labels: makes the labels and limits of a file, or of another account, in this account. Nothing is deleted.
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local json = require "tether.json"
local pair_schema = require "tether.names.pair_schema"
local pairs_of_types = require "tether.backup.pairs"

local M = {}

local known = { file = "string", from = "table", pairs = "any" }

local Plan = { __name = "tether.definitions_plan" }
Plan.__index = Plan

--- The number of definitions that would be made or changed.
function Plan:__len()
  return #self.create + #self.limit
end

function Plan:__tostring()
  return ("%d labels to create, %d limits to set, %d labels are there, %d are here alone and stay"):format(#self.create,
    #self.limit, self.present, #self.extra)
end

--- Makes the definitions. It can be repeated.
-- @treturn table created, limits: numbers
-- @raise what the account refuses
function Plan:apply()
  local report = { created = 0, limits = 0 }
  for _, planned in ipairs(self.create) do
    local _, created = self.hub.labels:ensure(planned.from, planned.to, planned.label)
    report.created = report.created + (created and 1 or 0)
  end
  for _, limited in ipairs(self.limit) do
    self.hub.limits:set(limited.from, limited.to, limited.limits)
    report.limits = report.limits + 1
  end
  return report
end

local function of_file(path)
  local file <close>, problem = io.open(path, "rb")
  if not file then errors.raise("FILE_FAILED", "labels: cannot read " .. problem) end
  local body = json.decode(file:read "a")
  if type(body) ~= "table" or type(body.pairs) ~= "table" then
    errors.raise("FILE_FAILED", ("labels: %s is not a file of tether labels export"):format(path),
      { hint = "make one: tether labels export contacts:companies --output labels.json" })
  end
  return body.pairs
end

local function of_hub(other, given)
  local found = {}
  for i, pair in ipairs(pairs_of_types.of(other, given)) do found[i] = pair_schema.of(other, pair[1], pair[2]) end
  return found
end

local function by_text(labels)
  local found = {}
  for _, label in ipairs(labels or {}) do found[label.label:lower()] = label end
  return found
end

local function compare_limits(self, from, to, wanted, present)
  local limits, any = {}, false
  for label, max in pairs(wanted or {}) do
    if (present or {})[label] ~= max then limits[label], any = max, true end
  end
  if any then table.insert(self.limit, { from = from, to = to, limits = limits }) end
end

local function compare(self, wanted)
  local present = pair_schema.of(self.hub, self.hub:object_type(wanted.from), self.hub:object_type(wanted.to))
  local theirs, ours = by_text(wanted.labels), by_text(present.labels)
  for _, label in ipairs(wanted.labels or {}) do
    if ours[label.label:lower()] then
      self.present = self.present + 1
    else
      table.insert(self.create, { from = wanted.from, to = wanted.to, label = label })
    end
  end
  for text, label in pairs(ours) do
    if not theirs[text] then table.insert(self.extra, { from = wanted.from, to = wanted.to, label = label.label }) end
  end
  compare_limits(self, wanted.from, wanted.to, wanted.limits, present.limits)
  compare_limits(self, wanted.to, wanted.from, wanted.inverse_limits, present.inverse_limits)
end

--- Plans to make the labels and limits of a file, or of another account, in this one.
--
--     print(tether.workflows.labels(hub, { file = "labels.json" }):apply().created)
-- @tparam table hub
-- @tparam table options file = of `tether labels export`; or from = another hub, with pairs = "contacts:companies",
--   "deals:*" or an array of these
-- @treturn plan create = { { from =, to =, label = { label =, name =, inverse = } }, … }, limit = { { from =, to =,
--   limits = }, … }, present (a number), extra = { { from =, to =, label = text }, … }: labels that are here alone, and
--   stay; #plan; tostring tells it; plan:apply()
-- @raise FILE_FAILED, BAD_ARGUMENT, OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("labels", options, known, {})
  if (options.file == nil) == (options.from == nil) then
    errors.raise("BAD_ARGUMENT", "labels: file or from says where the definitions come from: give one of them")
  end
  if options.from and not options.pairs then
    errors.raise("BAD_ARGUMENT", "labels: pairs is missing", { hint = 'pass pairs = "contacts:companies"' })
  end
  local self = setmetatable({ hub = hub, create = {}, limit = {}, present = 0, extra = {} }, Plan)
  for _, pair in ipairs(options.file and of_file(options.file) or of_hub(options.from, options.pairs)) do
    compare(self, pair)
  end
  table.sort(self.extra, function(a, b) return a.from .. a.to .. a.label < b.from .. b.to .. b.label end)
  return self
end

return M
