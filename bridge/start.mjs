// @ts-check
/**
 * `npm start`: builds what is stale, then runs the bridge in this same process, so that a signal sent to it
 * ends everything. Until the bridge takes over, a signal ends the process at once, as is Node's default.
 */
import fs from 'node:fs';

/** What the build tools need; what they build runs on any Node 20. */
const oldestMinor = new Map([
  [20, 19],
  [22, 13],
]);
const anyMinorFrom = 24;

/** @returns {string | undefined} what is missing, in one line */
function missing() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < anyMinorFrom && minor < (oldestMinor.get(major) ?? Infinity)) {
    return `Peerglass needs Node 20.19, 22.13 or 24 and later; this is ${process.version}.`;
  }
  if (!fs.existsSync(new URL('../node_modules', import.meta.url))) {
    return 'Peerglass: dependencies are missing; run `npm ci` first.';
  }
  return undefined;
}

const problem = missing();
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
} else {
  // Imported late: what they import may be what is missing.
  const { buildAloud } = await import('./build.mjs');
  if (await buildAloud()) {
    // Runs with this process's arguments, as if it had been started itself.
    await import(new URL('../dist/bridge/main.js', import.meta.url).href);
  } else {
    process.exitCode = 1;
  }
}
