-- Contacts belong to the company whose domain their address has; mail providers belong to nobody.
--     tether run examples/workflows/match.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/match.lua [--apply]
local plan = tether.workflows.match(hub, { free = { "our-provider.example" }, primary = true })
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
