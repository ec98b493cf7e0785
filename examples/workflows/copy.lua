-- A deal is renewed: the new one gets the contacts of the old one.
--     tether run examples/workflows/copy.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/copy.lua [--apply]
local plan = tether.workflows.copy(hub, { type = "deals", from = 502, to = 501, types = { "contacts" } })
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
