--- Runs programs beside each other and prints the table.
--
-- Machines are noisy: a program and its references take turns, and medians count, of the figures and of their ratios.
local M = { turns = math.tointeger(os.getenv "BENCH_TURNS" or 3) }

--- Runs a program that prints its figures (spec/bench/figures.lua, programs/figures.h).
-- @treturn table cpu and wall in seconds, peak and resident (at the beginning) in MB, count, more = further numbers
function M.run(command)
  local pipe = assert(io.popen(command))
  local numbers = {}
  for number in pipe:read("a"):gmatch "%S+" do numbers[#numbers + 1] = assert(tonumber(number), command) end
  assert(pipe:close(), command)
  assert(#numbers >= 5, command)
  return { cpu = numbers[1], wall = numbers[2], peak = numbers[3] / 1024, count = numbers[4],
    resident = numbers[5] / 1024, more = table.move(numbers, 6, #numbers, 1, {}) }
end

--- The value in the middle of a list of numbers.
function M.median(list)
  local sorted = table.move(list, 1, #list, 1, {})
  table.sort(sorted)
  return sorted[(#sorted + 1) // 2]
end

local FORMAT = "%-64s %9s %9s  %-9s %7s %8s %8s %7s %7s"

local function number(value)
  if not value then return "" end
  return value >= 1000 and ("%.0f"):format(value) or value >= 10 and ("%.1f"):format(value) or ("%.3f"):format(value)
end

--- Prints the head of the table.
function M.head()
  print(("medians of %d turns; CPU seconds and peak memory of Tether (T) and of the reference (R)"):format(M.turns))
  print(FORMAT:format("", "tether", "reference", "unit", "ratio", "CPU s T", "CPU s R", "MB T", "MB R"))
end

--- Prints a row.
-- @tparam table row name, ours, theirs, unit, ratio, a and b: medians of the figures of both, or nil
function M.row(row)
  local a, b = row.a or {}, row.b or {}
  print(FORMAT:format(row.name, number(row.ours), number(row.theirs), row.unit, number(row.ratio), number(a.cpu),
    number(b.cpu), number(a.peak), number(b.peak)))
  io.flush()
end

--- The medians of the figures of several runs.
function M.medians(runs)
  local result = {}
  for _, field in ipairs { "cpu", "wall", "peak", "resident", "count" } do
    local values = {}
    for i, one in ipairs(runs) do values[i] = one[field] end
    result[field] = M.median(values)
  end
  result.more = runs[#runs].more
  return result
end

--- What is given per piece: nanoseconds of CPU.
function M.nanoseconds(f) return f.cpu / f.count * 1e9 end
--- Microseconds of CPU a piece.
function M.microseconds(f) return f.cpu / f.count * 1e6 end
--- Seconds of CPU.
function M.seconds(f) return f.cpu end

--- Compares a program with its references, and prints a row for each.
-- @tparam table what name = "write …"; ours = command; references = { { name =, command =, pieces = of each
--   thing that the reference counts, 1 }, … }; unit; figure =
--   function(figures) -> number; turns; check = function(ours, reference figures), which raises
-- @treturn table medians of ours
function M.compare(what)
  local ours, theirs, ratios = {}, {}, {}
  for turn = 1, what.turns or M.turns do
    ours[turn] = M.run(what.ours)
    for i, reference in ipairs(what.references) do
      theirs[i], ratios[i] = theirs[i] or {}, ratios[i] or {}
      theirs[i][turn] = M.run(reference.command)
      theirs[i][turn].count = theirs[i][turn].count * (reference.pieces or 1)
      if what.check then what.check(ours[turn], theirs[i][turn], reference) end
      ratios[i][turn] = what.figure(ours[turn]) / what.figure(theirs[i][turn])
    end
  end
  local mine = M.medians(ours)
  for i, reference in ipairs(what.references) do
    local other = M.medians(theirs[i])
    M.row { name = what.name .. ", beside " .. reference.name, ours = what.figure(mine), theirs = what.figure(other),
      unit = what.unit, ratio = M.median(ratios[i]), a = mine, b = other }
  end
  return mine
end

return M
