// HubSpot's MCP server, spoken to over its standard input and output. BASE_URL_OVERRIDE is its own way to another host.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Checks } from "./portal.mjs";

function start(folder, portal) {
  const child = spawn(process.execPath, [`${folder}/node_modules/@hubspot/mcp-server/dist/index.js`], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, BASE_URL_OVERRIDE: portal.url, PRIVATE_APP_ACCESS_TOKEN: portal.token } });
  const waiting = new Map();
  let last = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, result, error } = JSON.parse(line);
    const [resolve, reject] = waiting.get(id) ?? [];
    waiting.delete(id);
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  });
  child.once("exit", () => waiting.forEach(([, reject]) => reject(new Error("the server ended"))));
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  return {
    ask: (method, params) => new Promise((resolve, reject) => {
      waiting.set(++last, [resolve, reject]);
      send({ id: last, method, params });
    }),
    tell: (method) => send({ method }),
    stop: () => child.kill("SIGTERM") };
}

// The JSON in what a tool says.
function answerOf(result) {
  const text = result.content.map((part) => part.text).join("\n");
  if (result.isError) throw new Error(text);
  const start = text.search(/[{[]/);
  try {
    return JSON.parse(text.slice(start, Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1));
  } catch {
    return text; // several documents, or words alone
  }
}

export async function mcpServer(folder, portal) {
  const server = start(folder, portal);
  const checks = new Checks();
  // A tool's answer has what is expected somewhere in it.
  const call = (name, args, expected = "") => checks.check(name, async () => answerOf(await server.ask("tools/call", {
    name: `hubspot-${name}`, arguments: args })), (answer) => JSON.stringify(answer).includes(expected), true);
  await server.ask("initialize", { protocolVersion: "2024-11-05", capabilities: {},
    clientInfo: { name: "tether", version: "0" } });
  server.tell("notifications/initialized");
  const { tools } = await server.ask("tools/list", {});
  await checks.check("tools/list", () => tools, (list) => list.length > 10, true);
  await call("get-user-details", {}, "owner@example.com");
  const made = await call("batch-create-objects", { objectType: "contacts", inputs: [
    { properties: { email: "mcp@example.com" } }] });
  const firm = await call("batch-create-objects", { objectType: "companies", inputs: [{ properties: { name: "MCP" } }] });
  const contact = made.results[0].id;
  const company = firm.results[0].id;
  await call("batch-read-objects", { objectType: "contacts", inputs: [{ id: contact }], properties: ["email"] },
    "mcp@example.com");
  await call("batch-update-objects", { objectType: "contacts", inputs: [{ id: contact, properties: {
    firstname: "Mona" } }] }, "Mona");
  await call("list-objects", { objectType: "contacts", limit: 5 }, contact);
  await call("search-objects", { objectType: "contacts", filterGroups: [{ filters: [{ propertyName: "email",
    operator: "EQ", value: "mcp@example.com" }] }] }, contact);
  await call("get-schemas", {});
  await call("batch-create-associations", { fromObjectType: "contacts", toObjectType: "companies", types: [{
    associationCategory: "HUBSPOT_DEFINED", associationTypeId: 279 }], inputs: [{ from: { id: contact },
    to: { id: company } }] }, "COMPLETE");
  await call("list-associations", { objectType: "contacts", objectId: contact, toObjectType: "companies" },
    company);
  await call("get-association-definitions", { fromObjectType: "contacts", toObjectType: "companies" }, "279");
  await call("list-properties", { objectType: "contacts" }, "lifecyclestage");
  await call("create-property", { objectType: "contacts", name: "mcp_chip", label: "Chip", groupName:
    "contactinformation", type: "string", fieldType: "text" }, "mcp_chip");
  await call("get-property", { objectType: "contacts", propertyName: "mcp_chip" }, "Chip");
  await call("update-property", { objectType: "contacts", propertyName: "mcp_chip", label: "Tag" }, "Tag");
  server.stop();
  return checks.report("@hubspot/mcp-server 0.4.0");
}
