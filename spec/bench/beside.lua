--- Today's build beside the build of another revision, which `BENCH_BASE=REV make bench` names: one program, run with
-- each of them turn by turn.
--
-- Modules of Lua move between revisions; the command does not. So a program is a line for the shell that is given the
-- tree of the build: its command is TREE/build/tether.
local measure = require "spec.bench.measure"

local M = {}

local TODAY = "."

--- The tree of the base build, relative to this one; nil: none is asked for.
function M.base()
  local revision = os.getenv "BENCH_BASE_BUILT"
  return revision and revision ~= "" and "build/base/" .. revision or nil
end

local FIGURES = {
  { name = "CPU", unit = "s", of = function(f) return f.cpu end },
  { name = "wall", unit = "s", of = function(f) return f.wall end },
  { name = "peak", unit = "MB", of = function(f) return f.peak end },
}

--- The command line that measures a whole process (programs/whole.c).
function M.whole(count, command)
  local before = command:match "^[%w_]+=.*" and "env " or "" -- variables before the program
  return ("build/plain/bench/whole %d %s%s"):format(count, before, command)
end

--- The command line that runs a program of the bench with the build of a tree: the program of that same tree, as what
-- it calls moves between revisions.
-- @tparam string environment variables, "" or "NAME=value "
function M.own(tree, environment, program, ...)
  local words = table.concat({ program, ... }, " ")
  return ('cd %s && unset LUA_PATH LUA_CPATH && eval "$(make -s env)" && %sLUA_PATH="./?.lua;$LUA_PATH" ' ..
    "lua5.4 spec/bench/programs/%s"):format(tree, environment, words)
end

-- Who runs first changes with the turn: the second finds the file in the page cache and the clock of the CPU up.
local function one_turn(turn, program, base)
  local ours, theirs
  if turn % 2 == 0 and base then theirs = measure.run(program(base)) end
  ours = measure.run(program(TODAY))
  if base and not theirs then theirs = measure.run(program(base)) end
  return ours, theirs
end

--- Runs a program with both builds, and prints its CPU, wall and peak memory; the ratio is the median of the turns'
-- ratios. Without a base it prints today's figures alone.
-- @tparam table what name; program = function(tree) -> a command that prints figures; turns
-- @treturn table { cpu =, wall =, peak = } medians of today's build
-- @treturn ?table { CPU =, wall =, peak = } median ratios to the base
function M.compare(what)
  local base, ours, theirs = M.base(), {}, {}
  for turn = 1, what.turns or measure.turns do ours[turn], theirs[turn] = one_turn(turn, what.program, base) end
  local a, b, found = measure.medians(ours), base and measure.medians(theirs), {}
  for _, figure in ipairs(FIGURES) do
    local ratios = {}
    for turn, run in ipairs(theirs) do ratios[turn] = figure.of(ours[turn]) / figure.of(run) end
    found[figure.name] = base and measure.median(ratios)
    measure.row { name = what.name .. ": " .. figure.name, unit = figure.unit, ours = figure.of(a),
      theirs = b and figure.of(b), ratio = found[figure.name], a = a, b = b }
  end
  return a, base and found or nil
end

return M
