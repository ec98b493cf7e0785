-- The requests of HubSpot's "Associations" overview, in the page's order: tether run --portal examples/overview.lua
-- On an account of your own, contact 101, company 9001 and a label with type id 42 must exist: put your ids in.
local contact, company, label = 101, 9001, { category = "USER_DEFINED", id = 42 }
if portal then
  portal:seed {
    contacts = { { id = contact } },
    companies = { { id = company } },
    labels = { { from = "contacts", to = "companies", label = "Partner", name = "partner", id = label.id } },
  }
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

-- The default association and a label of your own, in one request.
overview:associate("contacts", "companies", { { contact, company, { 279, label } } }):assert()
say("associated with 279 and the label %d in one request", label.id)

-- Retrieve all companies of a contact.
for link in overview:associations("contacts", contact, "companies"):rows() do
  say("contact %d -> company %d, labels: %s", link.from, link.to, table.concat(link.labels, ", "))
end

-- Remove the link between two records.
overview:dissociate("contacts", contact, "companies", company)
say("removed the link; %d left", #overview:associations("contacts", contact, "companies"))

-- The schema: make a label, limit how many companies a contact may have under it, list the pair's types.
local made = overview.labels:ensure("contacts", "companies", { label = "Decision maker", name = "decision_maker" })
say("label %q has type id %d (%s)", made.label, made.id, made.category)
overview.limits:set("contacts", "companies", { ["Decision maker"] = 1 })
say("a contact may have 1 company as %q", made.label)
for _, kind in ipairs(overview.labels:list("contacts", "companies")) do
  say("  %-16s %4d  %s", kind.category, kind.id, kind.label or "(unlabeled)")
end
overview:close()
