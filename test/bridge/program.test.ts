import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { runProgram } from '../../bridge/program.js';
import { openTunnel } from '../../shared/tunnel/index.js';
import { clientOf, tcpServer } from './support.js';

/** Runs the program in this process; `exited` resolves with the code it asks to exit with. */
async function run(...args: string[]) {
  let reload: () => void = () => undefined;
  const printed: string[] = [];
  const complaints: string[] = [];
  let signal: () => void = () => undefined;
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => (exit = resolve));
  await runProgram({
    args,
    isTerminal: true,
    onReload: (listener) => (reload = listener),
    pageRoot: '/nowhere',
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
    onSignal: (listener) => (signal = listener),
    exit,
  });
  const output = () => [...printed, ...complaints].join('\n');
  onTestFinished(() => signal());
  return { exited, output, complaints, printed, signal: () => signal(), reload: () => reload() };
}

describe('the program', () => {
  test('prints one line with its URL, serves there, and connects to its demo node', async () => {
    const { printed } = await run('--port', '0');
    expect(printed).toEqual([expect.stringMatching(/^Peerglass {2}http:\/\/127\.0\.0\.1:\d+$/)]);
    const url = printed[0]!.split('  ')[1]!;
    const info = (await (await fetch(`${url}/v1/info`)).json()) as {
      version: string;
      demoNode: { address: string };
    };
    expect(info).toMatchObject({
      name: 'peerglass',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
    const tunnel = openTunnel({ bridgeUrl: url, host: 'demo', port: 8333, WebSocket });
    const { address, port } = await tunnel.connected;
    expect(`${address}:${port}`).toBe(info.demoNode.address);
    tunnel.duplex.close();
  });

  test('a signal tells the tunnels, then ends the program with 0; nothing of them was printed', async () => {
    const server = await tcpServer();
    const { printed, signal, exited, output } = await run(
      '--port',
      '0',
      '--no-demo',
      '--allow',
      `127.0.0.1:${server.port}`,
    );
    const url = printed[0]!.split('  ')[1]!.replace('http', 'ws');
    const client = clientOf(`${url}/v1/tunnel?host=127.0.0.1&port=${server.port}`);
    await client.connected;
    signal();
    expect((await client.closed).code).toBe(4500);
    expect(await exited).toBe(0);
    expect(output()).not.toContain(String(server.port));
  });

  test('a second signal does not wait for anyone', async () => {
    const server = await tcpServer();
    const { printed, signal, exited } = await run(
      '--port',
      '0',
      '--no-demo',
      '--allow',
      `127.0.0.1:${server.port}`,
    );
    const url = printed[0]!.split('  ')[1]!.replace('http', 'ws');
    const client = clientOf(`${url}/v1/tunnel?host=127.0.0.1&port=${server.port}`);
    await client.connected;
    client.ws.pause(); // it will never answer the close
    signal();
    signal();
    expect(await exited).toBe(0);
    client.ws.resume();
    await once(client.ws, 'close');
  });

  test('a taken port is one line and exit code 1', async () => {
    const { port } = await tcpServer();
    const { exited, complaints } = await run('--port', String(port));
    expect(await exited).toBe(1);
    expect(complaints).toEqual([expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`)]);
  });

  test('so is a taken port of metrics, or an address of theirs that this machine does not have', async () => {
    const { port } = await tcpServer();
    const taken = await run('--port', '0', '--metrics-port', String(port));
    expect(await taken.exited).toBe(1);
    expect(taken.complaints).toEqual([
      expect.stringMatching(new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is taken.*--metrics-port 0\\.$`)),
    ]);
    const foreign = await run('--port', '0', '--metrics-port', '0', '--metrics-host', '203.0.113.9');
    expect(await foreign.exited).toBe(1);
    expect(foreign.complaints).toEqual([expect.stringMatching(/203\.0\.113\.9: .*--metrics-host\.$/)]);
  });

  test('a bad flag is named, with exit code 2', async () => {
    const { exited, complaints } = await run('--port', 'x');
    expect(await exited).toBe(2);
    expect(complaints[0]).toContain('--port "x"');
  });

  test('--help and --version print and do no more', async () => {
    expect((await run('--help')).output()).toContain('--allow DESTINATION');
    expect((await run('--version')).output()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
