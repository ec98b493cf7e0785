-- Who has no company? Exit code 1 where more than a tenth have none.
--     tether run examples/workflows/orphans.lua
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/orphans.lua
local plan = tether.workflows.orphans(hub, { from = "contacts", to = "companies", threshold = "10%" })
print(("%d of %d contacts have no company"):format(plan.orphans, plan.records))
for change in plan:changes() do print("contact " .. change.from) end
return plan.over and 1 or 0
