-- A label that was made twice becomes one.
--     tether run examples/workflows/relabel.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/relabel.lua [--apply]
local plan = tether.workflows.relabel(hub, { from = "contacts", to = "companies", map = { Boss = "Decision maker" } })
return plan:show_or_apply(arg[1] == "--apply")
