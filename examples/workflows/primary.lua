-- Each contact's primary company is the one whose domain it has, or else its only one.
--     tether run examples/workflows/primary.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/primary.lua [--apply]
local plan = tether.workflows.primary(hub, { choose = "domain", keep = true })
if #plan == 0 then plan = tether.workflows.primary(hub, { keep = true }) end
return plan:show_or_apply(arg[1] == "--apply")
