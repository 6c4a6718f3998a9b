import { describe, inject, test } from 'vitest';
import type { Tool } from './find-tools.js';
import type {} from './tools-setup.js';

/**
 * Describes tests that need a tool, and hands them its path. Where the tool is missing they are skipped as one,
 * and the run has said so, and how to get it (test/setup/tools-setup.ts).
 */
function describeWith(tool: Tool) {
  return (name: string, tests: (path: string) => void): void => {
    if ('path' in tool) describe(name, () => tests(tool.path));
    else test.skip(`${name}: ${tool.missing}`, () => {});
  };
}

/** Hands on the path of a real bitcoind. */
export const describeWithNode = describeWith(inject('bitcoind'));

/** Hands on the path of a real Chromium. */
export const describeWithChromium = describeWith(inject('chromium'));

/** Hands on the path of a real tshark. */
export const describeWithTshark = describeWith(inject('tshark'));

/** Hands on the path of a real Firefox. */
export const describeWithFirefox = describeWith(inject('firefox'));

/** A real browser against a real node; hands on both paths. */
export function describeWithNodeAndChromium(
  name: string,
  tests: (paths: { bitcoind: string; chromium: string }) => void,
): void {
  describeWithNode(name, (bitcoind) => {
    describeWithChromium('in a real browser', (chromium) => tests({ bitcoind, chromium }));
  });
}

/** Hands on the folder of the published vectors. */
export const describeWithPublishedVectors = describeWith(inject('publishedVectors'));

/** Hands on the path of a real redis-server. */
export const describeWithRedis = describeWith(inject('redis'));

/** Hands on the path of a real nginx. */
export const describeWithNginx = describeWith(inject('nginx'));

/** Hands on the path of a real tor. */
export const describeWithTor = describeWith(inject('tor'));

/** Hands on the paths of a real nginx and a real Chromium. */
export function describeWithNginxAndChromium(
  name: string,
  tests: (paths: { nginx: string; chromium: string }) => void,
): void {
  describeWithNginx(name, (nginx) => {
    describeWithChromium('in a real browser', (chromium) => tests({ nginx, chromium }));
  });
}

/** Hands on the paths of a real HAProxy and a real redis-server. */
export function describeWithHaproxyAndRedis(
  name: string,
  tests: (paths: { haproxy: string; redis: string }) => void,
): void {
  describeWith(inject('haproxy'))(name, (haproxy) => {
    describeWithRedis('with a real Redis', (redis) => tests({ haproxy, redis }));
  });
}
