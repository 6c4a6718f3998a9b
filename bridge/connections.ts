/**
 * Connections that stand, whatever they are: tunnels, visits of the page, TLS that is not agreed on yet. Tunnels have
 * limits of their own; the rest is bounded here, so that nobody uses up the process's file descriptors.
 */
import { type Socket } from 'node:net';
import { clientKey } from './limits/client-key.js';
import { type Limits } from './limits/settings.js';

/** Beside as many tunnels as there may be. A browser opens six at once; a class behind one address, some hundreds. */
const MORE_PER_CLIENT = 512;
const MORE_IN_ALL = 1024;

export interface ConnectionLimits {
  readonly perClient: number;
  readonly total: number;
}

export const connectionLimits = ({ tunnels }: Pick<Limits, 'tunnels'>): ConnectionLimits => ({
  perClient: tunnels.perClient + MORE_PER_CLIENT,
  total: tunnels.total + MORE_IN_ALL,
});

export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #isProxy: (address: string) => boolean;
  readonly #sockets = new Set<Socket>();
  readonly #ofClient = new Map<string, number>();

  /** @param isProxy whether many clients come from this address */
  constructor(limits: ConnectionLimits, isProxy: (address: string) => boolean) {
    this.#limits = limits;
    this.#isProxy = isProxy;
  }

  /** One too many is cut off without a word. */
  came(socket: Socket): void {
    const { remoteAddress = '' } = socket;
    const client = clientKey(remoteAddress);
    const count = this.#ofClient.get(client) ?? 0;
    const isFull = count >= this.#limits.perClient && !this.#isProxy(remoteAddress);
    if (isFull || this.#sockets.size >= this.#limits.total) return void socket.destroy();
    this.#sockets.add(socket);
    this.#ofClient.set(client, count + 1);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const left = this.#ofClient.get(client)! - 1;
      if (left > 0) this.#ofClient.set(client, left);
      else this.#ofClient.delete(client);
    });
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
