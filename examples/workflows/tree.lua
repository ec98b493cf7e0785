-- Companies whose domain stands beneath another one's are its children.
--     tether run examples/workflows/tree.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/tree.lua [--apply]
local plan = tether.workflows.tree(hub, { by = "domains" })
print(plan)
for change in plan:changes() do
  if change.text then print(("left: %d, %s"):format(change.from, change.text)) end
end
if arg[1] ~= "--apply" then return #plan == 0 and 0 or 2 end
local report = plan:apply()
print(report)
return report:fine() and 0 or 1
