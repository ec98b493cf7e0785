--- tether do copy TYPE [OLD NEW]: all links of records become links of others.
local workflow = require "tether.cli.workflow"

return workflow.command { name = "do copy", workflow = "copy",
  summary = "copy all links of records to others, over every pair of object types",
  arguments = { { "type", "Object type of the records.", type = "TYPE" },
    { "old", "Record that has the links.", optional = true },
    { "new", "Record that gets them.", optional = true } },
  options = {
    { "--map", "CSV file of two columns, old and new ids, in the place of OLD and NEW.", value = "FILE" },
    { "--only", "Only links to this object type; again for several.", value = "TYPE", many = true },
  },
  notes = "Labels go along, and the primary where the new record has none. The old links stay.",
  examples = { "tether do copy companies 9001 9002 --apply" },
  options_of = function(options)
    return { type = options.type, from = options.old, to = options.new, map = options.map,
      types = #options.only > 0 and options.only or nil }
  end }
