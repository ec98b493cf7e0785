-- Deals keep their contacts' company: run by cron each minute, it looks at what has changed, and once a day at all.
--     tether run examples/workflows/keep.lua STATE
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/keep.lua STATE
local state = arg[1]
if not state then
  io.stderr:write "usage: tether run keep.lua STATE\n"
  return 2
end
local result = tether.workflows.keep(hub, { state = state, workflow = "inherit",
  options = { from = "deals", via = "contacts", to = "companies" } })
print(("%s: %d changes, %d left"):format(result.swept and "all" or result.dirty .. " records", result.changes,
  result.left))
return result.report and not result.report:fine() and 1 or 0
