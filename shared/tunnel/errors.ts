import { BridgeUrlError } from './url.js';
import { closeCodes, closeHint, closeNameOf, type CloseName } from './close-codes.js';
import { type NodeAddress } from './address.js';

export type TunnelErrorCode =
  | CloseName
  | 'bridge-url'
  | 'bridge-unreachable'
  | 'bridge-lost'
  | 'bridge-protocol'
  | 'bridge-closed'
  | 'aborted'
  | 'closed';

/** Why a tunnel did not open, or ended. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
  readonly code: TunnelErrorCode;
  /** What a person can do about it. */
  readonly hint: string;
  /** The WebSocket close code, once there was a WebSocket. */
  readonly closeCode: number | undefined;

  constructor(code: TunnelErrorCode, message: string, hint: string, closeCode?: number) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.closeCode = closeCode;
  }
}

/** Nothing was ever opened; a page learns no more than that. */
export function bridgeUnreachable(url: string): TunnelError {
  return new TunnelError(
    'bridge-unreachable',
    `The bridge at ${new URL(url).host} cannot be reached.`,
    'Start it with: npm start. If it runs already, it may not accept this page’s origin: npm start -- --origin ORIGIN.',
  );
}

export function bridgeProtocol(message: string): TunnelError {
  return new TunnelError(
    'bridge-protocol',
    message,
    'What answers there may not be a Peerglass bridge, or one of another version.',
  );
}

export function badBridgeUrl(error: unknown): TunnelError {
  const { message, hint } = error instanceof BridgeUrlError ? error : new BridgeUrlError();
  return new TunnelError('bridge-url', message, hint);
}

/** The WebSocket closed with this code after it had been open. */
export function closedWith(code: number, reason: string, target: NodeAddress): TunnelError {
  const name = closeNameOf(code);
  if (name !== undefined)
    return new TunnelError(name, closeCodes[name].sentence, closeHint(name, target), code);
  if (code === 1005 || code === 1006) {
    const hint = 'Check that the bridge still runs, and the network between here and there.';
    return new TunnelError('bridge-lost', 'The connection to the bridge was lost.', hint, code);
  }
  const said = reason === '' ? '' : `: ${reason}`;
  const message = `The bridge closed the tunnel (${code}${said}).`;
  return new TunnelError(
    'bridge-closed',
    message,
    'Connect again; page and bridge may be of different versions.',
    code,
  );
}
