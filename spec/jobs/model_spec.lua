-- Random graphs, plans and changes by others: what is left of an account equals a model, whatever the account does with
-- what nobody has settled. JOB_TURNS=N takes N turns for each way (three in `make test`).
local given = require "spec.support.portal"
local model = require "spec.support.graph_model"
local tether = require "tether"

local TURNS = tonumber(os.getenv "JOB_TURNS" or 3)
local SEED = tonumber(os.getenv "JOB_SEED" or os.time())
local CONTACTS, COMPANIES = { 1, 2, 3, 4 }, { 101, 102, 103, 104 }
local PLAIN, PRIMARY = "279", "1"

local ways = {
  { "as it is by default", {} },
  { "appending labels", { labels = "append" } },
  { "replacing labels with the primary", { replace_primary = "drop" } },
  { "keeping both primaries", { second_primary = "keep" } },
  { "refusing a second primary", { second_primary = "refuse" } },
  { "appending, and refusing a second primary", { labels = "append", second_primary = "refuse" } },
  { "dropping the primary, and keeping a second one", { replace_primary = "drop", second_primary = "keep" } },
  { "refusing to remove what is gone", { unlinked = "404" } },
  { "answering in reverse", { results_order = "reversed", no_links = "empty" } },
  { "without ids in errors", { error_context = "none", missing_record = "404" } },
  { "with small ceilings", { batch_create_most = 3, batch_most = 2, batch_read_most = 2 } },
  { "with ids as text", { to_ids = "string" } },
  { "making the first company the primary", { first_primary = "on" }, true },
  { "promoting another primary", { promote_primary = "on" }, true },
}

local function pick(list) return list[math.random(#list)] end

-- What the account has, read over its own socket.
local function graph_of(portal)
  local graph = {}
  for _, contact in ipairs(CONTACTS) do
    graph[contact] = {}
    for company, text in pairs(given.links(portal, "contacts", contact, "companies")) do
      local types = {}
      for type in text:gmatch "%S+" do types[type] = type ~= PLAIN or nil end
      graph[contact][company] = types
    end
  end
  return graph
end

local function shown(graph, without_primary)
  local lines = {}
  for from, links in pairs(graph) do
    for to, types in pairs(links) do
      local words = {}
      for type in pairs(types) do
        if not (without_primary and type == PRIMARY) then words[#words + 1] = type end
      end
      table.sort(words)
      lines[#lines + 1] = ("%d %d %s"):format(from, to, table.concat(words, " "))
    end
  end
  table.sort(lines)
  return lines
end

local function path(contact, company)
  return ("/crm/objects/2026-03/contacts/%d/associations/companies/%d"):format(contact, company)
end

-- Somebody else changes a link: makes it with other labels, makes it the primary, or removes it.
local function meddle(portal, labels)
  local contact, company, what = pick(CONTACTS), pick(COMPANIES), math.random(4)
  if what == 1 then
    given.ask(portal, "DELETE", path(contact, company))
  elseif what == 2 then
    given.ask(portal, "PUT", path(contact, company), { given.spec(1) })
  elseif what == 3 then
    given.ask(portal, "PUT", path(contact, company), { given.spec(pick(labels)) })
  else
    given.ask(portal, "PUT", path(contact, company), { given.spec(279) })
  end
end

local function random_wanted(names)
  local wanted, set, is_primary = {}, tether.links("contacts", "companies"), {}
  for _, contact in ipairs(CONTACTS) do
    for _, company in ipairs(COMPANIES) do
      if math.random(3) == 1 then
        local types, list = {}, {}
        for type, name in pairs(names) do
          if math.random(3) == 1 then types[type], list[#list + 1] = true, name end
        end
        if not is_primary[contact] and math.random(3) == 1 then
          is_primary[contact], types[PRIMARY], list[#list + 1] = true, true, "primary"
        end
        wanted[contact] = wanted[contact] or {}
        wanted[contact][company] = types
        set:add(contact, company, #list > 0 and list or nil)
      end
    end
  end
  return wanted, set
end

local function random_options(names)
  local labels = pick { "at least", "exactly", "managed" }
  local mine = next(names)
  local prune = math.random(2) == 1
  local options = { labels = labels == "managed" and { names[mine] } or labels, prune = prune,
    scope = prune and "from" or nil, most_removals = prune and 1000 or nil, primary = math.random(2) == 1 }
  local known = { prune = prune, primary = options.primary,
    labels = labels == "managed" and { managed = { [mine] = true } } or labels == "exactly" and {} or labels }
  return options, known
end

-- One turn; `compare` is told what the account has and what the model says.
local function turn(portal, hub, names, compare)
  local labels = {}
  for type in pairs(names) do labels[#labels + 1] = type end
  for _ = 1, math.random(8) do meddle(portal, labels) end
  local wanted, set = random_wanted(names)
  if #set == 0 then return end
  local options, known = random_options(names)
  local plan <close> = hub:plan(set, options)
  local expected = model.plan(graph_of(portal), wanted, known)
  for _ = 1, math.random(0, 3) do meddle(portal, labels) end
  local graph = graph_of(portal)
  local done = model.apply(graph, expected)
  hub:apply(plan)
  compare("apply", graph, known)
  for _ = 1, math.random(0, 3) do meddle(portal, labels) end
  local before_undo = graph_of(portal)
  local back <close> = hub:undo(plan)
  graph = graph_of(portal)
  local undone = model.apply(graph, model.undo(graph, done))
  hub:apply(back)
  compare("undo", graph, known)
  local again <close> = hub:undo(back)
  graph = graph_of(portal)
  model.apply(graph, model.undo(graph, undone))
  hub:apply(again)
  compare("undo of the undo", graph, known)
  return before_undo
end

describe("a job on an account", function()
  for number, way in ipairs(ways) do
    it(("leaves what the model says, %s"):format(way[1]), function()
      math.randomseed(SEED + number)
      for at = 1, TURNS do
        local portal <close> = tether.portal { switches = way[2] }
        for _, id in ipairs(CONTACTS) do portal:seed("contacts", id) end
        for _, id in ipairs(COMPANIES) do portal:seed("companies", id) end
        local first = given.label(portal, "decision_maker", "Decision maker")
        local second = given.label(portal, "payer", "Payer")
        local names = { ["U" .. first] = "Decision maker", ["U" .. second] = "Payer" }
        local hub <close> = portal:connect()
        turn(portal, hub, names, function(step, graph)
          assert.same(shown(graph, way[3]), shown(graph_of(portal), way[3]),
            ("%s, turn %d, JOB_SEED=%d"):format(step, at, SEED))
        end)
      end
    end)
  end
end)
