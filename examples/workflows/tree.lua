-- Companies whose domain stands beneath another one's are its children.
--     tether run examples/workflows/tree.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/tree.lua [--apply]
local plan = tether.workflows.tree(hub, { by = "domains" })
return plan:show_or_apply(arg[1] == "--apply")
