--- Resolves labels again that somebody has deleted, renamed or made anew during a run.
local algebra = require "tether.sets.algebra"
local check = require "tether.check"
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local native = require "tether.native"

local M = {}

--- The rows that were refused because the account no longer knows one of their types.
-- @tparam outcome result
-- @treturn {integer,...}
function M.refused(result)
  local rows = {}
  if result.rejected == 0 then return rows end
  for row, problem in result:failed_rows() do
    if problem.code == "TYPE_UNKNOWN" then rows[#rows + 1] = row end
  end
  return rows
end

--- Writes the refused rows of a verb once more, where the account's labels have changed.
-- @tparam table hub
-- @tparam outcome result its `links` are the set as it was given; gets what becomes of the rows
-- @tparam function again writes a links set by the same verb and answers its outcome
function M.write(hub, result, again)
  local set, rows = result.links, result.stopped and {} or M.refused(result)
  if #rows == 0 or not lookup.has_changed(hub, set.from, set.to) then return end
  local fine, second = pcall(again, algebra.pick(set, check.each(rows)))
  if not fine and not errors.is(second) then error(second, 0) end
  if not fine and not second.outcome then -- when the label was deleted, say
    for _, row in ipairs(rows) do errors.check(result.native:settle(native.rows(row, 1), "rejected", second)) end
    return
  end
  if not fine then result.stopped, second = second, second.outcome end
  for i, row in ipairs(rows) do
    errors.check(result.native:settle(native.rows(row, 1), second.native:state(i), second.native:reason(i)))
  end
end

-- The types of a refused row that the account still knows, and the present types of its list.
local function types_now(resolver, from, to, types, specs)
  local now = {}
  for _, spec in ipairs(specs) do now[#now + 1] = spec end
  for _, type in ipairs(types) do
    if type.category ~= "USER_DEFINED" or lookup.known(resolver.hub, from, to, type) then now[#now + 1] = type end
  end
  return now
end

--- Moves refused rows of a stream's pool, whose labels have changed, into a part that is sent again.
-- @tparam table resolver
-- @tparam table pool native =, lines =, tags = of its rows
-- @tparam outcome result of the pool
-- @tparam table part native =, lines =, tags =: gets the rows
-- @treturn {integer,...} the rows of the pool that were moved
function M.move(resolver, pool, result, part)
  local moved, look = {}, {}
  for _, row in ipairs(M.refused(result)) do
    local specs, tag = resolver:renewed(pool.tags[row], look)
    if specs then
      local from, to = pool.native:row(row)
      local types = types_now(resolver, resolver.from, resolver.to, pool.native:types(row), specs)
      errors.check(part.native:add(from, to, errors.check(part.native:intern(types))))
      errors.check(native.lines_add(part.lines, pool.lines[row] or 0))
      errors.check(native.lines_add(part.tags, tag))
      moved[#moved + 1] = row
    end
  end
  return moved
end

return M
