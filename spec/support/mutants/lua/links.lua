-- Slips in what links sets mean to Lua.
return {
  folder = "lua/tether/links/",
  specs = { "verbs_edges_spec", "boundaries_spec", "sets_spec", "one_type_spec", "links_spec", "file_types_spec" },
  slips = {
    { "algebra.lua", "if getmetatable(other) ~= getmetatable(self) then check.refuse(verb, \"a links set\", other) end", "", "rule dropped: what is no set" },
    { "algebra.lua", "if not (mirror.is_one_type(other.from, self.from) and mirror.is_one_type(other.to, self.to)) then", "if not (mirror.is_one_type(other.from, self.from)) then", "side forgotten: object types" },
    { "key.lua", "if wanted ~= \"\" then return property, wanted end", "return property, wanted", "boundary: an empty key" },
    { "key.lua", "if M.normal[property] then wanted = M.normal[property](wanted) end", "", "rule dropped: how a value is written" },
    { "meaning.lua", "if one.category == \"USER_DEFINED\" and not is_given then return PLAIN end", "", "rule dropped: labels without a text" },
    { "mirror.lua", "return from == to or types.object(from).singular == types.object(to).singular", "return from == to", "condition dropped: another name of a type" },
    { "mirror.lua", "if inverse then return inverse(one) end", "", "rule dropped: the inverse that is told" },
  },
}
