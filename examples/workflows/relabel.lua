-- A label that was made twice becomes one.
--     tether run examples/workflows/relabel.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/relabel.lua [--apply]
local plan = tether.workflows.relabel(hub, { from = "contacts", to = "companies", map = { Boss = "Decision maker" } })
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
