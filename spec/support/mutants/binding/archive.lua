-- Slips in XLSX, ZIP and gzip files that Lua sees.
return {
  folder = "csrc/binding/archive/",
  specs = { "noticed_spec", "sheet_spec", "network_spec" },
  slips = {
    { "gunzip.c", "if (ended) return tether_gunzip_finish(box->gunzip, error);", "if (ended) return true;", "rule dropped: a file that is cut" },
    { "gunzip.c", "if (!box->below->closef) return tether_fail", "if (false) return tether_fail", "rule dropped: a closed file" },
    { "archive.c", "if (box->fd >= 0) close(box->fd);", "", "close forgotten" },
    { "archive.c", "if (name && tether_pack_find(pack, name, &i))", "if (tether_pack_find(pack, \"\", &i))", "rule dropped: a sheet's entry" },
    { "archive.c", "if (strings && !read_strings(pack, box, strings - 1, &error)) return tether_push_error(L, &error);", "if (strings) read_strings(pack, box, strings - 1, &error);", "error ignored: shared texts" },
    { "archive.c", "if (!bytes.read(bytes.self, piece, sizeof piece, &length, &error)) return tether_push_error(L, &error);", "if (!bytes.read(bytes.self, piece, sizeof piece, &length, &error)) length = 0;", "error ignored: a damaged entry" },
    { "archive.c", "if (!tether_workbook_read(pack, book, &error)) return tether_push_error(L, &error);", "tether_workbook_read(pack, book, &error);", "error ignored: a workbook" },
  },
}
