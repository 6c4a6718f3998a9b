/** The demo node's other side: for each misbehaviour a responder on a port of its own, made when it is asked for. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type Clock } from '../../../shared/peer/index.js';
import { type RandomSource } from '../../../shared/random.js';
import { type NodeAddress } from '../../../shared/tunnel/address.js';
import { handshakeMisbehaviours } from './handshake.js';
import { type Misbehaviour } from './misbehaviour.js';
import { sessionMisbehaviours } from './session.js';
import { Visit } from './visit.js';

export { type Effect, type Misbehaviour } from './misbehaviour.js';

export const misbehaviours: readonly Misbehaviour[] = [...handshakeMisbehaviours, ...sessionMisbehaviours];

const byName = new Map(misbehaviours.map((row) => [row.name, row]));

export interface MisbehavingNodesOptions {
  host: string;
  clock: Clock;
  random: RandomSource;
  /** For all of them together; further ones are closed at once. */
  maxVisits: number;
}

export class MisbehavingNodes {
  readonly #options: MisbehavingNodesOptions;
  readonly #listening = new Map<string, Promise<NodeAddress | undefined>>();
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #closed = false;

  constructor(options: MisbehavingNodesOptions) {
    this.#options = options;
  }

  /** Where the node listens that misbehaves so; undefined when there is no such misbehaviour, or after `close`. */
  address(name: string): Promise<NodeAddress | undefined> {
    const row = byName.get(name);
    if (row === undefined || this.#closed) return Promise.resolve(undefined);
    let listening = this.#listening.get(name);
    if (listening === undefined) {
      listening = this.#listen(row);
      this.#listening.set(name, listening);
      // The next one who asks may have more luck.
      listening.catch(() => this.#listening.delete(name));
    }
    return listening;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#listening.values());
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  async #listen({ name, play }: Misbehaviour): Promise<NodeAddress | undefined> {
    const { host, clock, random, maxVisits } = this.#options;
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {});
      if (this.#sockets.size >= maxVisits || this.#closed) return void socket.destroy();
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      play(new Visit(socket, { name, clock, random })).catch(() => socket.destroy());
    });
    server.listen(0, host);
    await once(server, 'listening');
    // From here on a failure to accept concerns one connection.
    server.on('error', () => {});
    this.#servers.push(server);
    return { host, port: (server.address() as AddressInfo).port };
  }
}
