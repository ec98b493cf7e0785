-- A job that several work on: its owner hands batches out by Redis, and workers take them, here in tasks, as `tether
-- work` does on other machines. tether run --portal examples/work.lua redis://127.0.0.1:6379/0
local tether = require "tether"
local address = arg[1]
if not address then
  io.stderr:write "usage: tether run --portal examples/work.lua redis://HOST:PORT/DB\n"
  os.exit(2)
end

local links = tether.links("contacts", "companies")
for i = 1, 20 do
  portal:seed { contacts = { { id = i } }, companies = { { id = 500 + i } } }
  links:add(i, 500 + i)
end
local path = os.tmpname()
os.remove(path)
hub:plan(links):save(path)

tether.run(function()
  local workers, taken = {}, 0
  for i = 1, 2 do
    workers[i] = tether.run(function()
      hub:work(address, { on_batch = function() taken = taken + 1 end })
    end)
  end
  print(("%-20s %s"):format("apply", tostring(hub:apply(path, { workers = address }))))
  for _, worker in ipairs(workers) do worker:cancel() end
  print(("%-20s %d of the batches"):format("work", taken))
end)
os.remove(path)
