/** A reverse proxy in front of the product that serves the page under another content security policy. */
import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface PolicyProxy {
  readonly url: string;
  /** How many answers had another policy than the product gave them. */
  altered(): number;
  close(): void;
}

/** @param alter makes its policy of the product's */
export async function policyProxy(product: string, alter: (policy: string) => string): Promise<PolicyProxy> {
  const { host, hostname, port, origin } = new URL(product);
  const sockets = new Set<Socket>();
  let altered = 0;
  const forwarded = (headers: IncomingHttpHeaders): IncomingHttpHeaders => ({
    ...headers,
    host,
    ...(headers.origin !== undefined && { origin }),
  });
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const onward = request({ hostname, port, method, path, headers: forwarded(headers) }, (given) => {
      const policy = given.headers['content-security-policy'] ?? '';
      const other = alter(String(policy));
      if (other !== policy) altered++;
      answer.writeHead(given.statusCode!, { ...given.headers, 'content-security-policy': other });
      given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  server.on('upgrade', ({ method, url, headers }, socket: Socket) => {
    const lines = Object.entries(forwarded(headers)).map(([name, value]) => `${name}: ${String(value)}`);
    const onward = connect(Number(port), hostname);
    for (const end of [socket, onward]) {
      sockets.add(end);
      end
        .on('error', () => undefined)
        .once('close', () => [socket, onward].forEach((each) => each.destroy()));
    }
    onward.write(`${[`${method} ${url} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
    onward.pipe(socket).pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    altered: () => altered,
    close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}
