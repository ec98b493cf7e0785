--- What a file of links has, as specs compare it: "101>9001 Boss+Clerk@2" for each row, the line of the file last.
-- @tparam table links
-- @treturn {string,...}
return function(links)
  local list, row = {}, 0
  for link in links:rows() do
    row = row + 1
    list[row] = ("%s>%s %s@%s"):format(link.from, link.to, table.concat(link.labels, "+"), links.lines[row])
  end
  return list
end
