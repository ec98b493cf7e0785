--- The commands, by group, in the order of help. A command "labels list" is the file labels/list.lua of
-- lua/tether/cli/commands; a command of one word stands in the room that its group names here. A new command needs its
-- name here and its file there.
local M = {}

M.groups = {
  { "First steps", room = "first", "start", "help", "version", "explain", "doctor", "types" },
  { "Links", room = "links", "link", "unlink", "relabel", "links", "primary", "count", "import", "export" },
  { "Pictures", room = "whole", "graph", "report" },
  { "Plans", room = "plans", "plan", "apply", "undo", "job", "work" },
  { "Workflows", "do inherit", "do orphans", "do match", "do primary", "do relabel", "do move", "do copy", "do split",
    "do tree", "do limits", "do labels", "do snapshot", "do keep" },
  { "Backups", room = "whole", "backup", "diff", "restore" },
  { "Definitions", room = "labels", "labels list", "labels create", "labels rename", "labels delete", "labels export",
    "labels apply", "limits" },
  { "Records", "records list", "records get", "records search", "records import", "records export", "records update",
    "records archive" },
  { "Anything", room = "anything", "request", "run", "portal" },
}

--- All names, in the order of help.
-- @treturn {string,...}
function M.all()
  local names = {}
  for _, group in ipairs(M.groups) do table.move(group, 2, #group, #names + 1, names) end
  return names
end

--- The Lua module of a command.
-- @tparam string name "labels list", or "link"
-- @treturn string
function M.module(name)
  local path = name:find " " and name:gsub(" ", ".")
  for _, group in ipairs(path and {} or M.groups) do
    for i = 2, #group do path = group[i] == name and group.room .. "." .. name or path end
  end
  return "tether.cli.commands." .. (path or name)
end

--- What may stand first on a command line: verbs and nouns, each once.
-- @treturn {string,...}
function M.first()
  local list, seen = {}, {}
  for _, name in ipairs(M.all()) do
    local first = name:match "^%S+"
    if not seen[first] then list[#list + 1] = first end
    seen[first] = true
  end
  return list
end

--- The commands of a noun: "labels" -> "labels list", …
-- @tparam string noun
-- @treturn {string,...} empty when the word is no noun
function M.of_noun(noun)
  local names = {}
  for _, name in ipairs(M.all()) do
    if name:sub(1, #noun + 1) == noun .. " " then names[#names + 1] = name end
  end
  return names
end

--- Finds the command that a command line begins with.
-- @tparam {string,...} words
-- @treturn ?string its name
-- @treturn integer how many words its name has
function M.find(words)
  local first, both = words[1], ("%s %s"):format(words[1], words[2] or "")
  for _, name in ipairs(M.all()) do
    if name == both then return name, 2 end
    if name == first then return name, 1 end
  end
  return nil, 0
end

return M
