--- tether do labels FILE: definitions of another account in this one.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local NOTHING, CHANGES = 0, 2

local M = { name = "do labels", summary = "make the labels and limits of a file, and tell what is here alone",
  account = true, arguments = { { "file", "File of tether labels export.", type = "FILE" } },
  options = { { "--apply", "Do it; without it nothing is written." } },
  notes = "Nothing is deleted. Exit codes: 0 nothing to do or all done, 2 something would change.",
  examples = { "tether do labels labels.json --apply" },
  json = shape.object { { "create", "integer" }, { "limit", "integer" }, { "present", "integer" },
    { "extra", shape.list(shape.object { { "from", "string" }, { "to", "string" }, { "label", "string" } }) },
    { "created?", "integer" }, { "limits?", "integer" } } }

local function show(options, out, plan, done)
  if options.json then
    return answer.json(out, { create = #plan.create, limit = #plan.limit, present = plan.present, extra = plan.extra,
      created = done and done.created, limits = done and done.limits }, M.json)
  end
  out:write(plain.lines(tostring(plan)), "\n")
  for _, one in ipairs(plan.create) do
    out:write("  ", plain.line(("create  %s to %s: %s"):format(one.from, one.to, one.label.label)), "\n")
  end
  for _, one in ipairs(plan.extra) do
    out:write("  ", plain.line(("stays   %s to %s: %s"):format(one.from, one.to, one.label)), "\n")
  end
  if done then out:write(("%d labels created, limits of %d pairs set\n"):format(done.created, done.limits)) end
end

--- Plans, and applies.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local plan = require("tether.workflows").labels(hub, { file = options.file })
    show(options, out, plan, options.apply and plan:apply() or nil)
    return (options.apply or #plan == 0) and NOTHING or CHANGES
  end)
end

return M
