--- (w) Whole processes, from their start to their end: one link, and an import of 10,000 rows; loading counts on both
-- sides.
local beside = require "spec.bench.beside"
local echo = require "spec.bench.echo"
local json = require "cjson"
local measure = require "spec.bench.measure"
local options = require "spec.bench.options"

local ROWS, TURNS = 10000, 9

local function write_file(text)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
  return path
end

-- A portal with two records; it ends when the value is closed.
local function open_portal()
  local seed = write_file('{"kind":"record","type":"contacts","id":"101"}\n' ..
    '{"kind":"record","type":"companies","id":"9001"}')
  local pipe = assert(io.popen("build/tether portal --seed " .. seed .. " 2>/dev/null & echo $!; wait"))
  local pid, served = pipe:read "l", json.decode(pipe:read "l")
  return setmetatable(served, { __close = function()
    os.execute("kill " .. pid)
    pipe:close()
    os.remove(seed)
  end })
end

local function milliseconds(f) return f.cpu * 1e3 end

local function one_link()
  local portal <close> = open_portal()
  local environment = ("env HUBSPOT_TOKEN=%s TETHER_URL=%s "):format(portal.token, portal.url)
  local path = "/crm/objects/2026-03/contacts/101/associations/default/companies/9001"
  local name = "(w) whole process: connect and one link"
  measure.compare { name = name, unit = "ms", figure = milliseconds, turns = TURNS,
    ours = environment .. beside.whole(1, "lua5.4 spec/bench/programs/one.lua"), references = { {
      name = "C and libcurl", command = environment .. beside.whole(1, "build/plain/bench/one " .. portal.url .. path),
    } } }
  beside.compare { name = name, turns = TURNS, program = function(tree)
    return ('sh -c \'unset LUA_PATH LUA_CPATH; eval "$(make -s -C %s env)"; %s %s\''):format(tree, environment,
      beside.whole(1, "lua5.4 spec/bench/programs/one.lua"))
  end }
end

local function import()
  local lines = { "from,to,label" }
  for i = 0, ROWS - 1 do lines[#lines + 1] = ("%d,%d,"):format(10000000000 + i // 10, 20000000000 + i) end
  local path = write_file(table.concat(lines, "\n") .. "\n")
  local sink <close> = echo.start()
  local environment = ("env HUBSPOT_TOKEN=bench TETHER_URL=%s "):format(sink.url)
  local name = ("(w) whole process: import of %d rows"):format(ROWS)
  local function command(tree)
    return environment .. beside.whole(ROWS, tree .. "/build/tether import " .. path ..
      " --from contacts --to companies --blind --quiet")
  end
  local bare = ("build/plain/bench/bare %s/crm/associations/2026-03/0-1/0-2/batch/create write %d %d"):format(sink.url,
    ROWS, options.concurrency)
  measure.compare { name = name, unit = "ms", figure = milliseconds, turns = TURNS, ours = command ".",
    references = { { name = "bare libcurl that encodes and scans", command = beside.whole(ROWS, bare) } } }
  beside.compare { name = name, turns = TURNS, program = command }
  os.remove(path)
end

return function()
  one_link()
  import()
end
