-- Imports links between contacts and companies from a CSV file:
--   tether run examples/import_links.lua links.csv [failures.csv]
-- The file needs the two record ids and may have a label. What could not be linked is written to failures.csv with its
-- reason; mended, that file can be fed again. Running twice is harmless. Exit code 1: some rows failed.
local path, failures_path = arg[1], arg[2] or "failures.csv"
if not path then
  io.stderr:write "usage: tether run import_links.lua links.csv [failures.csv]\n"
  return 2
end

local refused = {}
local links = tether.links.read(path, {
  from = "contacts",
  to = "companies",
  columns = {
    from = { "Contact ID", "from" },
    to = { "Company ID", "to" },
    label = { "Association label", "label" },
  },
  refused = function(row) refused[#refused + 1] = row end,
})

for _, label in ipairs(links:labels()) do
  local made, created = hub.labels:ensure("contacts", "companies", label)
  if created then print(("created the label %q, type id %d"):format(made.label, made.id)) end
end

local outcome = hub:associate(links)

local reasons = {}
local function count(row)
  local code = row.error.code
  reasons[code] = reasons[code] or { code = code, rows = 0, first = row.error.message }
  reasons[code].rows = reasons[code].rows + 1
end
for _, row in ipairs(refused) do count(row) end
for row in outcome:failures() do count(row) end

print(("linked    %6d"):format(outcome.linked))
print(("unchanged %6d"):format(outcome.unchanged))
print(("rejected  %6d"):format(outcome.rejected + #refused))
print(("unknown   %6d"):format(outcome.unknown))
local sorted = {}
for _, reason in pairs(reasons) do sorted[#sorted + 1] = reason end
table.sort(sorted, function(a, b) return a.rows > b.rows or (a.rows == b.rows and a.code < b.code) end)
for _, reason in ipairs(sorted) do print(("  %5d %-15s %s"):format(reason.rows, reason.code, reason.first)) end

local failed = outcome:write(failures_path, refused)
if failed > 0 then print(("%d rows are in %s"):format(failed, failures_path)) end
return failed > 0 and 1 or 0
