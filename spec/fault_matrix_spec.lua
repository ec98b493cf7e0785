-- Each operation of the wire meets each fault, once and for ever: how the verb ends and what is in the account are
-- right, and nothing is made twice. The whole is printed as a table.
local faults = require "spec.support.matrix.faults"
local json = require "cjson"
local midrun = require "spec.support.matrix.midrun"
local native = require "tether.native"
local operations = require "spec.support.matrix.operations"
local process = require "spec.support.process"
local retried = require "spec.support.matrix.retried"

local SHARES = 6 -- processes that wait for their timeouts side by side

-- A stack for each of the portal's thousands of threads is half of the time under ASan; the other specs have it.
local SANITIZER = 'ASAN_OPTIONS="$ASAN_OPTIONS:detect_stack_use_after_return=0" '

-- All cells: row number -> fault key -> { once =, forever = }.
local function run_all()
  local pipes, cells, failures = {}, {}, {}
  for share = 1, SHARES do
    local command = ("%s%s spec/support/matrix/run.lua %d %d"):format(SANITIZER, process.interpreter(), share, SHARES)
    pipes[share] = assert(io.popen(command))
  end
  for share, pipe in ipairs(pipes) do
    for line in pipe:lines() do
      local cell = json.decode(line)
      cells[cell.row] = cells[cell.row] or {}
      local both = cells[cell.row][cell.fault] or {}
      both[cell.forever and "forever" or "once"] = cell
      cells[cell.row][cell.fault] = both
    end
    local fine, how, code = pipe:close()
    if not fine then failures[#failures + 1] = ("share %d: %s %s"):format(share, how, code) end
  end
  return cells, failures
end

local function name_of(row)
  return row.by and ("%s by %s"):format(row.operation, row.by) or row.operation
end

local function letters_of(both)
  return both and (both.once and both.once.letter or " ") .. (both.forever and both.forever.letter or " ") or "  "
end

local function print_table(cells)
  local lines = { "", "The fault matrix: in each cell the fault once, and for ever with little time to try again.",
    "  .  done, as undisturbed     r  refused, nothing applied     ?  nobody knows, and that is said", "" }
  local heads = {}
  for i, fault in ipairs(faults.list) do
    heads[i] = ("%-4s"):format(fault.key)
    lines[#lines + 1] = ("  %-4s %s"):format(fault.key, fault.name)
  end
  lines[#lines + 1] = ""
  lines[#lines + 1] = ("%-37s%s"):format("", table.concat(heads))
  for number, row in ipairs(operations.list) do
    local words = {}
    for i, fault in ipairs(faults.list) do words[i] = letters_of((cells[number] or {})[fault.key]) .. "  " end
    lines[#lines + 1] = ("%-37s%s"):format(name_of(row), table.concat(words))
  end
  io.stdout:write(table.concat(lines, "\n"), "\n")
end

describe("the fault matrix", function()
  local cells, failures

  setup(function() cells, failures = run_all() end)
  teardown(function() print_table(cells) end)

  it("runs to its end", function() assert.same({}, failures) end)

  for number, row in ipairs(operations.list) do
    it("is right for " .. name_of(row), function()
      local problems = {}
      for _, fault in ipairs(faults.list) do
        for _, how in ipairs { "once", "forever" } do
          local both = (cells[number] or {})[fault.key]
          local cell = both and both[how]
          local problem = not cell and "the cell is empty" or cell.problem
          if problem then problems[#problems + 1] = ("%s, %s: %s"):format(fault.name, how, problem) end
        end
      end
      assert.same({}, problems)
    end)
  end

  it("has a row for every operation of the wire", function()
    local known, missing = {}, {}
    for _, row in ipairs(operations.list) do known[row.operation] = true end
    for _, operation in ipairs(native.operations()) do
      if not known[operation] then missing[#missing + 1] = operation end
    end
    assert.same({}, missing)
  end)

  it("has a column for every end that is not settled, and for every way in which the portal can break", function()
    assert.same({}, retried.without_column(faults.list))
  end)
end)

-- What refuses the account in mid-run: a row for each batch operation.
describe("the fault matrix in mid-run", function()
  local columns, cells = {}, {}
  for _, fault in ipairs(faults.list) do
    for _, key in ipairs { "401", "403", "477", "488" } do
      if fault.key == key then columns[#columns + 1] = fault end
    end
  end

  teardown(function()
    local lines = { "", ("%-37s%s"):format("in mid-run", "401  403  488  477") }
    for _, row in ipairs(midrun.list) do lines[#lines + 1] = ("%-37s%s"):format(row.operation, cells[row.operation]) end
    io.stdout:write(table.concat(lines, "\n"), "\n")
  end)

  for _, row in ipairs(midrun.list) do
    it("keeps what was answered and loses nothing: " .. row.operation, function()
      local problems, letters = {}, {}
      for i, fault in ipairs(columns) do
        local problem = midrun.run(row, fault)
        letters[i] = problem and "!    " or ".    "
        if problem then problems[#problems + 1] = ("%s: %s"):format(fault.name, problem) end
      end
      cells[row.operation] = table.concat(letters)
      assert.same({}, problems)
    end)
  end

  it("has a row for every batch operation", function()
    local known, missing = {}, {}
    for _, row in ipairs(midrun.list) do known[row.operation] = true end
    for _, operation in ipairs(native.operations()) do
      local batch = native.operation(operation).ceiling > 1 and not operation:match "^limits_"
      if batch and not known[operation] then missing[#missing + 1] = operation end
    end
    assert.same({}, missing)
    assert.equal(4, #columns)
  end)
end)
