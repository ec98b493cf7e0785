-- Deals without a company get their contacts' company; those with several candidates are told, and left.
--     tether run examples/workflows/inherit.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/inherit.lua [--apply]
local plan = tether.workflows.inherit(hub, { from = "deals", via = "contacts", to = "companies" })
return plan:show_or_apply(arg[1] == "--apply")
