/* Compare: wanted links against present ones, record by record: the changes that a policy asks for, each in the stage
 * in which it is to be written. Pure. */
#ifndef TETHER_COMPARE_H
#define TETHER_COMPARE_H
#include "core/job/change.h"
#include "core/links/links.h"

/* The numbers stand in files; batches are written in their order. */
typedef enum tether_stage {
  TETHER_STAGE_LINK = 1,
  TETHER_STAGE_RELABEL,
  TETHER_STAGE_UNLINK,
  TETHER_STAGE_LATE, /* changes that need the room that the earlier stages make under a limit */
  TETHER_STAGE_PRIMARY,
  TETHER_STAGES
} tether_stage;

typedef struct tether_specs {
  const tether_spec *types;
  size_t count;
} tether_specs;

bool tether_specs_hold(tether_specs specs, tether_spec type); /* whether the type is among them */

typedef enum tether_mine { TETHER_AT_LEAST, TETHER_EXACTLY, TETHER_MANAGED } tether_mine;
typedef enum tether_prune { TETHER_PRUNE_NOTHING, TETHER_PRUNE_PROBED, TETHER_PRUNE_RECORDS } tether_prune;

/* How many records one record may be linked to by a type; the plain type counts every link. */
typedef struct tether_limit {
  tether_spec type;
  int64_t most;
} tether_limit;

/* What is borrowed must outlive the comparing. */
typedef struct tether_policy {
  tether_mine labels;
  tether_prune prune;
  bool moves_primary;   /* wanted rows say whether they are the primary, and the primary is moved to match */
  bool drops_primary;   /* a record none of whose wanted rows is the primary shall have none */
  bool is_one_type;     /* pairs stand from their smaller id to their larger one */
  tether_specs managed; /* the labels that the policy manages, for TETHER_MANAGED */
  tether_specs kept;    /* never taken from a link that stays: plain, hierarchy */
  tether_specs plain;   /* what every link holds */
  tether_specs primary; /* the primary types */
  const tether_limit *limits;
  size_t limit_count;
} tether_policy;

/* What comparing has found. `stages` are changes with the job's type sets. In the stage of primaries, all changes of
 * one record stand together. */
typedef struct tether_found {
  tether_changes stages[TETHER_STAGES];
  tether_changes blocked; /* changes that a limit forbids; they are told and never written */
  size_t present;         /* links that were compared or may be pruned */
  size_t right, link, relabel, unlink, primary;
  size_t contradictions; /* records with two wanted primaries */
  int64_t contradicting; /* the first of them */
} tether_found;

void tether_found_free(tether_found *found); /* may be used again */

/* Compares what some records shall have with what they have. `wanted`, `current` and `probes` are compact, all rows of
 * a record stand in the same call; `sets` are the job's type sets and get what is new. NO_MEMORY, BAD_ARGUMENT. */
bool tether_compare(const tether_policy *policy, tether_typesets *sets, const tether_links *wanted,
                    const tether_links *current, const tether_links *probes, tether_found *found, tether_error *error);

#endif
