--- (o) Whole processes of the command that end at once, beside the base build: what a start costs.
local beside = require "spec.bench.beside"

local function write_seed()
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write '{"kind":"record","type":"contacts","id":101}\n{"kind":"record","type":"companies","id":9001}\n'
  return path
end

local function compare(name, environment, words)
  beside.compare { name = "(o) tether " .. name, turns = 15, program = function(tree)
    return beside.whole(1, ("%s%s/build/tether %s"):format(environment, tree, words))
  end }
end

return function()
  local tether = require "tether"
  local seed = write_seed()
  local portal <close> = tether.portal()
  portal:seed_file(seed)
  os.remove(seed)
  local environment = ("HUBSPOT_TOKEN=%s TETHER_URL=%s "):format(portal.token, portal.url)
  compare("--version", "", "--version")
  compare("types contacts companies", "", "types contacts companies")
  compare("count on a portal", environment, "count contacts companies --quiet")
end
