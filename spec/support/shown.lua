--- Links as specs compare them: "1-2 Boss+Clerk!" for each, sorted; the exclamation mark is the primary.
-- @tparam links set
-- @treturn {string,...}
return function(set)
  local list = {}
  for link in set:rows() do
    table.sort(link.labels)
    local labels = table.concat(link.labels, "+") .. (link.primary and "!" or "")
    list[#list + 1] = ("%s-%s %s"):format(link.from, link.to, labels)
  end
  table.sort(list)
  return list
end
