import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectTcp, TcpError } from '../../bridge/tcp.js';
import { echo, pattern, tcpServer, until } from './support.js';

async function connected(onSocket?: Parameters<typeof tcpServer>[0]) {
  const server = await tcpServer(onSocket);
  const duplex = await connectTcp({ host: '127.0.0.1', port: server.port });
  onTestFinished(() => duplex.close());
  return { duplex, node: await server.accepted() };
}

async function readAll(readable: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the TCP duplex', () => {
  test('carries bytes both ways, with a half-close', async () => {
    const { duplex } = await connected(echo);
    const writer = duplex.writable.getWriter();
    const reading = readAll(duplex.readable);
    for (let i = 0; i < 10; i++) await writer.write(pattern(300_000));
    await writer.close();
    const expected = Buffer.concat(Array.from({ length: 10 }, () => pattern(300_000)));
    expect((await reading).equals(expected)).toBe(true);
  });

  test('a reader that waits holds the other side back', async () => {
    const { duplex, node } = await connected();
    const sent = pattern(32 * 2 ** 20);
    const flushed = new Promise((resolve) => node.end(sent, () => resolve(true)));
    expect(await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, 300, false))])).toBe(
      false,
    );
    expect((await readAll(duplex.readable)).equals(sent)).toBe(true);
    expect(await flushed).toBe(true);
  });

  test('a reset fails both directions with a typed error', async () => {
    const { duplex, node } = await connected();
    node.resetAndDestroy();
    await expect(duplex.readable.getReader().read()).rejects.toMatchObject({
      name: 'TcpError',
      code: 'reset',
    });
    await expect(duplex.writable.getWriter().closed).rejects.toBeInstanceOf(TcpError);
  });

  test('close sends what was written, then ends both directions', async () => {
    const { duplex, node } = await connected();
    const writer = duplex.writable.getWriter();
    writer.write(pattern(100_000)).catch(() => undefined);
    await until(() => node.bytesRead > 0 || node.readableLength > 0);
    const reading = duplex.readable.getReader().read();
    duplex.close();
    duplex.close();
    expect(await reading).toEqual({ done: true, value: undefined });
    let total = 0;
    node.on('data', (chunk: Buffer) => (total += chunk.length));
    await once(node, 'end');
    expect(total).toBe(100_000);
  });

  test('says why it could not connect', async () => {
    const server = await tcpServer();
    await expect(connectTcp({ host: '127.0.0.1', port: 1 })).rejects.toMatchObject({
      code: 'connection-refused',
    });
    const signal = AbortSignal.abort();
    await expect(connectTcp({ host: '127.0.0.1', port: server.port, signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    const controller = new AbortController();
    const connecting = connectTcp({ host: '127.0.0.1', port: server.port, signal: controller.signal });
    controller.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'aborted' });
  });
});
