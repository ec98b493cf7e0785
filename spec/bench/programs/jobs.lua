-- jobs.lua WHAT URL TOKEN LINKS COUNTER: a million links by a job, or without. Each run has records of its own, whose
-- number stands in the file COUNTER. WHAT: associate, apply, read or plan; the last two are of the first run's links.
local tether = require "tether"
local figures = require "spec.bench.figures"

local what, url, token, links, counter = arg[1], arg[2], arg[3], math.tointeger(arg[4]), arg[5]
local hub = tether.connect { url = url, token = token }

local function next_run()
  local file <close> = assert(io.open(counter, "r+"))
  local run = file:read "n" or 0
  file:seek "set"
  file:write(run + 1, "\n")
  return run
end

local writes = what == "associate" or what == "apply"
local first = writes and next_run() * (links // 10) or 0

-- Ten companies of each contact.
local function wanted()
  local set = tether.links("contacts", "companies")
  local core = set.native
  for i = 0, links - 1 do core:add(first + i // 10 + 1, 900000001 + i % 1000, 0) end
  return set
end

local function read()
  local sum, at, last = 0, first, first + links // 10
  for set in hub:each_link("contacts", "companies", { ids = function()
    at = at + 1
    return at <= last and at or nil
  end }) do
    sum = sum + #set
    set:close()
  end
  return sum
end

local runs = {
  associate = function(set) return hub:associate(set).linked end,
  read = read,
  plan = function(set) return hub:plan(set).right end,
  apply = function(plan) return hub:apply(plan).done end,
}

local given = what ~= "read" and wanted() or nil
if what == "apply" then
  local path = os.tmpname()
  os.remove(path)
  local plan = hub:plan(given)
  plan:save(path)
  given:close()
  plan:close()
  given = path
end
local f = figures.begin()
local done = runs[what](given)
assert(done == links, ("%s: %s of %d"):format(what, done, links))
local size = 0
if what == "apply" then
  local file <close> = assert(io.open(given, "rb"))
  size = file:seek "end"
  os.remove(given)
  os.remove(given .. ".lock")
end
f.print(links, size)
hub:close()
