--- How plans are shown: the counts first, then a list of changes; or JSON for programs.
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local native = require "tether.native"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local M = {}

local NOTHING, CHANGES = 0, 2

--- How many changes are shown when no option says so; the JSON of a job has all.
M.SHOWN = 20

--- Options of commands that show plans.
M.options = { { "--list", "Show so many changes after the counts; 20 when left out.", value = "N",
  convert = common.number(math.tointeger) } }

--- The option for a page, of commands that make a plan.
M.page = { { "--html", "Page to write for people who must agree: what would change, how often, and examples.",
  value = "FILE" } }

M.change = shape.object { { "action", "string" }, { "from_type?", "string" }, { "from?", "any" },
  { "to_type?", "string" }, { "to?", "any" }, { "properties?", shape.map "string" },
  { "before?", shape.list "string" }, { "after?", shape.list "string" },
  { "result?", "string" }, { "text?", "string" } }

--- The JSON of a plan: the counts, then each change.
M.json = shape.lines(M.change, shape.object { { "id", "string" }, { "kind", "string" }, { "account?", "string" },
  { "state?", "string" }, { "define?", "integer" }, { "create?", "integer" }, { "update?", "integer" },
  { "archive?", "integer" }, { "wanted?", "integer" }, { "link?", "integer" }, { "relabel?", "integer" },
  { "unlink?", "integer" }, { "primary?", "integer" }, { "right?", "integer" }, { "blocked?", "integer" },
  { "conflict?", "integer" }, { "left?", "integer" }, { "present?", "integer" }, { "reads?", "integer" },
  { "writes?", "integer" }, { "calls?", "integer" }, { "seconds?", "number" }, { "share?", "number" },
  { "done?", "integer" }, { "already?", "integer" },
  { "drifted?", "integer" }, { "rejected?", "integer" }, { "unknown?", "integer" },
  { "pending?", "integer" }, { "imagined?", shape.list "string" } })

local function words(labels)
  if not labels then return "no link" end
  return #labels == 0 and "linked" or table.concat(labels, "; ")
end

local function properties_text(properties)
  local list = {}
  for name, value in pairs(properties or {}) do list[#list + 1] = ("%s=%s"):format(name, value) end
  table.sort(list)
  return table.concat(list, ", ")
end

-- The line of a change of a record or a definition.
local function step_line(step)
  local place = step.from and ("%s:%s"):format(step.from_type, step.from) or
    ("%s to %s"):format(step.from_type, step.to_type)
  local line = ("%-9s %s  %s"):format(step.action, place, step.text or properties_text(step.properties))
  if (step.result or "pending") ~= "pending" then line = ("%s  (%s)"):format(line, step.result) end
  return (line:gsub("%s+$", ""))
end

--- The line of a change.
-- @treturn string
function M.line(change)
  if not change.to then return step_line(change) end
  local place = ("%-9s %s%s"):format(change.action, change.from, change.to ~= 0 and (" -> %s"):format(change.to) or "")
  if change.text then return ("%s  %s"):format(place, change.text) end
  local what = ("%s  %s => %s"):format(place, words(change.before), words(change.after))
  return (change.result or "pending") == "pending" and what or ("%s  (%s)"):format(what, change.result)
end

local function write_json(out, facts, changes, lines, most)
  out:write(shape.encode(facts, lines.first), "\n")
  if most == 0 then return end
  local shown = 0
  for change in changes do
    if change.to == 0 then change.to = nil end -- the change concerns the record as a whole
    if change.from == 0 then change.from = nil end -- the change concerns no record
    out:write(shape.encode(change, lines.of), "\n")
    shown = shown + 1
    if shown == most then return end
  end
end

local function write_list(out, changes, most)
  local shown, left = 0, 0
  for change in changes do
    if shown < most then
      out:write("  ", plain.line(M.line(change)), "\n")
      shown = shown + 1
    else
      left = left + 1
    end
  end
  if left > 0 then out:write(("  and %d more\n"):format(left)) end
end

--- Writes the counts and the changes of a job.
-- @tparam table options of the command: list, json
-- @param out
-- @tparam string text the counts, for people
-- @tparam table facts the counts, for programs
-- @tparam function changes iterator
-- @tparam[opt] table lines the shape of the JSON, where it differs from a plan's
function M.write(options, out, text, facts, changes, lines)
  if options.json then return write_json(out, facts, changes, lines or M.json, options.list) end
  out:write(plain.lines(text), "\n")
  write_list(out, changes, options.list or M.SHOWN)
end

local COUNTS = { "id", "kind", "account", "define", "create", "update", "archive",
  "wanted", "link", "relabel", "unlink", "primary", "right", "blocked",
  "conflict", "left", "present", "reads", "writes", "calls", "seconds", "share" }

local function show(options, out, plan, text)
  local facts = {}
  for _, name in ipairs(COUNTS) do facts[name] = plan[name] end
  if #(plan.imagined or {}) > 0 then facts.imagined = plan.imagined end
  M.write(options, out, text, facts, plan:changes())
end

--- Shows the changes that a script on a shadow would have made.
function M.tried(options, out, plan)
  show(options, out, plan, "would change: " .. tostring(plan))
end

--- Refuses a path for a job file that cannot be made, before anything is read.
-- @tparam string path of a file that must not be there yet
-- @raise FILE_FAILED
function M.check_new(path)
  require("tether.files.part").place(path)
  if not native.file_facts(path) then return end
  errors.raise("FILE_FAILED", ("%s is there already: name a new file"):format(path))
end

--- Refuses paths for a page and a job file that cannot be written, before anything is read.
-- @tparam table options of the command: html, out
-- @raise FILE_FAILED
function M.check_place(options)
  if options.html then require("tether.files.part").place(options.html) end
  if options.out then M.check_new(options.out) end
end

--- Writes the page of a plan.
-- @tparam table options of the command: html
-- @param plan
-- @tparam[opt] string job file of the plan, while it is not applied
function M.write_page(options, plan, job)
  local file <close> = require("tether.files.part").open(options.html)
  require("tether.pictures.plan_page").write(plan, { made = os.date "!%Y-%m-%d %H:%M UTC", job = job },
    function(text) file:write(text) end)
  file:finish()
end

--- Shows a plan, and saves it where an option asks for that.
-- @treturn integer exit code: 0 nothing would change, 2 something would
function M.plan(options, out, plan)
  show(options, out, plan, tostring(plan))
  if options.html then M.write_page(options, plan, options.out) end
  if options.out then plan:save(options.out) end
  return #plan == 0 and NOTHING or CHANGES
end

return M
