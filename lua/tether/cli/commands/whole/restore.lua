--- tether restore FILE: a plan that brings back what a backup has.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local plan_shown = require "tether.cli.shown.plan"
local progress = require "tether.cli.shown.progress"

local M = { name = "restore", summary = "plan to bring back the links of a backup", account = true,
  writes = true,
  arguments = { { "file", "The backup.", type = "FILE" } },
  options = common.joined({
    { "--out", "Save the plan here, for tether apply.", value = "JOB" },
    { "--pair", "This pair of object types alone; again for several.", value = "FROM:TO", many = true },
    { "--key", "Find records by this property, as the backup was taken with: email, or companies=domain; again for " ..
      "several.", value = "PROPERTY", many = true },
    { "--create-labels", "Make the labels that the account lacks." },
    { "--skip-unknown", "Leave out links whose record has no key, or one that none or several have here." },
    { "--scope", "Which links are compared: those of the backup, or all of its from records, to records, or of " ..
      "every record; pairs when left out.",
      value = "SCOPE", default = "pairs", choices = { "pairs", "from", "to", "all" } },
    { "--prune", "Remove the links of the scope that the backup does not have." },
    { "--most-removals", "Refuse to remove more than so many links: a number, or 10%; 100 unless told.", value = "N" },
  }, plan_shown.page, plan_shown.options),
  notes = [[
Labels go by their names. Labels and primary of the backup's links become what they were; nothing else is touched.
Exit codes: 0 nothing to do, 2 something would change, 3 refused. No link is written before tether apply; labels are
made here, by --create-labels. With --dry-run they are taken as if they were there: that plan is not kept.]],
  examples = { "tether restore night.links --out x.job", "tether apply x.job" },
  json = plan_shown.json }

local function given(options, hub, shown)
  return { key = #options.key > 0 and options.key or nil, pairs = #options.pair > 0 and options.pair or nil,
    create_labels = options.create_labels and not options.dry_run, imagine_labels = options.create_labels and
    options.dry_run, skip_unknown = options.skip_unknown, scope = options.scope,
    prune = options.prune, most_removals = options.most_removals, on_progress = function(counts)
      shown:show { { "rows", counts.wanted }, { "links read", counts.present or 0 },
        { "calls", hub:stats().requests }, quota = progress.quota(hub) }
    end }
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  plan_shown.check_place(options)
  return account.run(options, err, function(hub, shown)
    local plan <close>, told = hub:restore(options.file, given(options, hub, shown))
    shown:finish()
    if told.labels > 0 then
      shown:say(options.dry_run and "would make " .. table.concat(plan.imagined, ", ") or
        ("%d labels made"):format(told.labels))
    end
    if told.skipped > 0 then shown:say(("%d links left out"):format(told.skipped)) end
    return plan_shown.plan(options, out, plan)
  end)
end

return M
