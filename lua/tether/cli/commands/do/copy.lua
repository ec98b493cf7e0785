--- tether do copy TYPE [OLD NEW]: gives all links of records to other records as well.
local workflow = require "tether.cli.shared.workflow"

return workflow.transfer { workflow = "copy",
  summary = "copy all links of records to others, over every pair of object types",
  notes = "Labels go along, and the primary where the new record has none. The old links stay.",
  examples = { "tether do copy companies 9001 9002 --apply" } }
