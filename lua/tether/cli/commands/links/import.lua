--- tether import FILE: links from CSV or JSON lines into an account.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local links_file = require "tether.cli.shared.links_file"
local plain = require "tether.plain"
local progress = require "tether.cli.shown.progress"
local shape = require "tether.cli.line.shape"

local OK, SOME_FAILED, COULD_NOT_RUN = 0, 1, 3

local GRACE_MS = 3000 -- for the batches under way at Ctrl-C: most are answered within a second

local NOTES = [[
Columns are found by their names ("Record ID", "Associated Company IDs", contact_id, from, to, label); what was taken
for what is told in one line. A cell may have several ids, a link each; an empty one is no link.
Rows have two ids (or keys such as email=jane@example.com) and may have labels; lines such as
{"from":"contacts:1","to":"companies:2"} name the object types themselves, so that --from and --to can be left out.
In a cell of labels 279 and USER_DEFINED:7 are type ids, "279" in quotes is a label.
What the pairs have is read before they are written; --blind leaves that out. --preflight tells what either costs, from
the file alone; --dry-run reads the account as well, and tells each change.
Ctrl-C ends after the batches on their way, three seconds at the most, and tells the line to go on from; a second one
ends at once.]]

local M = { name = "import", summary = "import links from a file: CSV, XLSX or JSON", account = true, writes = true,
  arguments = links_file.arguments,
  options = common.joined(links_file.options, {
    { "--preflight", "Send nothing: tell rows, duplicates, bad ids, labels, calls and minutes." },
    { "--tier", "Whose rate limits preflight counts with.", value = "TIER" },
    { "--blind", "Do not read what the pairs have before writing: fewer calls." },
    { "--verify", "Read back what was written." },
    { "--create-labels", "Make the labels that the account does not have." },
    { "--missing", "What a key that no record has becomes.", value = "WHAT", default = "error",
      choices = { "error", "skip", "create" } },
    { "--job", "Keep the import in this job file: it goes on from there, and tether undo takes it back.",
      value = "JOB" },
    { "--failures", "Write the rows that are not done here; the file can be imported again.", value = "FILE" },
  }),
  notes = NOTES,
  examples = { "tether import links.csv --from contacts --to companies --dry-run",
    "tether import links.csv --from contacts --to companies --failures failed.csv" },
  json = shape.object { { "rows", "integer" }, { "fine", "boolean" }, { "linked?", "integer" },
    { "unchanged?", "integer" }, { "skipped?", "integer" }, { "rejected?", "integer" }, { "unknown?", "integer" },
    { "not_sent?", "integer" }, { "refused?", "integer" }, { "duplicates?", "integer" }, { "go_on_from?", "integer" },
    { "calls?", "integer" }, { "text", "string" }, { "dry_run?", "boolean" } } }

local function facts_of(report, hub)
  return { { "rows", report.done }, { "batches", report.batches }, { "calls", report.calls }, part = report.part,
    before = report.before, part_before = report.part_before, quota = progress.quota(hub) }
end

local function end_code(report, watch, shown)
  if report.stopped and report.stopped ~= "signal" then
    shown:say(tostring(report.stopped))
    return COULD_NOT_RUN
  end
  if report.stopped then return watch.code() or COULD_NOT_RUN end
  return report:fine() and OK or SOME_FAILED
end

-- Tells which labels were made. They stay, whatever has ended the import.
local function tell_created(shown, report)
  for _, label in ipairs(report.created) do shown:say(("created the label %q"):format(label)) end
end

local function print_report(options, out, report, fine)
  local text = plain.lines(tostring(report))
  if not options.json then
    out:write(text, "\n")
    return
  end
  local facts = { fine = fine, text = text }
  for _, field in ipairs(M.json.fields) do
    if facts[field.name] == nil then facts[field.name] = report[field.name] end
  end
  answer.json(out, facts, M.json)
end

local function import(options, out, err)
  local hub, portal, shown, guard = account.guarded(options, err, GRACE_MS,
    "stopping after the batches on their way; Ctrl-C again ends at once")
  local watch <close> = guard
  local given = links_file.read(options)
  given.read, given.verify, given.create_labels = not options.blind, options.verify, options.create_labels
  given.failures, given.stop, given.job = options.failures, watch.stop, options.job
  given.told = function(text) if not options.quiet then shown:say(text) end end
  given.on_progress = function(report) shown:show(facts_of(report, hub)) end
  local fine, report = pcall(hub.import, hub, options.file, given)
  if not fine then
    if errors.is(report) and report.report then tell_created(shown, report.report) end
    error(report, 0)
  end
  shown:show(facts_of(report, hub), true)
  shown:finish()
  if report.primaries > 0 then
    shown:say(("%d rows say that they are the primary; it is moved by --primary alone"):format(report.primaries))
  end
  if report.long then shown:say(report.long) end
  tell_created(shown, report)
  for _, list in ipairs { report.notices, hub.notices } do
    for _, notice in ipairs(list) do shown:say(notice) end
  end
  print_report(options, out, report, report:fine())
  local code = end_code(report, watch, shown)
  account.close(hub, portal)
  return code
end

local function preflight(options, out)
  local given = links_file.read(options)
  given.tier = options.tier
  local found = require("tether.files.preflight")(options.file, given)
  print_report(options, out, found, found.refused == 0)
  return found.refused == 0 and OK or SOME_FAILED
end

local function dry_run(options, out, err)
  return account.run(options, err, function(hub, shown)
    local import_plan = require "tether.cli.shared.import_plan"
    local fine, facts = import_plan.show(hub, shown, options, links_file.read(options), out)
    if options.json then answer.json(out, facts, M.json) end
    return fine and OK or SOME_FAILED
  end)
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  if options.preflight then return preflight(options, out) end
  if options.dry_run then return dry_run(options, out, err) end
  return import(options, out, err)
end

return M
