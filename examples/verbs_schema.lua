-- An example of each verb on labels, limits, primaries and the account:
--   tether run --portal examples/verbs_schema.lua [VERB]
portal:seed {
  contacts = { { id = 1, properties = { email = "jane@example.com" } }, { id = 2 }, { id = 3 } },
  companies = { { id = 501 }, { id = 502 } },
  labels = { { from = "contacts", to = "companies", label = "Partner", name = "partner" } },
}

local examples = {
  account = function() return hub:account().timeZone end,
  schemas = function() return #hub:schemas() end,
  schema = function() return #hub:schema("contacts").associations end,
  on = function()
    local seen = {}
    local off = hub:on("response", function(event) seen[#seen + 1] = event.operation .. " " .. event.status end)
    hub:account()
    off()
    return table.concat(seen, ", ")
  end,
  stats = function() return hub:stats().requests > 0 end,
  usage_report = function() return hub:usage_report(1).userEmail end,
  export_schema = function() return #hub:export_schema(os.tmpname(), { { "contacts", "companies" } }).pairs end,
  import_schema = function()
    local path = os.tmpname()
    hub:export_schema(path, { { "contacts", "companies" } })
    return hub:import_schema(path).present
  end,
  ["labels:list"] = function() return #hub.labels:list("contacts", "companies") end,
  ["labels:create"] = function() return hub.labels:create("deals", "contacts", { label = "Buyer" }).id end,
  ["labels:ensure"] = function() return hub.labels:ensure("contacts", "companies", "Boss").label end,
  ["labels:rename"] = function() hub.labels:rename("contacts", "companies", "Partner", { label = "Partner" }) end,
  ["labels:inverse"] = function()
    return hub.labels:inverse("contacts", "companies", hub.labels:ensure("contacts", "companies", "Boss"))
  end,
  ["labels:count"] = function() return hub.labels:count("contacts", "companies", "Partner") end,
  ["labels:delete"] = function()
    hub.labels:ensure("contacts", "companies", "Old")
    return hub.labels:delete("contacts", "companies", "Old", { force = true })
  end,
  ["labels:usage"] = function() return #hub.labels:usage() end,
  ["limits:list"] = function() return #hub.limits:list() end,
  ["limits:set"] = function() return hub.limits:set("contacts", "companies", { default = 5, Partner = 1 }) end,
  ["limits:create"] = function() return hub.limits:create("contacts", "companies", { default = 5 }) end,
  ["limits:clear"] = function() hub.limits:clear("contacts", "companies", { "default", "Partner" }) end,
  ["limits:usage"] = function() return #hub.limits:usage() end,
  ["limits:account"] = function() return hub.limits:account("objects").limit end,
  ["primary:set"] = function() return hub.primary:set("contacts", 2, "companies", 502) end,
  ["primary:get"] = function() return hub.primary:get("contacts", 2, "companies") end,
  ["primary:clear"] = function() return hub.primary:clear("contacts", 2, "companies", 502) end,
  ["types:id"] = function() return hub.types:id("contacts", "companies", "Partner") end,
}

local order = {}
for verb in pairs(examples) do order[#order + 1] = verb end
table.sort(order)
for _, verb in ipairs(order) do
  if not arg[1] or arg[1] == verb then print(("%-20s %s"):format(verb, tostring(examples[verb]() or ""))) end
end
