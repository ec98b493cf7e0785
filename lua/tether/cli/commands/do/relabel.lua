--- tether do relabel FROM TO OLD [NEW]: all links that have a label get another one.
local common = require "tether.cli.line.common"
local workflow = require "tether.cli.shared.workflow"

return workflow.command { name = "do relabel", workflow = "relabel",
  summary = "replace a label by another one, or take it away",
  arguments = common.joined(workflow.sides, { { "old", "The label that goes.", type = "LABEL" },
    { "new", "The label that comes; left out, none.", type = "LABEL", optional = true } }),
  options = common.joined({ { "--pairs", "Only the pairs of this file of links.", value = "FILE" } }, workflow.whom),
  notes = "To give a label another text, tether labels rename is one call. No label is made or deleted.",
  examples = { 'tether do relabel contacts companies "Billing contact" Boss --apply' },
  options_of = function(options)
    return workflow.of_whom(options, { from = options.from, to = options.to, pairs = options.pairs,
      map = { [options.old] = options.new or false } })
  end }
