--- A plan: the changes that would be made. It can be shown, saved and applied.
local check = require "tether.check"
local cost = require "tether.plan.cost"
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local mapping = require "tether.plan.parts.mapping"
local native = require "tether.native"
local nearest = require "tether.nearest"
local steps = require "tether.plan.steps"
local types = require "tether.types"

local M = {}

local COUNTS = { "wanted", "right", "link", "relabel", "unlink", "primary", "blocked", "conflict", "present", "reads",
  "lost", "left", "create", "update", "archive", "define" }

local Plan = nearest.guard({ __name = "tether.plan" }, "a plan", COUNTS)

--- Makes a plan of a job.
-- @tparam table hub
-- @param job native
-- @treturn plan fields wanted (rows), right (already), link, relabel, unlink, primary: how many change so; blocked (a
--   limit forbids it), conflict (of an undo: left alone), left (by a workflow, as they are), lost (not understood, and
--   told), present, reads (calls made);
--   create, update, archive: records that a shadow's plan changes so; define: labels and limits;
--   account, id, kind; writes and calls (that applying takes), seconds, share (of the day, or nil)
function M.wrap(hub, job)
  local self = { native = job, hub = hub }
  for _, name in ipairs(COUNTS) do self[name] = jobs.number(job, name) end
  for _, name in ipairs { "id", "kind", "account" } do self[name] = errors.check(job:get(name)) end
  local reads
  self.writes, reads = cost.calls(hub, job)
  self.writes = self.writes + self.create + self.update + self.archive + self.define -- at the most
  self.calls = self.writes + reads
  self.seconds, self.share = cost.time(hub, self.calls)
  return setmetatable(self, Plan)
end

--- Whether a value is a plan.
function M.is(value)
  return getmetatable(value) == Plan
end

--- Refuses a plan with imagined labels, because their ids are not real.
-- @raise PLAN_REFUSED
function M.check_real(self)
  if #(self.imagined or {}) == 0 then return end
  errors.raise("PLAN_REFUSED", ("this plan has labels that the account lacks: %s"):format(table.concat(self.imagined,
    ", ")), { hint = "it can be looked at alone; make the labels, and plan again" })
end

--- The number of changes: new links, other labels, removed links, moved primaries; of a shadow also records and
-- definitions.
-- @treturn integer
function Plan:__len()
  return self.link + self.relabel + self.unlink + self.primary + self.create + self.update + self.archive + self.define
end

local function with_commas(number)
  local text = ("%d"):format(number):reverse():gsub("(%d%d%d)", "%1,"):reverse()
  return (text:gsub("^,", ""))
end

local function duration(seconds)
  if seconds < 90 then return ("%d s"):format(math.max(1, math.ceil(seconds))) end
  return ("%d min"):format(math.ceil(seconds / 60))
end

local function add_count(parts, number, words)
  if number > 0 then parts[#parts + 1] = ("%s %s"):format(with_commas(number), words) end
end

--- The counts in a line: "120 to link, 40 to relabel, 3 to unlink, 9,837 right already; 2 over a limit; 12 reads made;
-- 2 writes, 1 s".
function Plan:__tostring()
  local parts, lines = {}, {}
  add_count(parts, self.define, self.define == 1 and "definition to change" or "definitions to change")
  add_count(parts, self.create, "to create")
  add_count(parts, self.update, "to update")
  add_count(parts, self.link, "to link")
  add_count(parts, self.relabel, "to relabel")
  add_count(parts, self.unlink, "to unlink")
  add_count(parts, self.primary, "to be the primary")
  add_count(parts, self.archive, "to archive")
  if #parts == 0 then parts[1] = "nothing to do" end
  add_count(parts, self.right, self.kind == "undo" and "as before already" or "right already")
  lines[1] = table.concat(parts, ", ")
  add_count(lines, self.blocked, "over a limit")
  add_count(lines, self.conflict, "changed since, left alone")
  add_count(lines, self.left, "left as they are")
  lines[#lines + 1] = ("%s reads made"):format(with_commas(self.reads))
  if #self > 0 then
    lines[#lines + 1] = ("%s write%s, %s%s"):format(with_commas(self.writes), self.writes == 1 and "" or "s",
      duration(self.seconds), self.share and (" (%.1f %% of a day's calls)"):format(self.share * 100) or "")
  end
  return table.concat(lines, "; ")
end

-- -- changes, one by one -------------------------------------------------------------------------------------------

-- The words for a type set: its labels, "primary", and a type without a label by category and id; nil: no link.
local function words_of(job, pair, set)
  if set == 0 then return nil end
  local words = {}
  for _, type in ipairs(job:types(set)) do
    local known = type.category == "HUBSPOT_DEFINED" and native.type_by_id(type.id)
    local label = pair.labels[types.key(type)]
    if known and known.kind == "primary" then
      words[#words + 1] = "primary"
    elseif label then
      words[#words + 1] = label
    elseif not (known and known.kind == "unlabeled") and type.category == "HUBSPOT_DEFINED" then
      words[#words + 1] = types.key(type)
    end
  end
  table.sort(words)
  return words
end

local actions = { "link", "relabel", "unlink", "link", "primary" } -- by stage

local function action_of(stage, before)
  return stage == 4 and before ~= 0 and "relabel" or actions[stage]
end

local function each_of_batches(job)
  local pairs_of, next_batch, facts, batch, row = jobs.pairs(job), jobs.batches(job), nil, nil, 0
  local memo = {}
  local function words(pair, set)
    local key = facts.pair << 32 | set
    if memo[key] == nil then memo[key] = words_of(job, pair, set) or false end
    return memo[key] or nil
  end
  local function next_change()
    while not batch or row >= #batch do
      facts = next_batch()
      if batch then batch:close() end
      if not facts then return nil end
      batch, row = errors.check(job:load(facts)), 0
    end
    row = row + 1
    local from, to, before, after, result = batch:row(row)
    if result == "blocked" then return next_change() end -- a note tells of it
    local pair = pairs_of[facts.pair]
    return { action = action_of(facts.stage, before), from = mapping.shown(from), to = mapping.shown(to),
      from_type = pair.from, to_type = pair.to,
      before = words(pair, before), after = words(pair, after), result = result }
  end
  return next_change
end

local function each_note(job)
  local notes, at, last = {}, 0, 0
  return function()
    at = at + 1
    if at > #notes then
      notes, at = errors.check(job:notes(last, 1000)), 1
      if #notes == 0 then return nil end
      last = notes[#notes][1]
    end
    local note = notes[at]
    return { action = note[3], from = note[4], to = note[5], text = note[6] }
  end
end

--- Iterates over what a job would change, or has changed: { action = "link", "relabel", "unlink" or "primary", from =,
-- to =, from_type =, to_type =, before = labels or nil for no link, after =, result = "pending", "done", "already",
-- "drifted", "rejected" or "unknown" }; then what is told of single rows: { action = "blocked", "conflict", "left",
-- "drifted" or "rejected", from =, to = (0: of the record as a whole), text = }, the first 10,000 of them. Of a shadow
-- changes of records and definitions too, without `to`: { action = "create", "update", "archive", "label", "rename",
-- "delete_label" or "limit", from_type = the object type, from = id, or "new-1" for one that is made, properties = what
-- is written, to_type = and text = of definitions, result = }.
-- @param job native
-- @treturn function
function M.changes(job)
  local sources, at = { steps.changes(job, 1), each_of_batches(job), steps.changes(job, 2), each_note(job) }, 1
  return function()
    while sources[at] do
      local found = sources[at]()
      if found then return found end
      at = at + 1
    end
  end
end

--- Iterates over the changes, see tether.plan.changes.
-- @treturn function
function Plan:changes()
  return M.changes(self.native)
end

--- Saves the plan as a job file: whole or not at all.
-- @tparam string path of a file that is not there yet
-- @treturn plan itself
-- @raise FILE_FAILED, PLAN_REFUSED where labels of it are imagined
function Plan:save(path)
  check.type("save", path, "string")
  M.check_real(self)
  errors.check(self.native:save(path))
  self.path = path
  return self
end

--- Applies the plan, see hub:apply.
-- @tparam[opt] table options
-- @treturn report
function Plan:apply(options)
  return self.hub:apply(self, options)
end

local function note_line(note)
  local place = note.to ~= 0 and ("%s -> %s"):format(note.from, note.to) or note.from
  return ("%s: %s, %s"):format(note.action, place, note.text)
end

--- Ends a script that has made a plan: prints the plan and the notes about single records ("left: 503, several
-- candidates"), applies the plan if that was asked for, and prints the results. The script's last line is
-- `return plan:show_or_apply(arg[1] == "--apply")`.
-- @tparam[opt] boolean apply
-- @treturn integer the script's exit code, as of `tether do`: 0 nothing to do or all done, 1 some changes failed, 2
--   something would change
function Plan:show_or_apply(apply)
  check.type("show_or_apply", apply, "boolean", true)
  print(self)
  for note in each_note(self.native) do print(note_line(note)) end
  if not apply then return #self == 0 and 0 or 2 end
  local report = self:apply()
  print(report)
  return report:fine() and 0 or 1
end

--- Frees the temporary file.
function Plan:close()
  self.native:close()
end

Plan.__close = Plan.close

return M
