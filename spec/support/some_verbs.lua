--- A few verbs, some of which wait several times: for specs that give them up on the way.
-- @tparam table hub of a portal with contacts 101 to 110 and companies 9001 and 9002
return function(hub)
  hub:create("contacts", { firstname = "A" })
  hub:associate("contacts", 101, "companies", 9001)
  local set = hub:links("contacts", "companies")
  for id = 101, 110 do set:add(id, 9002) end
  hub:associate(set)
  hub:associations("contacts", 101, "companies")
  hub:dissociate("contacts", 101, "companies", 9001)
end
