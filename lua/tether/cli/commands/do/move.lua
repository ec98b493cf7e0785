--- tether do move TYPE [OLD NEW]: all links of records become links of others.
local workflow = require "tether.cli.workflow"

return workflow.command { name = "do move", workflow = "move",
  summary = "move all links of records to others, over every pair of object types",
  arguments = { { "type", "Object type of the records.", type = "TYPE" },
    { "old", "Record that has the links.", optional = true },
    { "new", "Record that gets them.", optional = true } },
  options = {
    { "--map", "CSV file of two columns, old and new ids, in the place of OLD and NEW.", value = "FILE" },
    { "--only", "Only links to this object type; again for several.", value = "TYPE", many = true },
  },
  notes = "Labels and primaries go along. New links come first; an old one goes only where its new one is seen.",
  examples = { "tether do move companies 9001 9002 --apply" },
  options_of = function(options)
    return { type = options.type, from = options.old, to = options.new, map = options.map,
      types = #options.only > 0 and options.only or nil }
  end }
