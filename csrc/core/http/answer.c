#include "core/http/answer.h"

#include <stdlib.h>

void tether_answer_free(tether_answer *answer) {
  if (!answer) return;
  tether_buffer_free(&answer->body);
  tether_buffer_free(&answer->sent);
  tether_arriving_free(answer->arriving);
  free(answer);
}
