--- tether limits FROM TO: how many records one record may be linked to.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local definitions = require "tether.cli.shared.definitions"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

local function setting(text)
  local label, most = text:match "^(.+)=(%d+)$"
  if label then return { label, math.tointeger(tonumber(most)) } end
  return nil, ("LABEL=NUMBER is needed, got %s"):format(text)
end

local M = { name = "limits", summary = "list, set or clear how many records one may be linked to", account = true,
  writes = true, arguments = definitions.sides,
  options = { { "--set", "Label (or default, for all links) and the most: \"Billing contact=1\"; again for several.",
      value = "LABEL=N", many = true, convert = setting },
    { "--clear", "Label (or default) whose limit goes; again for several.", value = "LABEL", many = true } },
  examples = { "tether limits contacts companies", "tether limits contacts companies --set default=5" },
  json = shape.list(shape.object { { "category", "string" }, { "id", "integer" }, { "label?", "string" },
    { "max", "integer" } }) }

local function write(hub, options)
  if #options.set > 0 then hub.limits:set(options.from, options.to, records.assigned(options.set)) end
  if #options.clear > 0 then hub.limits:clear(options.from, options.to, options.clear) end
end

-- The list of limits after those of the arguments were set and cleared.
local function list_of(hub, options)
  local list = {}
  for _, limit in ipairs(hub.limits:list(options.from, options.to)) do
    if limit.max then list[#list + 1] = limit end
  end
  return list
end

local function preview(options, shown)
  for _, limit in ipairs(options.set) do shown:say(("would set %s to %d"):format(limit[1], limit[2])) end
  for _, label in ipairs(options.clear) do shown:say("would clear " .. label) end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub, shown)
    if options.dry_run then preview(options, shown) else write(hub, options) end
    local list = list_of(hub, options)
    if options.json then return answer.json(out, list, M.json) or 0 end
    for i, limit in ipairs(list) do list[i] = { limit.max, limit.label or "default", limit.category, limit.id } end
    answer.rows(out, { "most", "label", "category", "id" }, list)
    return 0
  end)
end

return M
