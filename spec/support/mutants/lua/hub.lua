-- Slips in the verbs.
return {
  folder = "lua/tether/hub/",
  specs = { "verbs_edges_spec", "search_spec", "noticed_spec", "removal_spec", "account_spec", "labels_verbs_spec", "label_names_spec", "overview_spec", "options_spec",
    "import_spec", "confirmed_spec", "open_questions_spec", "refusal_spec", "many_records_spec", "merged_spec", "find_created_spec" },
  slips = {
    { "primary.lua", "if given_back.linked + given_back.unchanged < #back then", "if given_back.linked < #back then", "status: a primary that is given back" },
    { "primary.lua", "if #back == 0 then return end", "do return end", "rule dropped: the old primary is given back" },
    { "primary.lua", "if seen[link.from] and seen[link.from] ~= link.to then", "if seen[link.from] then", "condition dropped: one primary twice" },
    { "primary.lua", "from_seen[link.from] ~= link.to then old:add", "from_seen[link.from] then old:add", "condition dropped: the primary is it already" },
    { "limits.lua", "local MOST = 10000", "local MOST = 10001", "constant: the largest limit" },
    { "limits.lua", "if not entry and body.status ~= \"CANCELED\" then return end", "if not entry then return end", "status: a batch that was canceled" },
    { "limits.lua", "if not one or one.userEnforcedMaxToObjectIds ~= input.maxToObjectIds then", "if not one then", "condition dropped: another limit than was asked for" },
    { "limits.lua", "if place(a) ~= place(b) then return place(a) < place(b) end", "", "rule dropped: order of limits" },
    { "import.lua", "== 0 and not self.stopped", "== 0", "condition dropped: a stopped import" },
    { "search.lua", "local PAGE, MOST = 200, 10000", "local PAGE, MOST = 200, 10001", "constant: results of a search" },
    { "search.lua", "if #list == 0 then check.refuse(name, \"a list with at least one value\", \"an empty one\") end", "", "rule dropped: an empty list" },
    { "search.lua", "value == value and math.abs(value) < math.huge then", "value == value then", "bound dropped: infinity" },
    { "labels.lua", "if name == \"\" or name:match \"^%d\" then name = \"label_\" .. name end", "if name == \"\" then name = \"label_\" .. name end", "condition dropped: a digit in front" },
    { "labels.lua", "if made[one.id] and made[one.id].category == one.category then", "if made[one.id] then", "condition dropped: another category", survives = "the two ids of one label that was just made have the category of the account" },
    { "records.lua", "if options and options.archived then query", "if false then query", "flag forgotten: archived" },
    { "records.lua", "if #list > 0 then input.associations = list end", "input.associations = list", "boundary: no associations" },
  },
}
