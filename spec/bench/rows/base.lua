--- (k) The command, from its start to its end, beside the base build: import of a CSV file on a sink, and preflight.
--
-- BENCH_BASE_ROWS=100000,1000000,10000000 chooses the files' lengths.
local beside = require "spec.bench.beside"
local echo = require "spec.bench.echo"

local function write_links(rows)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:setvbuf("full", 1 << 16)
  file:write "from,to,label\n"
  for i = 0, rows - 1 do file:write(10000000000 + i // 10, ",", 20000000000 + i, ",\n") end
  return path
end

local function compare(rows, path, name, environment, words)
  beside.compare { name = ("(k) %s of %d rows"):format(name, rows), program = function(tree)
    return beside.whole(rows, ("%s%s/build/tether import %s --from contacts --to companies %s"):format(environment,
      tree, path, words))
  end }
end

return function()
  local sink <close> = echo.start()
  local environment = ("HUBSPOT_TOKEN=bench TETHER_URL=%s "):format(sink.url)
  for count in (os.getenv "BENCH_BASE_ROWS" or "100000,1000000"):gmatch "%d+" do
    local rows = math.tointeger(count)
    local path = write_links(rows)
    local fine, problem = pcall(function()
      compare(rows, path, "import CSV", environment, "--quiet")
      compare(rows, path, "preflight CSV", "", "--preflight")
    end)
    os.remove(path)
    if not fine then error(problem, 0) end
  end
end
