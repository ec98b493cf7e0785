--- Makes text from outside safe for a terminal: texts of the server, cells and labels may have control characters,
-- which would move the cursor, forge lines or command the terminal.
local M = {}

local function shown(character)
  return ("\\x%02X"):format(character:byte(-1))
end

--- Removes control characters: those of ASCII, and the C1 ones in UTF-8.
-- @tparam string text
-- @tparam[opt] string kept a pattern class of characters that stay, such as "\n\t"
-- @treturn string with \x1B for ESC
function M.text(text, kept)
  if not text:find "[%c\xC2]" then return text end
  text = text:gsub("%c", function(character)
    return kept and kept:find(character, 1, true) and character or shown(character)
  end)
  return (text:gsub("\xC2[\x80-\x9F]", shown))
end

--- The same on one line: separators of lines and columns become blanks.
function M.line(text)
  if not text:find "[%c\xC2]" then return text end
  return M.text((text:gsub("[\r\n\t]+", " ")))
end

--- The same for several lines.
function M.lines(text)
  return M.text(text, "\n\t")
end

--- 1234567 as "1,234,567".
-- @tparam integer value
-- @treturn string
function M.number(value)
  local text = ("%d"):format(value)
  while true do
    local grouped, count = text:gsub("^(-?%d+)(%d%d%d)", "%1,%2")
    if count == 0 then return grouped end
    text = grouped
  end
end

return M
