-- Slips in jobs that Lua sees.
return {
  folder = "csrc/binding/job/",
  slow = { "job" },
  specs = { "places_spec", "noticed_spec", "jobs/plan_spec", "jobs/journal_spec", "jobs/import_spec", "jobs/model_spec", "jobs/kill_spec" },
  slips = {
    { "batch.c", "if (batch->results[i] == from) batch->results[i] = (uint8_t)to;", "batch->results[i] = (uint8_t)to;", "condition dropped: which changes turn" },
    { "batch.c", "batch->results[tether_check_place(L, 2, batch->changes.count)] = TETHER_RESULT_BLOCKED;", "tether_check_place(L, 2, batch->changes.count);", "rule dropped: a change is blocked" },
    { "batch.c", "tether_check_batch(L, 1)->was_sent = true;", "tether_check_batch(L, 1);", "flag forgotten: it was sent" },
    { "batch.c", "if (batch->results[i] != wanted) continue;", "", "condition dropped: a result that is looked for" },
    { "batch.c", "tether_batch_asked(batch, lua_toboolean(L, 2), *asked, &error)", "tether_batch_asked(batch, false, *asked, &error)", "flag forgotten: what is done, too" },
    { "planner.c", "if (error.code != TETHER_OK) return tether_push_error(L, &error);", "", "error ignored: a file that is not sorted",
      survives = "only memory or a disk that gives out ends a sort so: the allocation drill looks at it" },
    { "job.c", "tether_job_begin(tether_check_job(L, 1), &error), &error);", "tether_job_begin(tether_check_job(L, 1), &error) || true, &error);", "error ignored: a transaction" },
  },
}
