--- tether do move TYPE [OLD NEW]: moves all links of records to other records.
local workflow = require "tether.cli.shared.workflow"

return workflow.transfer { workflow = "move",
  summary = "move all links of records to others, over every pair of object types",
  notes = "Labels and primaries go along. New links come first; an old one goes only where its new one is seen.",
  examples = { "tether do move companies 9001 9002 --apply" } }
