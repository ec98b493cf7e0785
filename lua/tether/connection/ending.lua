--- Versions of the API whose support ends (wire.md, 8).
local M = {}

local ends = {
  v4 = "30 March 2027",
  ["2025-09"] = "March 2027, 18 months after it came",
}

--- The notice about a version of the API.
-- @tparam string version
-- @treturn ?string a sentence; nil: nothing
function M.notice(version)
  return ends[version] and ("version %s of the API is unsupported from %s: use version = \"2026-03\""):format(version,
    ends[version])
end

return M
