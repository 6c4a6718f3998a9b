/**
 * Whether a slow peer takes anything at all. The system takes megabytes for a connection, and asks for more only once
 * about a third of them has gone: at 16 KiB/s more than a minute in which nothing is heard of bytes that move all the
 * time. Node tells nothing of what lies there; Linux does, in a table of all connections (proc(5), /proc/net/tcp).
 * Where there is no such table, a peer has moved when the system asks for more.
 */
import { readFile } from 'node:fs/promises';
import { type Socket } from 'node:net';
import { endianness } from 'node:os';
import ipaddr from 'ipaddr.js';
import { type Direction } from './direction.js';

const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];

/** The table is as long as the machine has connections. */
const LOOK_EVERY_MS = 2500;

/** From one side of a tunnel to the other. */
export interface Way {
  /** To where the bytes go; undefined before the node answered. */
  readonly socket: Socket | undefined;
  readonly direction: Direction;
}

export type ReadTable = (path: string) => Promise<string>;

export class SendQueues {
  /** How many bytes lay there at the last look. */
  readonly #lengths = new WeakMap<Socket, number>();
  readonly #everyMs: number;
  readonly #readTable: ReadTable;
  #lookAgainAt = 0;
  #looking = false;

  /** @param stallMs within which peers must be looked at some times */
  constructor(stallMs: number, readTable: ReadTable = (path) => readFile(path, 'latin1')) {
    this.#everyMs = Math.min(LOOK_EVERY_MS, stallMs / 4);
    this.#readTable = readTable;
  }

  /** To be called now and then: looks, if it is time, at those who were not heard of for a while. */
  check(now: number, tunnels: Iterable<{ readonly ways: readonly Way[] }>): void {
    if (this.#looking || now < this.#lookAgainAt) return;
    this.#lookAgainAt = now + this.#everyMs;
    const waiting = Array.from(tunnels, ({ ways }) => ways)
      .flat()
      .filter(({ direction }) => direction.stuckFor(now) >= this.#everyMs);
    if (waiting.length === 0) return;
    this.#looking = true;
    void this.#look(waiting).finally(() => (this.#looking = false));
  }

  async #look(waiting: readonly Way[]): Promise<void> {
    const tables = await Promise.all(TABLES.map((path) => this.#readTable(path).catch(() => '')));
    const lengths = new Map(tables.flatMap(readQueues));
    for (const { socket, direction } of waiting) {
      if (socket === undefined || socket.destroyed) continue;
      const key = rowKey(socket);
      const length = key === undefined ? undefined : lengths.get(key);
      const before = this.#lengths.get(socket);
      if (length === undefined) continue;
      this.#lengths.set(socket, length);
      if (before !== undefined && length !== before) direction.moved();
    }
  }
}

/** Rows are `sl: local remote state sent:received …`, numbers hexadecimal. */
export function readQueues(table: string): [key: string, length: number][] {
  const rows = table.matchAll(/^ *\d+: ([\dA-F]+:[\dA-F]{4} [\dA-F]+:[\dA-F]{4}) [\dA-F]{2} ([\dA-F]{8}):/gm);
  return Array.from(rows, ([, key, length]) => [key!, parseInt(length!, 16)]);
}

/** As the table names a connection. */
export function rowKey(
  socket: Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>,
): string | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (localAddress === undefined || localPort === undefined) return undefined;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return `${place(localAddress, localPort)} ${place(remoteAddress, remotePort)}`;
}

function place(address: string, port: number): string {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  // Words as the processor keeps them.
  if (endianness() === 'LE') bytes.swap32();
  return `${bytes.toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}
