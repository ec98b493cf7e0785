-- Imports links between contacts and companies from a file, CSV or JSON lines, of any length:
--   tether run examples/import_links.lua links.csv [failures.csv]
-- The file needs the two record ids and may have labels, which are made where the account has none. What could not be
-- linked is written to failures.csv with its reason; mended, that file can be fed again. Running twice is harmless.
-- Exit code 1: some rows failed. `tether import` does the same with more options.
local path, failures_path = arg[1], arg[2] or "failures.csv"
if not path then
  io.stderr:write "usage: tether run import_links.lua links.csv [failures.csv]\n"
  return 2
end

local report = hub:import(path, {
  from = "contacts",
  to = "companies",
  columns = {
    from = { "Contact ID", "from" },
    to = { "Company ID", "to" },
    label = { "Association label", "label" },
  },
  create_labels = true,
  failures = failures_path,
})

for _, label in ipairs(report.created) do print(("created the label %q"):format(label)) end
print(report)
print(("%d calls, %.1f seconds"):format(report.calls, report.seconds))
if report:fine() then return 0 end
print(("the rows that failed are in %s"):format(failures_path))
return 1
