// A portal as a process of its own, a count of what went well, and an end in any case.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// Starts `tether portal`; resolves to { url, token, stop }.
export function openPortal() {
  const child = spawn("build/tether", ["portal"], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the portal ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      const { url, token } = JSON.parse(line);
      resolve({ url, token, stop: () => child.kill("SIGTERM") });
    });
  });
}

export class Checks {
  passed = 0;
  failed = [];

  // Runs a call and compares what `shape` makes of its answer; tells what it answered.
  async check(name, call, shape, expected) {
    try {
      const answer = await call();
      const got = JSON.stringify(shape ? shape(answer) : null);
      const wanted = JSON.stringify(shape ? expected : null);
      if (got === wanted) this.passed += 1;
      else this.failed.push(`${name}: ${wanted} expected, got ${got}`);
      return answer;
    } catch (problem) {
      this.failed.push(`${name}: ${problem.message}`);
      return undefined;
    }
  }

  report(what) {
    for (const line of this.failed) console.error(line);
    console.log(`${what}: ${this.passed} calls as expected, ${this.failed.length} not`);
    return this.failed.length === 0;
  }
}
