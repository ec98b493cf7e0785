-- Writes the links between two object types to a file, CSV or JSON lines by its name, and tells who has none:
--   tether run examples/export_links.lua contacts companies links.jsonl
-- Any number of records in the same memory: links come as sets of one answer each. `tether export` does the same.
local writer = require "tether.sets.writer"

local from, to, path = arg[1], arg[2], arg[3]
if not path then
  io.stderr:write "usage: tether run export_links.lua FROM TO FILE\n"
  return 2
end
if portal then -- tether run --portal: something to export
  portal:seed { contacts = { { id = 1 }, { id = 2 }, { id = 3 } }, companies = { { id = 501 }, { id = 502 } },
    links = { { from = "contacts", fromId = 1, to = "companies", toId = 501, types = { 279, 1 } },
      { from = "contacts", fromId = 1, to = "companies", toId = 502, types = { 279 } },
      { from = "contacts", fromId = 2, to = "companies", toId = 502, types = { 279 } } } }
end

local file <close> = writer.links(path)
local linked, records = {}, 0
local next_set, count = hub:each_link(from, to)
for links in next_set do
  file:links(links)
  for link in links:rows() do
    if not linked[link.from] then
      linked[link.from], records = true, records + 1
    end
  end
end
print(("%d links of %d records; %d of them have none"):format(file:close(), count.records, count.records - records))
