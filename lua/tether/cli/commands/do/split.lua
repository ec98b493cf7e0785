--- tether do split FROM:TO ID: gives the records of one shared record to others, by a rule.
local common = require "tether.cli.line.common"
local workflow = require "tether.cli.shared.workflow"

local function target(text)
  local value, id = text:match "^(.*)=(%d+)$"
  if value then return { value, id } end
  return nil, ("a value and a record id are needed, such as Berlin=9002, got %s"):format(text)
end

return workflow.command { name = "do split", workflow = "split",
  summary = "give the records of a shared one to several, by a rule",
  arguments = common.joined(workflow.sides, { { "id", "The shared record, of the type TO." } }),
  options = {
    { "--by", "Property that says where each record belongs.", value = "NAME" },
    { "--to", "A value of it and its record: Berlin=9002; again for each.", value = "VALUE=ID", many = true,
      convert = target, key = "targets" },
    { "--file", "File of links of each record to its own one, in the place of --by.", value = "FILE" },
    { "--copy", "The links to the shared record stay." },
  },
  notes = "Labels and primary go along. Records that the rule names none for are left, and told.",
  examples = { "tether do split contacts companies 9001 --by city --to Berlin=9002 --apply" },
  options_of = function(options)
    local map = {}
    for _, label_and_target in ipairs(options.targets) do map[label_and_target[1]] = label_and_target[2] end
    return { from = options.from, to = options.to, id = options.id, by = options.by, map = map, file = options.file,
      copy = options.copy or nil }
  end }
