--- tether do primary [FROM TO]: each record has exactly one right primary.
local common = require "tether.cli.line.common"
local workflow = require "tether.cli.shared.workflow"

return workflow.command { name = "do primary", workflow = "primary",
  summary = "give each record the one right primary",
  arguments = { { "from", "Object type; contacts when left out.", type = "TYPE", optional = true },
    { "to", "Object type among which the primary is; companies when left out.", type = "TYPE", optional = true } },
  options = common.joined({
    { "--choose", "only (the only link), label, domain, recent or file.", value = "RULE", default = "only",
      choices = { "only", "label", "domain", "recent", "file" } },
    { "--label", "With label: the link that has it.", value = "LABEL" },
    { "--file", "With file: links that are to be the primary.", value = "FILE" },
    { "--keep", "A primary that is there is never moved." },
    { "--free", "With domain: file with more domains of mail providers.", value = "FILE" },
  }, workflow.whom),
  notes = "Records without a primary for which the rule chooses none are left, and told.",
  examples = { "tether do primary --choose domain --keep", "tether do primary contacts companies --apply" },
  options_of = function(options)
    return workflow.of_whom(options, { from = options.from, to = options.to, choose = options.choose,
      label = options.label, file = options.file, keep = options.keep or nil, free = options.free })
  end }
