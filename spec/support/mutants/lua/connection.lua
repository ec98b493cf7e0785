-- Slips in the one way to the account.
return {
  folder = "lua/tether/connection/",
  specs = { "connection_edges_spec", "empty_types_spec", "exact_ids_spec", "refusal_shape_spec", "options_spec", "operations_spec", "inherited_spec", "callbacks_spec",
    "daily_limit_spec", "auth_spec", "refusal_spec", "session_spec" },
  slips = {
    { "empty_types.lua", "return method == \"PUT\" and path:find", "return path:find", "condition dropped: PUT" },
    { "empty_types.lua", "if is_empty(one.types) then refuse(place .. \".types\") end", "", "rule dropped: no types" },
    { "environment.lua", "if given.ca_file or given.ca_folder then return end", "if given.ca_file then return end", "side forgotten: a folder of authorities" },
    { "environment.lua", "return value ~= \"\" and value or nil", "return value", "boundary: an empty variable" },
    { "options.lua", "if seconds <= 0 or seconds > 86400 then", "if seconds < 0 or seconds > 86400 then", "boundary: 0 seconds" },
    { "problem.lua", "if not (message and message:find(name, 1, true)) then words[#words + 1] = name end", "words[#words + 1] = name", "condition dropped: what the message names" },
    { "rounded.lua", "math.abs(value) >= 2 ^ 53", "math.abs(value) > 2 ^ 53", "boundary: 2^53" },
    { "send.lua", "if err.in_doubt then err.message", "if false then err.message", "rule dropped: it may have been applied" },
    { "session.lua", "settings.share_by_default and err.code", "err.code", "condition dropped: a share that was asked for" },
    { "day.lua", "local DAY = 86400", "local DAY = 8640", "constant: a day" },
    { "shapes.lua", "if type(key) ~= \"number\" then return where .. \" is no list\" end", "", "rule dropped: an object is no list" },
  },
}
