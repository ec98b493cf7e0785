--- A model of plan, apply and undo, in plain Lua: what is left of a small graph. It knows nothing of the code.
--
-- A graph is { [contact] = { [company] = { [type] = true } } }; types are "U42" and the like, "1" is the primary, and
-- the plain type, which every link has, is left out.
local M = {}

local PRIMARY = "1"

local function copy(types, without)
  local other = {}
  for type in pairs(types) do if type ~= without then other[type] = true end end
  return other
end

local function same(a, b) -- the primary aside; nil: no link
  if not a or not b then return a == b end
  for type in pairs(a) do if type ~= PRIMARY and not b[type] then return false end end
  for type in pairs(b) do if type ~= PRIMARY and not a[type] then return false end end
  return true
end

--- Every pair of two graphs.
local function each_pair(...)
  local pairs_of = {}
  for _, graph in ipairs { ... } do
    for from, links in pairs(graph) do
      for to in pairs(links) do pairs_of[from .. " " .. to] = { from, to } end
    end
  end
  return pairs(pairs_of)
end

local function get(graph, from, to) return (graph[from] or {})[to] end

-- The types of a link that is there and wanted, after a plan.
local function after(now, wanted, labels)
  local types = copy(wanted, PRIMARY)
  for type in pairs(now or {}) do
    local stays = type == PRIMARY or labels == "at least" or type ~= PRIMARY and labels.managed and
      not labels.managed[type]
    if stays then types[type] = true end
  end
  return types
end

--- What a plan would change: { links = { { from, to, before, after }, … }, gains = { [contact] = { [company] = true }
-- }, losses = the same }.
function M.plan(now, wanted, options)
  local plan = { links = {}, gains = {}, losses = {} }
  for _, pair in each_pair(now, wanted) do
    local from, to = pair[1], pair[2]
    local before, wish = get(now, from, to), get(wanted, from, to)
    local pruned = not wish and before and options.prune and wanted[from]
    local result = wish and after(before, wish, options.labels)
    if pruned and options.labels.managed then result = after(before, {}, options.labels) end
    if (wish or pruned) and not same(before, result or nil) then
      plan.links[#plan.links + 1] = { from = from, to = to, before = before, after = result or nil }
    end
    if options.primary and wish and wish[PRIMARY] then plan.gains[from] = { [to] = true } end
  end
  for from, gains in pairs(plan.gains) do
    local to = next(gains)
    plan.losses[from] = {}
    for other, types in pairs(now[from] or {}) do
      local gone = options.prune and not get(wanted, from, other) and not options.labels.managed
      if other ~= to and types[PRIMARY] and not gone then plan.losses[from][other] = true end
    end
    if (get(now, from, to) or {})[PRIMARY] then plan.gains[from] = nil end
  end
  return plan
end

local function write(graph, change, result)
  graph[change.from] = graph[change.from] or {}
  local now = graph[change.from][change.to]
  graph[change.from][change.to] = result and copy(result, PRIMARY) or nil
  if now and now[PRIMARY] and result then graph[change.from][change.to][PRIMARY] = true end
end

local function move_primary(graph, from, to)
  for other, types in pairs(graph[from] or {}) do types[PRIMARY] = other == to or nil end
end

local function holders(graph, from)
  local found = {}
  for to, types in pairs(graph[from] or {}) do found[to] = types[PRIMARY] end
  return found
end

-- Moves the primary of a record; what was moved is written to `done`.
local function move(graph, from, gains, lost, done)
  local held, moved, pending, is_possible = holders(graph, from), false, {}, next(gains) == nil
  for other in pairs(held) do moved = moved or (next(lost) ~= nil and not gains[other] and not lost[other]) end
  for to in pairs(gains) do
    local there = get(graph, from, to)
    if there and moved and not there[PRIMARY] then return end
    if there then is_possible, pending[#pending + 1] = true, not there[PRIMARY] and to or nil end
  end
  if not is_possible then return end
  for other in pairs(lost) do
    if held[other] then
      done.losses[from] = done.losses[from] or {}
      done.losses[from][other], graph[from][other][PRIMARY] = true, nil
    end
  end
  local is_one = next(gains, (next(gains))) == nil
  for _, to in ipairs(pending) do
    done.gains[from] = done.gains[from] or {}
    done.gains[from][to] = true
    if is_one then move_primary(graph, from, to) else graph[from][to][PRIMARY] = true end
  end
end

local function apply_primaries(graph, plan, done)
  local records = {}
  for from in pairs(plan.gains) do records[from] = true end
  for from in pairs(plan.losses) do records[from] = true end
  for from in pairs(records) do move(graph, from, plan.gains[from] or {}, plan.losses[from] or {}, done) end
end

--- Applies a plan to a graph that others may have changed; answers what was done.
function M.apply(graph, plan)
  local done = { links = {}, gains = {}, losses = {} }
  for _, change in ipairs(plan.links) do
    local now = get(graph, change.from, change.to)
    local is_as_planned = same(now, change.before) and
      (change.after or (now or {})[PRIMARY] == (change.before or {})[PRIMARY])
    if is_as_planned and not same(now, change.after) then
      done.links[#done.links + 1] = { from = change.from, to = change.to, before = now, after = change.after }
      write(graph, change, change.after)
    end
  end
  apply_primaries(graph, plan, done)
  return done
end

--- What takes back what was done, from what is there now.
function M.undo(graph, done)
  local plan = { links = {}, gains = {}, losses = {} }
  local has_moved_on = {}
  for from, gains in pairs(done.gains) do
    for to in pairs(gains) do
      if (get(graph, from, to) or {})[PRIMARY] then
        plan.losses[from] = plan.losses[from] or {}
        plan.losses[from][to] = true
      else
        has_moved_on[from] = true
      end
    end
  end
  for from, lost in pairs(done.losses) do
    for other in pairs(lost) do
      if not has_moved_on[from] and not (get(graph, from, other) or {})[PRIMARY] then
        plan.gains[from] = plan.gains[from] or {}
        plan.gains[from][other] = true
      end
    end
  end
  for _, change in ipairs(done.links) do
    local now = get(graph, change.from, change.to)
    if same(now, change.after) then
      plan.links[#plan.links + 1] = { from = change.from, to = change.to, before = now, after = change.before }
      if not now and change.before[PRIMARY] then
        plan.gains[change.from] = plan.gains[change.from] or {}
        plan.gains[change.from][change.to] = true
      end
    end
  end
  return plan
end

return M
