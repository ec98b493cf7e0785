--- tether do inherit FROM TO --via TYPE: records get the links that their neighbours have.
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local workflow = require "tether.cli.shared.workflow"

return workflow.command { name = "do inherit", workflow = "inherit",
  summary = "give records the links of records that they are linked to",
  arguments = workflow.sides,
  options = common.joined({
    { "--via", "Object type between them.", value = "TYPE" },
    { "--choose", "Which links of the middle record count: only (there must be one candidate), primary, recent or all.",
      value = "WHICH", default = "only", choices = { "only", "primary", "recent", "all" } },
    { "--label", "Only links of the middle record with this label count.", value = "LABEL" },
    { "--via-label", "Only middle records with this label count.", value = "LABEL" },
    { "--as", "Label of the new links.", value = "LABEL" },
    { "--any", "Records that have a link of the kind get theirs too." },
  }, workflow.whom),
  notes = "Records with several candidates are left, and told.",
  examples = { "tether do inherit deals companies --via contacts --choose primary --apply" },
  options_of = function(options)
    if not options.via then
      errors.raise("BAD_ARGUMENT", "--via is missing", { hint = "name the object type between the two: contacts" })
    end
    return workflow.of_whom(options, { from = options.from, via = options.via, to = options.to,
      choose = options.choose, label = options.label, via_label = options.via_label, as = options.as,
      where = options.any and "any" or "empty" })
  end }
