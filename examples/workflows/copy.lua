-- A deal is renewed: the new one gets the contacts of the old one.
--     tether run examples/workflows/copy.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/copy.lua [--apply]
local plan = tether.workflows.copy(hub, { type = "deals", from = 502, to = 501, types = { "contacts" } })
return plan:show_or_apply(arg[1] == "--apply")
