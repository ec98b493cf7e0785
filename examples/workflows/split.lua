-- A shared company becomes one for each city.
--     tether run examples/workflows/split.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/split.lua [--apply]
local plan = tether.workflows.split(hub, { id = 9001, by = "city", map = { Berlin = 9002, Paris = 9003 } })
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
