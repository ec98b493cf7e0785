-- The nightly backup with its difference to the last one; thirty nights stay.
--     tether run examples/workflows/snapshot.lua FOLDER
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/snapshot.lua FOLDER
local folder = arg[1]
if not folder then
  io.stderr:write "usage: tether run snapshot.lua FOLDER\n"
  return 2
end
local report = tether.workflows.snapshot(hub, { folder = folder, pairs = "contacts:companies", keep = 30 })
print(("%d links: %s"):format(report.links, report.path))
if report.difference then print(report.difference) end
