import { type Handshake, type RawV2 } from './raw-v2.js';
import { politeAnswers, type Answers, type Visit } from './visit.js';

/**
 * What whoever connects to it does, a real node as much as our own peer:
 *
 * - accepts: BIP324 allows it, and the session goes on;
 * - ignores: it leaves out what it cannot use, and the session goes on;
 * - waits: for what does not come, until a time-out of its own;
 * - disconnects: at once, since the rule that was broken leaves no other way;
 * - retries: it was hung up on without a byte, so that another try with v1 may help;
 * - reports: it was hung up on, and can only say where.
 */
export type Effect = 'accepts' | 'ignores' | 'waits' | 'disconnects' | 'retries' | 'reports';

/** One way in which the demo node misbehaves, or does something odd that is allowed. */
export interface Misbehaviour {
  /** In kebab-case: `NAME.demo` is its address. */
  readonly name: string;
  /** What it does, one short sentence. */
  readonly title: string;
  readonly phase: 'handshake' | 'session';
  readonly effect: Effect;
  /** Plays it. Afterwards the connection stays open, unless it was closed, and goes on as far as it can. */
  readonly play: (visit: Visit) => Promise<void>;
}

/** A handshake that is right but for `options`, and a session after it. */
export const handshakeWith =
  (options: Handshake) =>
  async (visit: Visit): Promise<void> => {
    const raw = visit.raw();
    await raw.handshake(options);
    await visit.negotiate(raw, {}, options);
  };

/** A handshake that leads nowhere. */
export const brokenHandshake =
  (options: Handshake) =>
  async (visit: Visit): Promise<void> =>
    visit.raw().handshake(options);

/** Something in a session that is ready. */
export const inSession =
  (script: (raw: RawV2, visit: Visit) => Promise<void>, answers: Answers = politeAnswers) =>
  async (visit: Visit): Promise<void> => {
    const raw = visit.raw(answers);
    await raw.handshake();
    await visit.negotiate(raw);
    await script(raw, visit);
  };
