--- A JSON text with one of its values replaced, each in turn, by a value of each kind.
local M = {}

--- What stands for each kind.
M.kinds = { "null", "true", "5", '"x"', "[5]", '{"a":5}' }

local function skip_blanks(text, at)
  return text:find("[^ \n\r\t]", at)
end

local function string_end(text, at)
  local from = at + 1
  while true do
    local found = text:find('["\\]', from)
    if text:sub(found, found) == '"' then return found end
    from = found + 2
  end
end

local spans_of

-- Members of an array or object, from its opening bracket on; answers where it closes.
local function members(text, at, spans)
  local object, close = text:sub(at, at) == "{", text:sub(at, at) == "{" and "}" or "]"
  at = skip_blanks(text, at + 1)
  while text:sub(at, at) ~= close do
    if text:sub(at, at) == "," then at = skip_blanks(text, at + 1) end
    if object then at = skip_blanks(text, skip_blanks(text, string_end(text, at) + 1) + 1) end
    at = skip_blanks(text, spans_of(text, at, spans) + 1)
  end
  return at
end

-- Notes where the value at a place stands, and every value in it; answers where it ends.
function spans_of(text, at, spans)
  local first = text:sub(at, at)
  local span = { at }
  spans[#spans + 1] = span
  if first == "{" or first == "[" then
    span[2] = members(text, at, spans)
  elseif first == '"' then
    span[2] = string_end(text, at)
  else
    span[2] = select(2, text:find("^[%w%.%+%-]+", at))
  end
  return span[2]
end

--- Iterates over the variants of a text.
-- @tparam string text JSON
-- @treturn function the variant, and what was put in whose place
function M.of(text)
  local spans, i, k = {}, 1, 0
  spans_of(text, skip_blanks(text, 1), spans)
  return function()
    k = k + 1
    if k > #M.kinds then i, k = i + 1, 1 end
    local span = spans[i]
    if not span then return nil end
    return text:sub(1, span[1] - 1) .. M.kinds[k] .. text:sub(span[2] + 1),
      ("%s for %s"):format(M.kinds[k], text:sub(span[1], math.min(span[2], span[1] + 40)))
  end
end

return M
