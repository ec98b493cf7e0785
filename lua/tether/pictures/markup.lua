--- Texts of strangers as XML, HTML and DOT may have them.
local M = {}

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local REPLACEMENT = "\u{FFFD}"

-- What UTF-8 cannot be is replaced byte by byte.
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

--- A text that XML 1.0 may have and that is shown as it is: no control characters, no marks that turn the direction of
-- what follows (U+202A to U+202E, U+2066 to U+2069), which would move text out of its place.
-- @param value
-- @treturn string
function M.plain(value)
  local text = repaired(tostring(value))
  text = text:gsub("[%c]+", " "):gsub("\u{7F}", " "):gsub("\xE2\x80[\xAA-\xAE]", ""):gsub("\xE2\x81[\xA6-\xA9]", "")
  text = text:gsub("\xEF\xBF[\xBE\xBF]", REPLACEMENT):gsub("\xC2[\x80-\x9F]", " ")
  return text
end

--- The same for the inside of an element or of an attribute in quotes.
-- @param value
-- @treturn string
function M.escape(value)
  return (M.plain(value):gsub("[&<>\"']", entities))
end

--- A text cut to so many characters.
-- @param value
-- @tparam integer most
-- @treturn string not escaped
function M.cut(value, most)
  local text = M.plain(value)
  if utf8.len(text) <= most then return text end
  return text:sub(1, utf8.offset(text, most) - 1) .. "…"
end

--- A text as an identifier of DOT in quotes; a backslash is an escape there, so that each is written twice.
-- @param value
-- @treturn string
function M.dot(value)
  return '"' .. M.plain(value):gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

return M
