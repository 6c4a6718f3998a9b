import fs from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithNode } from '../setup/tools.js';
import { RpcError, startNode, type BitcoinNode } from './harness.js';

describeWithNode('a real Bitcoin node, as the tests start it', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode();
  });
  afterAll(() => node?.stop());

  test('is on regtest, listens with v2, and reaches out to nobody', async () => {
    const info = await node.rpc<{
      localservicesnames: string[];
      connections: number;
      networkactive: boolean;
    }>('getnetworkinfo');
    expect(info).toMatchObject({ connections: 0, networkactive: true });
    expect(info.localservicesnames).toContain('P2P_V2');
    expect(await node.rpc('getblockchaininfo')).toMatchObject({ chain: 'regtest' });
  });

  test('sees a peer that connects, logs it, and sees it go', async () => {
    const socket = net.connect(node.p2pPort, node.host);
    await once(socket, 'connect');
    const [peer] = await node.until(async () => {
      const peers = await node.peers();
      return peers.length === 1 && peers;
    });
    expect(peer).toMatchObject({ inbound: true, transport_protocol_type: 'detecting', session_id: '' });
    expect(node.log()).toMatch(/\[net\].*connection from 127\.0\.0\.1/);
    socket.destroy();
    await node.until(async () => (await node.peers()).length === 0);
  });

  test('answers a wrong call with its own error', async () => {
    await expect(node.rpc('getblockhash', 1_000_000)).rejects.toThrow(RpcError);
  });

  test('takes flags that win over the defaults, and leaves nothing behind when stopped', async () => {
    const other = await startNode(['-v2transport=0']);
    const info = await other.rpc<{ localservicesnames: string[] }>('getnetworkinfo');
    expect(info.localservicesnames).not.toContain('P2P_V2');
    const folder = /Using data directory (.*)/.exec(other.log())![1]!;
    await other.stop();
    expect(fs.existsSync(folder)).toBe(false);
    const socket = net.connect(other.p2pPort, other.host);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('says why when it cannot start', async () => {
    await expect(startNode(['-nosuchflag'])).rejects.toThrow(/Invalid parameter -nosuchflag/);
  });
});
