/* What arriving_test checks, where the processor has no AVX2: every list is read with runs of the plain form. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef __x86_64__
#include "core/json/pattern_run.c"
#define __x86_64__ 1
#include "arriving_test.c"
