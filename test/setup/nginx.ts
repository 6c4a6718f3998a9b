import fs from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificate } from './certificate.js';
import { startChild, temporaryFolder } from './processes.js';
import { root } from './product.js';

export interface Nginx {
  /** https://localhost:PORT */
  readonly url: string;
  /** Its certificate, which it signed itself: a file. */
  readonly cert: string;
}

/** A real nginx with bridge/deploy/nginx.conf, only ports, name and certificate being others. Resolves when it listens. */
export async function startNginx(
  nginx: string,
  { port, bridge }: { port: number; bridge: number },
): Promise<Nginx> {
  const folder = temporaryFolder('nginx').path;
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  makeCertificate(cert, key);
  let server = fs.readFileSync(path.join(root, 'bridge/deploy/nginx.conf'), 'utf8');
  const changes: readonly (readonly [string, string])[] = [
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['server_name peerglass.example', 'server_name localhost'],
    ['/etc/letsencrypt/live/peerglass.example/fullchain.pem', cert],
    ['/etc/letsencrypt/live/peerglass.example/privkey.pem', key],
    ['127.0.0.1:8324', `127.0.0.1:${bridge}`],
  ];
  for (const [from, to] of changes) {
    if (!server.includes(from)) throw new Error(`nginx.conf has no ${from} any more`);
    server = server.replace(from, to);
  }
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  const file = path.join(folder, 'nginx.conf');
  fs.writeFileSync(
    file,
    `daemon off; pid ${folder}/pid; error_log stderr; events {} http { ${temporary}\n${server}\n}`,
  );
  const child = startChild(nginx, ['-c', file, '-p', folder]);
  child.stdout.resume();
  child.stderr.resume();
  while (!(await listens(port))) await sleep(20);
  return { url: `https://localhost:${port}`, cert };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
