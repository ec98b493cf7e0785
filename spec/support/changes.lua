--- The changes of a plan as specs compare them: "link 101 9001", "left 102 0: several candidates", sorted.
-- @tparam table plan
-- @treturn {string,...}
return function(plan)
  local list = {}
  for change in plan:changes() do
    list[#list + 1] = ("%s %s %s%s"):format(change.action, change.from, change.to,
      change.text and ": " .. change.text or "")
  end
  table.sort(list)
  return list
end
