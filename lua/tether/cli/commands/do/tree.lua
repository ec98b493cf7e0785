--- tether do tree: parents and children of companies.
local workflow = require "tether.cli.shared.workflow"

return workflow.command { name = "do tree", workflow = "tree", summary = "make companies the children of others",
  arguments = {},
  options = {
    { "--parent", "Property that names the parent: its record id, or see --key.", value = "NAME" },
    { "--key", "Property of the parent that --parent has the value of.", value = "NAME" },
    { "--domains", "eu.acme.example is a child of acme.example." },
  },
  notes = "A cycle is refused, and named. Companies with another parent are left, and told.",
  examples = { "tether do tree --domains --apply" },
  options_of = function(options)
    return { parent = options.parent, key = options.key, by = options.domains and "domains" or nil }
  end }
