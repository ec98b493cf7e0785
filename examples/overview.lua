-- The requests of HubSpot's "Associations" overview, in the page's order: tether run --portal examples/overview.lua
-- On an account of your own, a contact 101 and a company 9001 must exist: put your ids in.
local contact, company = 101, 9001
if portal then
  portal:seed("contacts", contact)
  portal:seed("companies", company)
end
local overview = tether.connect { url = portal and portal.url, token = portal and portal.token, routes = "overview" }
local function say(...) print(string.format(...)) end

-- Create a record that is associated from the start. 279 is contact to company.
local jane = overview:create("contacts", { firstname = "Jane", lastname = "Smith", email = "jsmith@example.com" },
  { { to = company, type = "companies", types = { 279 } } })
say("created contact %d, associated with company %d", jane.id, company)

-- Associate two records that exist, by type id; and take it back.
overview:associate("contacts", contact, "companies", company, 279)
say("associated contact %d with company %d by type id 279", contact, company)
overview:unlabel("contacts", contact, "companies", company, 279, { everything = true })
say("removed it by the same type id")

-- A label of your own, and both at once: the default association and the label.
local label = overview.labels:ensure("contacts", "companies", { label = "Decision maker", name = "decision_maker" })
say("label %q has type id %d (%s)", label.label, label.id, label.category)
overview:associate("contacts", contact, "companies", company, { 279, "Decision maker" })
say("associated with 279 and %q in one request", label.label)

-- Retrieve all companies of a contact.
for link in overview:associations("contacts", contact, "companies"):rows() do
  say("contact %d -> company %d, labels: %s", link.from, link.to, table.concat(link.labels, ", "))
end

-- Limit how many companies a contact may have under the label, and list the pair's types.
overview.limits:set("contacts", "companies", { ["Decision maker"] = 1 })
say("a contact may have 1 company as %q", label.label)
for _, one in ipairs(overview.labels:list("contacts", "companies")) do
  say("  %-16s %4d  %s", one.category, one.id, one.label or "(unlabeled)")
end

-- Remove the link between two records.
overview:dissociate("contacts", contact, "companies", company)
say("removed the link; %d left", #overview:associations("contacts", contact, "companies"))
overview:close()
