-- The labels and limits of a file of `tether labels export`; what is here alone is told, and stays.
--     tether run examples/workflows/labels.lua [--apply]
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/labels.lua [--apply]
local path = os.tmpname()
hub:export_schema(path, { { "contacts", "companies" } }) -- of another account, most of the time
local plan = tether.workflows.labels(hub, { file = path })
os.remove(path)
print(plan)
for _, one in ipairs(plan.extra) do print(("only here: %s"):format(one.label)) end
if arg[1] == "--apply" then print(("%d labels made"):format(plan:apply().created)) end
