-- Who is near a limit? Exit code 1 where somebody is at one, or over it.
--     tether run examples/workflows/limits.lua
-- Try it: tether run --portal --seed examples/data/workflows.jsonl examples/workflows/limits.lua
local report = tether.workflows.limits(hub, { pairs = { "contacts:companies", "deals:contacts" }, near = 0.9 })
print(report)
for _, one in ipairs(report.rows) do
  print(("%s %d has %d of %d %s"):format(one.from, one.id, one.count, one.max, one.to))
end
return report.over + report.at > 0 and 1 or 0
