-- make bench: one table, each row measured beside its reference in this run and given as a ratio.
--
-- BENCH_ROWS=encode,write chooses rows (files of spec/bench/rows), BENCH_TURNS=N says how often each is measured,
-- NODE=1 measures HubSpot's Node client as well, and BENCH_BASE=REV builds that revision, which the rows of `base` run
-- beside today's build.
local measure = require "spec.bench.measure"

local ROWS = { "encode", "decode", "write", "growth", "read", "sort", "import", "base", "sheet", "start", "whole",
  "command", "tasks", "portal", "steady", "jobs", "workers", "backup" }

local chosen = {}
for name in (os.getenv "BENCH_ROWS" or table.concat(ROWS, ",")):gmatch "[^,%s]+" do chosen[#chosen + 1] = name end

measure.head()
local failed = false
for _, name in ipairs(chosen) do
  local fine, problem = xpcall(function() require("spec.bench.rows." .. name)() end, debug.traceback)
  if not fine then
    io.stderr:write(name, ": ", tostring(problem), "\n")
    failed = true
  end
end
require("spec.bench.sink").stop()
if failed then os.exit(1) end
