--- Makes texts from an account safe for XML, HTML and DOT.
local M = {}

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local REPLACEMENT = "\u{FFFD}"

-- Replaces each byte that is not part of valid UTF-8.
local function repaired(text)
  local parts, at = {}, 1
  while at <= #text do
    local fine, bad = utf8.len(text, at)
    if fine then
      parts[#parts + 1] = text:sub(at)
      break
    end
    parts[#parts + 1] = text:sub(at, bad - 1) .. REPLACEMENT
    at = bad + 1
  end
  return table.concat(parts)
end

--- A text that XML 1.0 allows and that is shown as it is. Control characters are removed, and so are marks that turn
-- the direction of the text behind them (U+202A to U+202E, U+2066 to U+2069), because they would move it elsewhere.
-- @param value
-- @treturn string
function M.plain(value)
  local text = repaired(tostring(value))
  text = text:gsub("[%c]+", " "):gsub("\u{7F}", " "):gsub("\xE2\x80[\xAA-\xAE]", ""):gsub("\xE2\x81[\xA6-\xA9]", "")
  text = text:gsub("\xEF\xBF[\xBE\xBF]", REPLACEMENT):gsub("\xC2[\x80-\x9F]", " ")
  return text
end

--- The same, safe inside an element or a quoted attribute.
-- @param value
-- @treturn string
function M.escape(value)
  return (M.plain(value):gsub("[&<>\"']", entities))
end

--- Cuts a text to a number of characters.
-- @param value
-- @tparam integer most
-- @treturn string not escaped
function M.cut(value, most)
  local text = M.plain(value)
  if utf8.len(text) <= most then return text end
  return text:sub(1, utf8.offset(text, most) - 1) .. "…"
end

--- A text as a quoted identifier of DOT. A backslash starts an escape there, so each backslash is doubled.
-- @param value
-- @treturn string
function M.dot(value)
  return '"' .. M.plain(value):gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

return M
