-- A shared company becomes one for each city.
--     tether run examples/workflows/split.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/split.lua [--apply]
local plan = tether.workflows.split(hub, { id = 9001, by = "city", map = { Berlin = 9002, Paris = 9003 } })
return plan:show_or_apply(arg[1] == "--apply")
