-- Every verb on jobs and backups, once each, on a fresh portal: tether run --portal examples/verbs_jobs.lua [VERB]
-- A plan is looked at before it is applied, and taken back after; a backup is a file that a plan brings back.
portal:seed { contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 501 }, { id = 502 } },
  labels = { { from = "contacts", to = "companies", label = "Partner", name = "partner" } } }

local function back_up()
  local path = os.tmpname()
  os.remove(path)
  return path, hub:backup("contacts:companies", path)
end

local examples = {
  plan = function() return hub:plan(tether.links("contacts", "companies"):add(2, 501)) end,
  apply = function() return hub:apply(hub:plan(tether.links("contacts", "companies"):add(2, 501, "Partner"))) end,
  undo = function()
    local plan = hub:plan(tether.links("contacts", "companies"):add(1, 501, "Partner"))
    hub:apply(plan)
    return hub:undo(plan)
  end,
  journal = function()
    local path = os.tmpname()
    os.remove(path)
    hub:journal(path)
    hub:associate("contacts", 1, "companies", 502, "Partner")
    hub:journal(nil)
    return hub:undo(path)
  end,
  backup = function() return ("%d links"):format(select(2, back_up()).links) end,
  diff = function() return hub:diff((back_up())) end,
  restore = function() return (hub:restore((back_up()))) end,
  shadow = function()
    local shadow <close> = hub:shadow()
    return shadow:associate("contacts", 2, "companies", 502)
  end,
  tried = function()
    local shadow <close> = hub:shadow()
    shadow:create("contacts", { firstname = "Ada" }, { { to = 501, type = "companies" } })
    return shadow:tried()
  end,
}

local order = {}
for verb in pairs(examples) do order[#order + 1] = verb end
table.sort(order)
for _, verb in ipairs(order) do
  if not arg[1] or arg[1] == verb then print(("%-20s %s"):format(verb, tostring(examples[verb]() or ""))) end
end
