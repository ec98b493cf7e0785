-- The main job on the embedded portal: load records, send the overview's requests, import links from a CSV file, and
-- import them once more. `make demo` runs it; by hand: tether run --portal examples/demo.lua
local csv = require "tether.files.csv"
local here = arg[0]:match "^(.*)/[^/]*$" or "."
local failures = os.tmpname()

local function load_records(object_type, file)
  local count = 0
  for row in csv.rows(here .. "/data/" .. file) do
    portal:seed(object_type, tether.id(row.id))
    count = count + 1
  end
  return count
end

local function run(script, ...)
  print(("\n== %s %s"):format(script, table.concat({ ... }, " ")))
  _G.arg = table.pack(...)
  return loadfile(here .. "/" .. script)(...)
end

local function calls()
  local batches = 0
  for _, request in ipairs(portal:log()) do
    if request.path:find("/batch/", 1, true) then batches = batches + 1 end
  end
  portal:clear_log()
  return batches
end

local contacts, companies = load_records("contacts", "contacts.csv"), load_records("companies", "companies.csv")
run "overview.lua"
hub.limits:clear("contacts", "companies", { "Decision maker" }) -- which the overview has set
calls()
local started = os.time()
run("import_links.lua", here .. "/data/links.csv", failures)
local first = calls()
run("import_links.lua", here .. "/data/links.csv", failures)
local second = calls()

print(([[

== summary
contacts                       %6d
companies                      %6d
batch requests, first import   %6d
batch requests, second import  %6d
seconds for both               %6d]]):format(contacts, companies, first, second, os.time() - started))
os.remove(failures)
