/**
 * What bridge/deploy/Dockerfile puts together, without Docker: the files that it copies, with those packages alone that
 * `npm prune --omit=dev` leaves, run by its own commands, by a user who may write nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePorts, startChild, stopChild, temporaryFolder } from '../../setup/processes.js';
import { root } from '../../setup/product.js';
import { isUp, tunnel, until } from './tunnels.js';

const dockerfile = fs.readFileSync(path.join(root, 'bridge/deploy/Dockerfile'), 'utf8');

/** The words of an instruction in its exec form. */
function words(instruction: string): string[] {
  const [, list] = new RegExp(`^${instruction}.*?(\\[.*\\])$`, 'm').exec(dockerfile)!;
  return JSON.parse(list!) as string[];
}

/** Folders of the packages that are no one's development dependency. */
function productionPackages(): string[] {
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const kept = Object.entries(lock.packages).filter(([name, { dev }]) => name !== '' && dev !== true);
  return kept.map(([name]) => name).filter((name) => fs.existsSync(path.join(root, name)));
}

function assemble(app: string): void {
  const copied = [...dockerfile.matchAll(/^COPY --from=build \/src\/(\S+) (\S+)$/gm)];
  expect(copied.map(([, from]) => from)).toEqual(['package.json', 'node_modules', 'dist']);
  for (const [, from, to] of copied) {
    const parts = from === 'node_modules' ? productionPackages() : [from!];
    for (const part of parts) {
      const target =
        from === 'node_modules' ? path.join(app, part) : path.join(app, to!, to === './' ? part : '');
      fs.cpSync(path.join(root, part), target, { recursive: true, force: false });
    }
  }
  execFileSync('chmod', ['-R', 'a-w,a+rX', app]);
  onTestFinished(() => void execFileSync('chmod', ['-R', 'u+w', app])); // or it could not be removed
}

/** Nobody without any capability, if this is root; else whoever runs the tests. */
const asNobody =
  process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs', '--bounding-set=-all']
    : [];

test('the image’s files serve page and tunnels, to a user who may write nothing of them', async () => {
  const { path: folder } = temporaryFolder('image');
  fs.chmodSync(folder, 0o755);
  const app = path.join(folder, 'app');
  assemble(app);
  const [port] = (await freePorts(1)) as [number];
  const [command = '', ...args] = [...asNobody, ...words('ENTRYPOINT')];
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production' };
  // CMD listens on every address, for a container's own network: here on this machine alone.
  expect(words('CMD')).toEqual(['--host', '0.0.0.0']);
  const child = startChild(command, [...args, '--host', '127.0.0.1', '--port', String(port)], {
    cwd: app,
    env,
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => child.exitCode !== null || (await isUp(`${url}/healthz`)));
  expect(output).toContain('"listening"');

  const [node = '', flag = '', script = ''] = words('HEALTHCHECK').map((word) =>
    word.replace('8324', String(port)),
  );
  const health = () => spawnSync(node, [flag, script]).status;
  expect(health()).toBe(0);
  expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
  const { ws, settled } = tunnel(url);
  expect(await settled).toBe('connected');
  expect(ws.readyState).toBe(WebSocket.OPEN);
  await stopChild(child);
  expect(child.exitCode).toBe(0);
  expect(health()).toBe(1);
});
