-- Companies were merged by hand: all their links go to the one that stays, as a file of two columns says.
--     tether run examples/workflows/move.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/move.lua [--apply]
local plan = tether.workflows.move(hub, { type = "companies", map = "examples/data/merged.csv" })
return plan:show_or_apply(arg[1] == "--apply")
