-- Contacts belong to the company whose domain their address has; mail providers belong to nobody.
--     tether run examples/workflows/match.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/match.lua [--apply]
local plan = tether.workflows.match(hub, { free = { "our-provider.example" }, primary = true })
return plan:show_or_apply(arg[1] == "--apply")
