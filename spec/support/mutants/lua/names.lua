-- Slips in what people call types and records.
return {
  folder = "lua/tether/names/",
  specs = { "verbs_edges_spec", "keys_spec", "noticed_spec", "label_names_spec", "one_type_spec", "renamed_labels_spec", "labels_verbs_spec", "account_spec", "failures_spec",
    "import_spec", "types_spec" },
  slips = {
    { "keys.lua", "local SEARCH_VALUES = 100", "local SEARCH_VALUES = 200", "constant: values of an IN filter" },
    { "keys.lua", "if #ids == 1 or (#ids > 1 and self.several == \"first\") then", "if #ids == 1 then", "condition dropped: the first of several" },
    { "keys.lua", "if self.known[name] ~= nil then return end", "", "rule dropped: a key twice", survives = "it is looked for once more in the same request, and found the same" },
    { "keys.lua", "if value == nil then return otherwise end", "", "rule dropped: a choice that is left out" },
    { "lookup.lua", "body.code ~= \"MISSING_SCOPES\" and body.status ~= 404 then error", "body.code ~= \"MISSING_SCOPES\" then error", "one status less: 404" },
    { "lookup.lua", "if known:lower() == wanted then return true end", "if known == wanted then return true end", "rule dropped: case of names" },
    { "lookup.lua", "if one.id == id and (not category or one.category == category) then return one end", "if one.id == id then return one end", "condition dropped: a category" },
    { "lookup.lua", "if not hub.known_types[key] or fresh then", "if not hub.known_types[key] then", "flag forgotten: what is read afresh" },
    { "resolve.lua", "local may_not = errors.is(problem) and problem.status == 403", "local may_not = false", "one status less: 403" },
    { "resolve.lua", "if self.failed[text] then return nil, self.failed[text] end", "if self.failed[text] then return nil end", "error ignored: why a label cannot be made" },
    { "unique.lua", "if types.unique(segment) == property then return true end", "", "rule dropped: built-in unique properties" },
    { "written.lua", "if one.type == kind then", "if true then", "condition dropped: another object type" },
  },
}
