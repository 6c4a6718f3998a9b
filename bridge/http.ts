/** Answers over HTTP: the headers that every one carries, one-line JSON, and refusals of an upgrade. */
import { STATUS_CODES, type IncomingMessage, ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';

/** The page loads nothing from elsewhere and runs no inline code; a person may name any bridge (ws:, wss:). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self' ws: wss:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = `${JSON.stringify(value)}\n`;
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export function sendError(response: ServerResponse, status: number, error: ApiError): void {
  sendJson(response, status, { error });
}

/**
 * Answers on a connection that Node's server no longer or not yet speaks for, and closes it.
 * @param more header lines
 */
export function refuseOnSocket(socket: Duplex, status: number, error: ApiError, more: string[] = []): void {
  const body = `${JSON.stringify({ error })}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...more,
  ].join('\r\n');
  socket.once('finish', () => socket.destroy());
  socket.end(`${head}\r\n\r\n${body}`);
}

/** Whether it asks to go on with a protocol that nobody here speaks, and is a request like any other beside that. */
export function asksForOther({ headers }: IncomingMessage): boolean {
  const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
  return headers.upgrade?.toLowerCase() !== 'websocket' && headers.host !== undefined && !hasBody;
}

/**
 * For the answer to a request whose upgrade is ignored (RFC 9110, 7.8: a server may). Node's server has left the
 * connection by then, so it ends with this answer.
 */
export function responseWithoutUpgrade(request: IncomingMessage): ServerResponse {
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket.on('error', () => socket.destroy()));
  response.once('finish', () => socket.destroySoon());
  return response;
}

/** Header fields that, doubled, make two readers of one request disagree. */
const SINGLE_FIELDS = [
  'host',
  'origin',
  'content-length',
  'transfer-encoding',
  'authorization',
  'sec-websocket-key',
  'sec-websocket-version',
];

/** Whether a request could be read in two ways: doubled fields, or a target that is not a plain path. */
export function isAmbiguous(request: IncomingMessage): boolean {
  const names = request.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const doubled = SINGLE_FIELDS.some((field) => names.indexOf(field) !== names.lastIndexOf(field));
  return doubled || request.url?.startsWith('/') !== true;
}

/** The path as sent, undecoded, and the query. */
export function splitTarget(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  if (mark < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}
