// The portal's requests as they come: one answer that never ends, read line by line. The last KEPT of them are held, so
// that memory stays as it is however long the page is open.
import { ask } from "./api.js";

const KEPT = 1000;
const AGAIN_MS = 1000;

export const requests = { list: [], total: 0, skipped: 0, live: false };

const watchers = new Set();
let last = 0,
  running = null,
  waiting = false;

// Calls `act` when something came, at most once a frame; answers what ends that.
export function watch(act) {
  watchers.add(act);
  return () => watchers.delete(act);
}

function tell() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    for (const act of watchers) act();
  }, 100);
}

export function forget() {
  requests.list = [];
  tell();
}

function take(line) {
  const entry = JSON.parse(line);
  if (entry.skipped) {
    requests.skipped += entry.skipped;
    return;
  }
  last = entry.number;
  requests.total += 1;
  requests.list.push(entry);
}

function takeLines(lines) {
  for (const line of lines) if (line !== "") take(line);
  if (requests.list.length > KEPT) requests.list.splice(0, requests.list.length - KEPT);
  tell();
}

function setLive(live) {
  requests.live = live;
  tell();
}

async function read(signal) {
  const answer = await ask(`log/live?after=${last}`, { signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  setLive(true);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    takeLines(lines);
  }
}

// Follows the log until it is stopped; a portal that was away is asked again.
export async function follow() {
  stop();
  const mine = (running = new AbortController());
  while (!mine.signal.aborted) {
    await read(mine.signal).catch(() => {});
    if (mine.signal.aborted) return;
    setLive(false);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

export function stop() {
  running?.abort();
  running = null;
}
