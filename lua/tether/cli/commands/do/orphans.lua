--- tether do orphans FROM TO: records that lack a link.
local common = require "tether.cli.line.common"
local workflow = require "tether.cli.shared.workflow"

local OVER = 1

return workflow.command { name = "do orphans", workflow = "orphans",
  summary = "find records that have too few links, and give them one",
  arguments = workflow.sides,
  options = common.joined({
    { "--min", "So many links are needed; 1 when left out.", value = "N", convert = common.number(math.tointeger) },
    { "--label", "Only links with this label count.", value = "LABEL" },
    { "--threshold", "So many orphans are fine: a number, or 5%.", value = "N" },
    { "--link", "Link each orphan to this record.", value = "ID" },
    { "--via", "Give each orphan the link of a record of this type that it is linked to.", value = "TYPE" },
    { "--choose", "With --via: only, primary, recent or all.", value = "WHICH", default = "only",
      choices = { "only", "primary", "recent", "all" } },
    { "--as", "Label of the new links.", value = "LABEL" },
  }, workflow.whom),
  notes = "With --threshold the exit code is 1 where there are more orphans, and else as told below.",
  examples = { "tether do orphans contacts companies --threshold 5%" },
  options_of = function(options)
    return workflow.of_whom(options, { from = options.from, to = options.to, min = options.min, label = options.label,
      threshold = options.threshold, link = options.link, via = options.via,
      choose = options.via and options.choose or nil, as = options.as })
  end,
  ended = function(options, plan, err)
    if not options.quiet then err:write(("%d of %d records have too few\n"):format(plan.orphans, plan.records)) end
    return plan.over and OVER or nil
  end }
