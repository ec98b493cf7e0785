#include "portal/lab/tokens.h"

#include <stdio.h>
#include <string.h>

const char *portal_tokens_issue(portal_tokens *tokens, int64_t now_ms) {
  size_t place = tokens->next++ % PORTAL_TOKENS_MOST;
  char unique[PORTAL_UUID];
  portal_uuid(unique);
  snprintf(tokens->list[place].text, PORTAL_TOKEN, "oauth-%s", unique);
  tokens->list[place].expires_ms = now_ms + PORTAL_TOKEN_SECONDS * 1000;
  return tokens->list[place].text;
}

int64_t portal_tokens_expiry(const portal_tokens *tokens, const char *token) {
  for (size_t i = 0; i < PORTAL_TOKENS_MOST; i++)
    if (*tokens->list[i].text && strcmp(tokens->list[i].text, token) == 0) return tokens->list[i].expires_ms;
  return 0;
}

void portal_tokens_revoke(portal_tokens *tokens, const char *token) {
  for (size_t i = 0; i < PORTAL_TOKENS_MOST; i++)
    if (strcmp(tokens->list[i].text, token) == 0) *tokens->list[i].text = '\0';
}
