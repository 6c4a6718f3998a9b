import type { TestProject } from 'vitest/node';
import { buildAloud } from '../../bridge/build.mjs';
import {
  findBitcoind,
  findChromium,
  findFirefox,
  findPublishedVectors,
  findServer,
  findTshark,
  type Tool,
} from './find-tools.js';

declare module 'vitest' {
  interface ProvidedContext {
    bitcoind: Tool;
    chromium: Tool;
    tshark: Tool;
    firefox: Tool;
    publishedVectors: Tool;
    redis: Tool;
    haproxy: Tool;
    nginx: Tool;
    tor: Tool;
  }
}

/**
 * Builds, once a run, the engine that the sources import; then finds what some tests need from the machine, and prints
 * what is missing.
 */
export default async function setup(project: TestProject): Promise<void> {
  if (!(await buildAloud(['engine']))) throw new Error('the build failed');
  const tools = {
    bitcoind: findBitcoind(),
    chromium: findChromium(),
    tshark: findTshark(),
    firefox: findFirefox(),
    publishedVectors: findPublishedVectors(),
    redis: findServer('redis-server'),
    haproxy: findServer('haproxy'),
    nginx: findServer('nginx'),
    tor: findServer('tor'),
  };
  for (const tool of Object.values(tools)) if ('missing' in tool) console.log(`test/setup: ${tool.missing}`);
  project.provide('bitcoind', tools.bitcoind);
  project.provide('chromium', tools.chromium);
  project.provide('tshark', tools.tshark);
  project.provide('firefox', tools.firefox);
  project.provide('publishedVectors', tools.publishedVectors);
  project.provide('redis', tools.redis);
  project.provide('haproxy', tools.haproxy);
  project.provide('nginx', tools.nginx);
  project.provide('tor', tools.tor);
}
