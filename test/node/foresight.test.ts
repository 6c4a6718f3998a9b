/** What Compose says before a message is sent is what a real node does then. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTcp } from '../../bridge/tcp.js';
import { concatBytes } from '../../shared/bytes.js';
import { networks } from '../../shared/networks.js';
import { curious, endings } from '../../web/screens/compose/presets.js';
import { composedOf } from '../../web/screens/compose/store.js';
import { build } from '../../web/worker/compose/build.js';
import { foresee } from '../../web/worker/compose/foresee.js';
import type { Composed } from '../../web/worker/compose/protocol.js';
import { types } from '../messages/arbitraries.js';
import { describeWithNode } from '../setup/tools.js';
import { startNode, type BitcoinNode } from './harness.js';
import { meet } from './meeting.js';

describeWithNode('a real node', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode(['-blockfilterindex=1', '-peerblockfilters=1', '-peerbloomfilters=1']);
    await node.rpc('generatetoaddress', 5, 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080');
  });
  afterAll(() => node?.stop());

  /** Sends it in a session of its own. @returns what was foreseen, and whether the node ended the session */
  async function send(composed: Composed): Promise<{ effect: string; ended: boolean }> {
    const { peer } = meet(await connectTcp({ host: node.host, port: node.p2pPort }));
    const { services } = await peer.ready;
    const built = build(composed, 'v2');
    const { effect } = foresee(built, { network: networks.regtest, services });
    if (built.kind === 'decoy') peer.sendDecoy(built.length);
    else peer.sendContents(concatBytes(built.typeBytes, built.payload));
    // Messages are read in order: a pong says that this one was read, and put up with.
    const ended = await peer.ping().then(
      () => false,
      () => true,
    );
    peer.close();
    return { effect, ended };
  }

  const forms = types
    .filter((type) => type !== 'feature')
    .map((type) => [type, composedOf({}, type)] as const);
  const examples = [...curious, ...endings].map((one) => [one.name, one.make(networks.regtest)] as const);

  test.each([...forms, ...examples])('%s', async (_, composed) => {
    const { effect, ended } = await send(composed);
    if (effect !== 'depends') expect(ended).toBe(effect === 'disconnects');
  });
});
