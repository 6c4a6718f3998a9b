/** The bridge as `peerglass` runs it, with its gauges told to the parent process whenever it asks. */
import process from 'node:process';
import { parseCommandLine } from '../../bridge/config.js';
import { startBridge } from '../../bridge/server.js';

const commandLine = parseCommandLine(process.argv.slice(2));
if (commandLine.kind !== 'run') throw new Error(JSON.stringify(commandLine));
const bridge = await startBridge(commandLine.config, { version: '0.0.0' });
process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send?.({ ...bridge.stats(), rss, heapUsed, external, arrayBuffers });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: bridge.port });
