#include "portal/lab/tokens.h"

#include <stdio.h>
#include <string.h>

static const char *issue(portal_tokens *tokens, const char *kind, int64_t expires_ms) {
  size_t place = tokens->next++ % PORTAL_TOKENS_MOST;
  char unique[PORTAL_UUID];
  portal_uuid(unique);
  snprintf(tokens->list[place].text, PORTAL_TOKEN, "%.10s-%s", kind, unique);
  tokens->list[place].expires_ms = expires_ms;
  return tokens->list[place].text;
}

const char *portal_tokens_issue(portal_tokens *tokens, int64_t now_ms) {
  return issue(tokens, "oauth", now_ms + PORTAL_TOKEN_SECONDS * 1000);
}

const char *portal_tokens_issue_refresh(portal_tokens *tokens) { return issue(tokens, "refresh", 0); }

/* The place of a token; PORTAL_TOKENS_MOST: it was not given out. */
static size_t place_of(const portal_tokens *tokens, const char *token) {
  size_t i = 0;
  while (i < PORTAL_TOKENS_MOST && (!*token || strcmp(tokens->list[i].text, token) != 0)) i++;
  return i;
}

int64_t portal_tokens_expiry(const portal_tokens *tokens, const char *token) {
  size_t place = place_of(tokens, token);
  return place < PORTAL_TOKENS_MOST ? tokens->list[place].expires_ms : 0;
}

bool portal_tokens_is_refresh(const portal_tokens *tokens, const char *token) {
  size_t place = place_of(tokens, token);
  return place < PORTAL_TOKENS_MOST && tokens->list[place].expires_ms == 0;
}

void portal_tokens_revoke(portal_tokens *tokens, const char *token) {
  size_t place = place_of(tokens, token);
  if (place < PORTAL_TOKENS_MOST) *tokens->list[place].text = '\0';
}
