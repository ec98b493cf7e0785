--- How fast the portal takes and gives links, so that it is not what is measured: `tether portal` kept to one core,
-- asked over a socket, beside the same inserts made in SQLite, and beside the base build. CPU counts beside SQLite:
-- other work of the machine is left out, what a socket costs is not.
--
-- BENCH_IMPORT_SIDE=1000 chooses how many contacts and companies the import ties, each with each.
local beside = require "spec.bench.beside"
local measure = require "spec.bench.measure"

local LINKS, BATCH, SIDE = 200000, 2000, os.getenv "BENCH_IMPORT_SIDE" or "1000"

local function portal(kind, side)
  return function(tree) return ("lua5.4 spec/bench/programs/portal.lua %s %s %s"):format(tree, kind, side) end
end

return function()
  measure.compare { name = "(g) the portal on one core: a link taken", unit = "us", figure = measure.microseconds,
    ours = portal("create", BATCH) ".", references = { { name = "SQLite's inserts",
    command = ("taskset -c 0 build/plain/bench/inserts %d %d"):format(LINKS, BATCH) } } }
  beside.compare { name = "(g) the portal on one core, 200,000 links taken", program = portal("create", BATCH) }
  beside.compare { name = "(g) the portal on one core, a million links read, ten a record",
    program = portal("read", BATCH) }
  beside.compare { name = ("(g) import of %s x %s rows, portal and command"):format(SIDE, SIDE),
    program = portal("import", SIDE) }
end
