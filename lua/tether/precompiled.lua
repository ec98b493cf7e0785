--- Has the modules read precompiled from one file beside the core, where there is one that this Lua can read: parsing
-- their sources takes three times as long as all else that a short script does. `rockspec/bundle.lua` writes it. A host
-- that has taken `io` or `package.searchers` away reads the sources.
local bundle = package.searchpath("tether.modules", (package.cpath:gsub("%.so", ".luac")))
local precompiled = bundle and loadfile(bundle, "b")

return precompiled ~= nil and pcall(precompiled, bundle)
