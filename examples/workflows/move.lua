-- Companies were merged by hand: all their links go to the one that stays, as a file of two columns says.
--     tether run examples/workflows/move.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/move.lua [--apply]
local plan = tether.workflows.move(hub, { type = "companies", map = "examples/data/merged.csv" })
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
