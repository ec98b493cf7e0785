// node.mjs URL write|read INPUTS CONNECTIONS: the same with HubSpot's Node client, its pacing and retries switched off.
import { createRequire } from "node:module";
const { Client } = createRequire(process.env.BENCH_NODE + "/")("@hubspot/api-client");
const [url, mode, inputs, connections] = [process.argv[2], process.argv[3], +process.argv[4], +process.argv[5]];
const client = new Client({ accessToken: "bench", basePath: url, numberOfApiCallRetries: 0,
  limiterOptions: { minTime: 0, maxConcurrent: connections } });
const batch = mode === "write" ? 2000 : 1000;
let left = inputs / batch, done = 0;

function body() {
  const list = [];
  for (let i = 0; i < batch; i++) {
    const from = String(10000000000 + i);
    list.push(mode === "read" ? { id: from } : { _from: { id: from }, to: { id: String(20000000000 + i) },
      types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 279 }] });
  }
  return { inputs: list };
}

async function worker() {
  const api = client.crm.associations.v4.batchApi;
  while (left-- > 0) {
    const answer = await api[mode === "write" ? "create" : "getPage"]("contacts", "companies", body());
    for (const result of answer.results) done += mode === "write" ? 1 : result.to.length;
  }
}

const begin = process.cpuUsage(), wall = performance.now();
const resident = process.memoryUsage.rss() / 1024;
await Promise.all(Array.from({ length: connections }, worker));
const used = process.cpuUsage(begin);
console.log((used.user + used.system) / 1e6, (performance.now() - wall) / 1e3, process.resourceUsage().maxRSS, done,
  Math.round(resident));
