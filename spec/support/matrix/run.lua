--- A share of the matrix: run.lua N OF [operation] prints a line of JSON for each cell of every OF-th row, from the
-- Nth. Several of these side by side wait for their timeouts together.
local cell = require "spec.support.matrix.cell"
local faults = require "spec.support.matrix.faults"
local json = require "cjson"
local native = require "tether.native"
local operations = require "spec.support.matrix.operations"
local tether = require "tether"

local first, step, only = math.tointeger(arg[1]), math.tointeger(arg[2]), arg[3]

local function run_row(number, row)
  local twin_portal <close> = tether.portal()
  local portal <close> = tether.portal()
  local twin = cell.undisturbed(twin_portal, row)
  local struck_before = 0
  for _, fault in ipairs(faults.list) do
    for _, forever in ipairs { false, true } do
      local letter, problem, struck = cell.run(portal, row, fault, forever, twin)
      if not problem and fault.rule and struck == struck_before then problem = "the fault did not strike" end
      struck_before = struck
      print(json.encode { row = number, fault = fault.key, forever = forever, letter = letter, problem = problem })
    end
  end
end

for number, row in ipairs(operations.list) do
  row.class = row.class or native.operation(row.operation).repeats
  if number % step == first % step and (not only or only == row.operation) then run_row(number, row) end
end
