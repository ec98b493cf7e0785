-- Each contact's primary company is the one whose domain it has, or else its only one.
--     tether run examples/workflows/primary.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/primary.lua [--apply]
local plan = tether.workflows.primary(hub, { choose = "domain", keep = true })
if #plan == 0 then plan = tether.workflows.primary(hub, { keep = true }) end
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
