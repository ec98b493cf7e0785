// node spec/clients/clients.mjs FOLDER: HubSpot's clients, installed in FOLDER, against a portal; make test-clients.
import { createRequire } from "node:module";
import { apiClient } from "./api_client.mjs";
import { mcpServer } from "./mcp_server.mjs";
import { openPortal } from "./portal.mjs";

const folder = process.argv[2];
const portal = await openPortal();
setTimeout(() => process.exit(124), 120000).unref(); // a client that waits for ever
let fine = false;
try {
  const first = await apiClient(createRequire(`${folder}/`), portal);
  fine = (await mcpServer(folder, portal)) && first;
} finally {
  portal.stop();
}
process.exit(fine ? 0 : 1);
