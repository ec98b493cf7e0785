--- tether labels rename FROM TO LABEL: another text for a label.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local definitions = require "tether.cli.shared.definitions"
local errors = require "tether.error"
local nearest = require "tether.nearest"
local shape = require "tether.cli.line.shape"

local M = { name = "labels rename", summary = "give a label another text", account = true, writes = true,
  arguments = common.joined(definitions.sides, { { "label", "The label, or its type id.", type = "LABEL" },
    { "text", "The new text.", optional = true } }),
  options = { { "--inverse", "New text of the other direction, which keeps its own when left out.", value = "TEXT" } },
  examples = { "tether labels rename contacts companies 'Billing contact' Payer" },
  json = shape.object { { "label", "string" }, { "text?", "string" }, { "inverse?", "string" },
    { "dry_run?", "boolean" } } }

-- Refuses a label that is not there, with the nearest ones.
local function check(hub, options)
  if definitions.find(hub, options.from, options.to, options.label) then return end
  local known = {}
  for _, label in ipairs(hub.labels:list(options.from, options.to)) do known[#known + 1] = label.label end
  errors.raise("LABEL_UNKNOWN", ("%s to %s has no label %q of its own%s"):format(options.from, options.to,
    options.label, nearest.sentence(options.label, known)))
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    if not (options.text or options.inverse) then
      errors.raise("BAD_ARGUMENT", "a new text is needed: TEXT, or --inverse TEXT")
    end
    local texts = { label = options.text, inverse = options.inverse }
    if options.dry_run then
      check(hub, options)
    else
      hub.labels:rename(options.from, options.to, definitions.which(options.label), texts)
    end
    definitions.tell(options, out, { label = options.label, text = options.text, inverse = options.inverse }, M.json,
      ("renamed the label %q to %q"):format(options.label, options.text or options.inverse))
    return 0
  end)
end

return M
