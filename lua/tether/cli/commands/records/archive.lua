--- tether records archive TYPE ID: records to the recycle bin.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

local M = { name = "records archive", summary = "move records to the recycle bin", account = true, writes = true,
  arguments = { records.type, { "id", "Record ids.", many = "+" } },
  notes = "Their links are no longer listed. Exit code: 1 when some could not be archived.",
  examples = { "tether records archive contacts 102" },
  json = shape.object { { "archived", shape.list "any" }, { "failures", shape.list(records.failure) },
    { "dry_run?", "boolean" } } }

local function told(ids, results, failures)
  local facts = { archived = {}, failures = {} }
  for i, id in ipairs(ids) do
    if results[i] then table.insert(facts.archived, id) end
  end
  for i, failure in ipairs(failures or {}) do
    facts.failures[i] = { row = failure.row, code = failure.error.code, message = failure.error.message }
  end
  return facts
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub, shown)
    local verb = options.dry_run and hub.get or hub.archive
    local facts = told(options.id, verb(hub, options.type, options.id))
    facts.dry_run = options.dry_run
    if options.json then
      answer.json(out, facts, M.json)
    else
      out:write(("%s %d of %d\n"):format(options.dry_run and "would archive" or "archived", #facts.archived,
        #options.id))
      for _, failure in ipairs(facts.failures) do
        shown:say(("%s: %s"):format(options.id[failure.row], failure.message))
      end
    end
    return #facts.failures > 0 and 1 or 0
  end)
end

return M
