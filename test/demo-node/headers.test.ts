/** The demo node's chain of headers, brought into a tab's memory, and kept at its tip. */
import { expect, test } from 'vitest';
import { withHistory } from '../../bridge/demo-node/history.js';
import { HeaderChain } from '../../shared/chain/index.js';
import { networks } from '../../shared/networks.js';
import { syncHeaders, type HeaderProgress } from '../../shared/peer/index.js';
import { demoNode, readyVisit } from './support.js';

test('its 310 blocks, and each that it finds while somebody is there', async () => {
  const { chain: theirs } = withHistory();
  const everyMs = 1000;
  const node = await demoNode({ announceEveryMs: everyMs });
  const { peer } = await readyVisit(node);
  const chain = new HeaderChain(networks.regtest);
  const progress: HeaderProgress[] = [];
  let told = () => {};
  const onProgress = (each: HeaderProgress) => {
    progress.push(each);
    told();
  };
  const sync = syncHeaders(peer, chain, { onProgress });
  await sync.synced;
  expect(chain.height).toBe(310);
  for (let height = 0; height <= 310; height++) expect(chain.hashAt(height)).toEqual(theirs.at(height)!.hash);
  expect(progress).toEqual([
    { phase: 'syncing', change: { type: 'extended', by: 310 }, height: 310, expectedHeight: 310 },
  ]);
  // It has read `sendheaders` once it has answered what was asked after that.
  await peer.ask.headers({ stop: chain.tip.hash });
  const extended = new Promise<void>((resolve) => (told = resolve));
  while (node.height === 310) node.clock.advance(everyMs);
  await extended;
  expect(progress.at(-1)).toMatchObject({
    phase: 'following',
    change: { type: 'extended', by: 1 },
    height: 311,
  });
  sync.stop();
  expect((await sync.ended).code).toBe('aborted');
});
