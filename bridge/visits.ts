/**
 * Connections that ask for the page or the API, until they become tunnels. Node's server bounds how slowly a request
 * may come, but not how slowly its answer may be taken, nor how many requests are sent ahead of it (hundreds fit one
 * read, each of which costs kilobytes); and it keeps for ever who sends an empty line now and then after an answer.
 */
import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Clock } from './clock.js';

/** To be asked something. More than Node's server itself allows those who just say nothing. */
const ASK_MS = 10_000;

/** To take an answer, the slowest one too: of the page's largest file two KiB a second. */
const TAKE_MS = 120_000;

/** Requests sent ahead of an answer: browsers send none, and proxies neither. */
const MAX_AHEAD = 8;

interface Visit {
  /** When it came, or took its last answer. */
  since: number;
  unanswered: number;
}

export class Visits {
  readonly #clock: Clock;
  readonly #visits = new Map<Socket, Visit>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  came(socket: Socket): void {
    this.#visits.set(socket, { since: this.#clock.now(), unanswered: 0 });
    socket.once('close', () => this.#visits.delete(socket));
  }

  /** @returns whether to answer */
  asked(socket: Socket, response: ServerResponse): boolean {
    const visit = this.#visits.get(socket);
    if (visit === undefined || socket.destroyed) return false;
    if (visit.unanswered > MAX_AHEAD) {
      socket.destroy();
      return false;
    }
    if (visit.unanswered === 0) visit.since = this.#clock.now();
    visit.unanswered += 1;
    response.once('close', () => {
      visit.unanswered -= 1;
      visit.since = this.#clock.now();
    });
    return true;
  }

  /** It wants to be a tunnel. @returns whether it may: an answer under way would end up among the tunnel's bytes */
  upgrades(socket: Socket): boolean {
    const mayLeave = this.#visits.get(socket)?.unanswered === 0;
    this.#visits.delete(socket);
    return mayLeave;
  }

  /** To be called now and then: ends those that live beyond their time. */
  check(now: number): void {
    for (const [socket, { since, unanswered }] of this.#visits)
      if (now - since > (unanswered > 0 ? TAKE_MS : ASK_MS)) socket.destroy();
  }
}
