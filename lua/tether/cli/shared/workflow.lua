--- What the commands of `tether do` share: the choice of records, a plan that is shown, and how it is applied.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local plan_shown = require "tether.cli.shown.plan"

local M = {}

local RESULTS = { "done", "already", "drifted", "rejected", "unknown", "pending" }

local OK, SOME_FAILED, COULD_NOT_RUN = 0, 1, 3

--- Options that choose the records of a workflow.
M.whom = {
  { "--ids", "Only these records: a file with one id a line, or CSV; - is standard input.", value = "FILE" },
  { "--column", "Header name or position of the ids in it.", value = "COLUMN", convert = common.column },
  { "--changed-since", "Only records that have changed since: 2026-11-28, 2026-11-28T02:00:00Z.", value = "TIME" },
}

--- Arguments: two object types.
M.sides = { { "from", "Object type: contacts, company, 0-3, …", type = "TYPE" },
  { "to", "Object type that they are linked to.", type = "TYPE" } }

--- Adds the chosen records to the options of a workflow.
-- @tparam table options the command's
-- @tparam table given options of the workflow
-- @treturn table given
function M.of_whom(options, given)
  given.ids, given.column, given.changed_since = options.ids, options.column, options.changed_since
  return given
end

local applying = {
  { "--apply", "Do it; without it nothing is written." },
  { "--out", "Save the plan here, for tether apply and tether undo.", value = "JOB" },
  plan_shown.page[1],
}

local GRACE_MS = 3000 -- so long requests under way are waited for at Ctrl-C, as in tether apply

local function write_report(options, out, plan, report, changes)
  local facts = { id = plan.id, kind = plan.kind }
  for _, name in ipairs(RESULTS) do facts[name] = report[name] end
  plan_shown.write(options, out, report:summary(), facts, changes)
end

-- Tells how to go on. A plan without a file cannot be applied again: the command makes it anew.
local function advise(options, shown, report)
  if report:ended() then return end
  shown:say(options.out and "go on with: tether apply " .. options.out or
    "the same command does the rest; what is done is not written again")
end

-- Tells what was done until Ctrl-C, or until the account refused everything, before it tells of that.
local function tell_early(options, out, plan, problem, shown)
  if errors.is(problem) and problem.outcome and problem.outcome.ended then
    write_report(options, out, plan, problem.outcome, function() end)
    advise(options, shown, problem.outcome)
  end
  error(problem, 0)
end

local function apply(options, out, plan, shown, watch)
  watch.guard(plan.hub, GRACE_MS, shown)
  local fine, report = pcall(plan.apply, plan, { stop = watch.stop })
  if not fine then tell_early(options, out, plan, report, shown) end
  write_report(options, out, plan, report, report:changes())
  advise(options, shown, report)
  if report.stopped then return COULD_NOT_RUN end
  return report:fine() and OK or SOME_FAILED
end

local NOTES = [[
Nothing is written without --apply. Exit codes: 0 nothing to do or all done, 1 some changes failed, 2 something would
change, 3 refused.]]

--- Shows a plan, and saves and applies it where the options ask for that.
-- @tparam table options of the command
-- @param out
-- @param plan
-- @param shown where progress goes
-- @param watch for Ctrl-C, see tether.cli.account
-- @treturn integer exit code
function M.show(options, out, plan, shown, watch)
  if not options.apply then return plan_shown.plan(options, out, plan) end
  if options.html then plan_shown.write_page(options, plan) end
  if options.out then plan:save(options.out) end
  return apply(options, out, plan, shown, watch)
end

--- Makes the table of a command.
-- @tparam table given name, summary, arguments, options, examples, notes as of every command; workflow: its name in
--   tether.workflows; options_of = function(options) -> the workflow's options; ended = function(options, plan, err) ->
--   an exit code that replaces the plan's, or nil
-- @treturn table
function M.command(given)
  local command = { name = given.name, summary = given.summary, account = true, arguments = given.arguments,
    options = common.joined(given.options, applying, plan_shown.options), examples = given.examples,
    notes = given.notes and given.notes .. "\n" .. NOTES or NOTES, json = plan_shown.json }
  function command.run(options, out, err)
    plan_shown.check_place(options)
    return account.run(options, err, function(hub, shown, watch)
      local plan <close> = require("tether.workflows")[given.workflow](hub, given.options_of(options))
      local code = M.show(options, out, plan, shown, watch)
      return given.ended and given.ended(options, plan, err) or code
    end)
  end
  return command
end

--- Makes the table of a command that gives the links of records to other records.
-- @tparam table given workflow, summary, notes, examples
-- @treturn table
function M.transfer(given)
  given.name = "do " .. given.workflow
  given.arguments = { { "type", "Object type of the records.", type = "TYPE" },
    { "old", "Record that has the links.", optional = true },
    { "new", "Record that gets them.", optional = true } }
  given.options = {
    { "--map", "CSV file of two columns, old and new ids, in the place of OLD and NEW.", value = "FILE" },
    { "--only", "Only links to this object type; again for several.", value = "TYPE", many = true } }
  function given.options_of(options)
    return { type = options.type, from = options.old, to = options.new, map = options.map,
      types = #options.only > 0 and options.only or nil }
  end
  return M.command(given)
end

return M
