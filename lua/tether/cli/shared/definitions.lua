--- What commands on labels and limits share.
local answer = require "tether.cli.shown.answer"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local M = {}

--- The pair of object types.
M.sides = { { "from", "Object type: contacts, company, 0-3, …", type = "TYPE" },
  { "to", "Object type.", type = "TYPE" } }

--- An association type as JSON.
M.json = shape.object { { "category", "string" }, { "id", "integer" }, { "label?", "string" } }

--- Finds a label of the account by its text or type id; nil: there is none.
-- @tparam table hub
-- @treturn ?table { category =, id =, label = }
function M.find(hub, from, to, which)
  for _, label in ipairs(hub.labels:list(from, to)) do
    local is_same = label.label and label.label:lower() == tostring(which):lower() or tostring(label.id) == which
    if label.category == "USER_DEFINED" and is_same then return label end
  end
end

--- Reads a label as it was typed: a text, or a type id.
function M.which(text)
  return math.tointeger(tonumber(text)) or text
end

--- Tells in one line what was done or would be done; with --json, prints the facts.
-- @tparam table options the command's
-- @param out
-- @tparam table facts of the shape `json`
-- @param json shape
-- @tparam string sentence
function M.tell(options, out, facts, json, sentence)
  facts.dry_run = options.dry_run
  if options.json then return answer.json(out, facts, json) end
  out:write(plain.line((options.dry_run and "would have " or "") .. sentence), "\n")
end

return M
