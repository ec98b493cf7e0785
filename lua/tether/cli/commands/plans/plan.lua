--- tether plan FILE: what would make the account agree with a file of links.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local links_file = require "tether.cli.shared.links_file"
local plan_shown = require "tether.cli.shown.plan"
local progress = require "tether.cli.shown.progress"

local M = { name = "plan", summary = "tell what would make the account agree with a file, and keep it as a job",
  account = true, arguments = links_file.arguments,
  options = common.joined(links_file.options, {
    { "--scope", "Which links are compared: pairs of the file, or all of its from records, to records, or of every " ..
      "record; pairs when left out.", value = "SCOPE", default = "pairs", choices = { "pairs", "from", "to", "all" } },
    { "--prune", "Remove the links of the scope that the file does not have." },
    { "--most-removals", "Refuse to remove more than so many links: a number, or 10%; 100 unless told.", value = "N" },
    { "--exactly", "Labels that the file does not name are taken away; else labels are added alone." },
    { "--managed", "Only this label is the file's to give and to take; again for several.", value = "LABEL",
      many = true },
    { "--missing", "What a key that no record has becomes.", value = "WHAT", default = "error",
      choices = { "error", "skip" } },
    { "--out", "Save the plan here, for tether apply.", value = "JOB" },
  }, plan_shown.page, plan_shown.options),
  notes = "Exit codes: 0 nothing to do, 2 something would change, 3 refused. Nothing is written to the account.",
  examples = { "tether plan links.csv --from contacts --to companies --scope from --prune --out x.job",
    "tether plan links.csv --from contacts --to companies --html plan.html" },
  json = plan_shown.json }

local function labels_of(options)
  if options.exactly then return "exactly" end
  return #options.managed > 0 and options.managed or "at least"
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  plan_shown.check_place(options)
  local hub, portal = account.connect(options)
  local shown = progress.new(err, options)
  account.tell_retries(hub, function(text) shown:say(text) end)
  hub.session:on_wait(function() shown:again() end)
  local given = links_file.read(options)
  given.scope, given.prune, given.most_removals = options.scope, options.prune, options.most_removals
  given.labels = labels_of(options)
  given.told = function(text) if not options.quiet then shown:say(text) end end
  given.on_progress = function(counts)
    shown:show { { "rows", counts.wanted }, { "links read", counts.present or 0 }, { "calls", hub:stats().requests },
      quota = progress.quota(hub) }
  end
  local plan <close> = hub:plan(options.file, given)
  shown:finish()
  for _, notice in ipairs(hub.notices) do shown:say(notice) end
  local code = plan_shown.plan(options, out, plan)
  account.close(hub, portal)
  return code
end

return M
