--- tether do labels FILE, or --from-profile NAME PAIR…: makes the labels and limits of another account in this one.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local errors = require "tether.error"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local NOTHING, CHANGES = 0, 2

local M = { name = "do labels", account = true,
  summary = "make the labels and limits of a file or of another account, and tell what is here alone",
  arguments = { { "source", "File of tether labels export; with --from-profile or --from-token-file pairs: " ..
    "contacts:companies, or deals:* for all that deals have associations to.", many = "+", type = "FILE" } },
  options = {
    { "--from-profile", "Account to take them from, that `tether start` has stored under this name.", value = "NAME" },
    { "--from-token-file", "File of mode 0600 with the token of the account to take them from.", value = "FILE" },
    { "--from-url", "Server of that account; else the profile's, or https://api.hubapi.com.", value = "URL" },
    { "--apply", "Do it; without it nothing is written." } },
  notes = [[
The account that the other options name gets them; the one that they are taken from is only read. Nothing is deleted.
Exit codes: 0 nothing to do or all done, 2 something would change.]],
  examples = { "tether do labels labels.json --apply",
    "tether do labels contacts:companies --from-profile sandbox --apply" },
  json = shape.object { { "create", "integer" }, { "limit", "integer" }, { "present", "integer" },
    { "extra", shape.list(shape.object { { "from", "string" }, { "to", "string" }, { "label", "string" } }) },
    { "created?", "integer" }, { "limits?", "integer" } } }

local function show(options, out, plan, done)
  if options.json then
    return answer.json(out, { create = #plan.create, limit = #plan.limit, present = plan.present, extra = plan.extra,
      created = done and done.created, limits = done and done.limits }, M.json)
  end
  out:write(plain.lines(tostring(plan)), "\n")
  for _, label in ipairs(plan.create) do
    out:write("  ", plain.line(("create  %s to %s: %s"):format(label.from, label.to, label.label.label)), "\n")
  end
  for _, label in ipairs(plan.extra) do
    out:write("  ", plain.line(("stays   %s to %s: %s"):format(label.from, label.to, label.label)), "\n")
  end
  if done then out:write(("%d labels created, limits of %d pairs set\n"):format(done.created, done.limits)) end
end

local function takes_from_account(options)
  if options.from_profile or options.from_token_file then return true end
  if options.from_url then
    errors.raise("BAD_ARGUMENT", "--from-url needs --from-profile or --from-token-file, whose token is for it")
  end
  if #options.source > 1 then
    errors.raise("BAD_ARGUMENT", ("do labels: one file is taken, got %d: %s"):format(#options.source,
      table.concat(options.source, ", ")), { hint = "pairs go with --from-profile or --from-token-file" })
  end
  return false
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  local from_account = takes_from_account(options)
  return account.run(options, err, function(hub, shown, watch)
    local other <close> = from_account and account.source(options) or nil
    if other then watch.guard(other, 0, shown) end
    local plan = require("tether.workflows").labels(hub, other and { from = other, pairs = options.source } or
      { file = options.source[1] })
    show(options, out, plan, options.apply and plan:apply() or nil)
    return (options.apply or #plan == 0) and NOTHING or CHANGES
  end)
end

return M
