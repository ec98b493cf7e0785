-- Deals without a company get their contacts' company; those with several candidates are told, and left.
--     tether run examples/workflows/inherit.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/inherit.lua [--apply]
local plan = tether.workflows.inherit(hub, { from = "deals", via = "contacts", to = "companies" })
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
