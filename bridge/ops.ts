/** What those who run the bridge ask of it: whether it lives, whether it takes tunnels, and its counts. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { sendError, sendJson } from './http.js';
import { METRICS_TYPE } from './watch.js';

export interface Ops {
  /**
   * Whether to send clients here. Not while it drains; a full bridge is ready all the same: it says so to a tunnel by
   * its close code, and serves the page, where a load balancer without a ready replica could only answer 503 to both.
   */
  ready(): boolean;
  metrics(): Promise<string>;
}

/** Answers if it is one of these paths; they are for any Host. */
export function answerOps(path: string, response: ServerResponse, ops: Ops, withMetrics: boolean): boolean {
  if (path === '/healthz') {
    sendJson(response, 200, { status: 'ok' });
  } else if (path === '/readyz') {
    const ready = ops.ready();
    sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'draining' });
  } else if (path === '/metrics' && withMetrics) {
    ops.metrics().then(
      (text) => {
        const headers = { 'Content-Type': METRICS_TYPE, 'Cache-Control': 'no-store' };
        response.writeHead(200, headers).end(response.req.method === 'HEAD' ? undefined : text);
      },
      () => response.destroy(),
    );
  } else {
    return false;
  }
  return true;
}

/** The same on a port of its own. Rejects with the listening error. */
export async function startOps(ops: Ops, listen: { host: string; port: number }): Promise<Server> {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 4000 }, (request, response) => {
    const path = (request.url ?? '').split('?')[0]!;
    const asks = request.method === 'GET' || request.method === 'HEAD';
    if (asks && answerOps(path, response, ops, true)) return;
    const hint = 'Ask for /metrics, /healthz or /readyz.';
    sendError(response, 404, { code: 'not-found', message: 'There is nothing here.', hint });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(listen, resolve));
  return server;
}
