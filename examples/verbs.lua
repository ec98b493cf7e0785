-- An example of each verb on records and links: tether run --portal examples/verbs.lua [VERB]
portal:seed {
  contacts = { { id = 1, properties = { email = "jane@example.com" } }, { id = 2 }, { id = 3 } },
  companies = { { id = 501 }, { id = 502 } },
  labels = { { from = "contacts", to = "companies", label = "Partner", name = "partner" } },
}

local examples = {
  create = function() return hub:create("contacts", { firstname = "Ada" }, { { to = 501, type = "companies" } }).id end,
  get = function() return hub:get("contacts", "email=jane@example.com").id end,
  records = function() for record in hub:records "companies" do print("company", record.id) end end,
  changed = function() return (hub:changed("contacts", os.time() - 60)()).id end,
  search = function() return hub:search("contacts", { filters = { { "email", "HAS_PROPERTY" } } })().id end,
  update = function() return hub:update("contacts", 1, { firstname = "Jane" }).properties.firstname end,
  upsert = function() return #hub:upsert("contacts", "email", { { id = "n@example.com", properties = {} } }) end,
  archive = function() return hub:archive("contacts", 3) end,
  associate = function() return hub:associate("contacts", 1, "companies", 501, { 279, "Partner" }) end,
  associate_default = function() return hub:associate_default("contacts", "companies", { { 2, 502 } }) end,
  relabel = function() return hub:relabel("contacts", 1, "companies", 501, {}) end,
  unlabel = function() return hub:unlabel("contacts", 1, "companies", 501, "Partner") end,
  dissociate = function() return hub:dissociate("contacts", 1, "companies", 501) end,
  associations = function() return #hub:associations("contacts", { 1, 2 }, "companies") end,
  import = function()
    local path = os.tmpname()
    local file <close> = io.open(path, "w")
    file:write('{"from":"contacts:2","to":"companies:501","label":"Partner"}\n'):flush()
    return ("%d linked"):format(hub:import(path).linked)
  end,
  each_link = function()
    for links in hub:each_link("contacts", "companies") do print("links", #links) end
  end,
  each_record_without = function()
    for id in hub:each_record_without("contacts", "companies") do print("contact without a company", id) end
  end,
  tied = function() for to, links in pairs(hub:tied("contacts", 1)) do print("tied to " .. to, #links) end end,
  links = function() return #hub:links("contacts", "companies"):add(1, "domain=one.example", "Partner") end,
  object_type = function() return hub:object_type "companies" end,
  request = function() return hub:request("GET", "/crm/objects/2026-03/contacts/1").id end,
}

local order = {}
for verb in pairs(examples) do order[#order + 1] = verb end
table.sort(order)
for _, verb in ipairs(order) do
  if not arg[1] or arg[1] == verb then print(("%-20s %s"):format(verb, tostring(examples[verb]() or ""))) end
end
