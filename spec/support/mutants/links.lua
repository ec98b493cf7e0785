-- Slips in the values: sets, typesets, outcomes.
return {
  c = { "links", "algebra", "outcome", "stream" },
  specs = { "links_spec", "boundaries_spec", "account_spec", "rows_spec", "stream_spec" },
  slips = {
    { "csrc/core/links/merge.c", "told ? &reason : NULL, error", "told && !row ? &reason : NULL, error",
      "a repeated row has no reason of its own" },
    { "csrc/core/links/merge.c", "if (leaders[row] == row) continue;", "if (leaders[row] >= row) continue;",
      "a leader behind its followers is not copied", survives = "no leader stands behind its followers" },
    { "csrc/core/links/outcome.c", "return from && to;", "return from || to;",
      "a complaint that names both sides rejects rows that have one of them" },
    { "csrc/core/links/outcome.c", "if (unplaced && !doubt && m->sent.count > 1) return true;",
      "if (unplaced && m->sent.count > 1) return true;", "our own doubt leaves rows pending" },
    { "csrc/core/links/outcome.c", "if (!found && !unplaced) unplaced = &complaints[i];",
      "if (!found) unplaced = &complaints[i];", "the last complaint about nobody is told instead of the first" },
  },
}
