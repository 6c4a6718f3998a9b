import { useEffect, useState } from 'react';
import { ask } from '../../store/client.js';
import type { Questions } from '../../worker/protocol.js';

/** Asks again and again, one question at a time: what is asked meanwhile waits, and of that only the latest is asked. */
class Asker<Q extends keyof Questions> {
  #wanted: Questions[Q]['asks'] | undefined;
  #busy = false;
  readonly #about: Q;
  readonly #tell: (answer: Questions[Q]['answer']) => void;

  constructor(about: Q, tell: (answer: Questions[Q]['answer']) => void) {
    this.#about = about;
    this.#tell = tell;
  }

  want(asks: Questions[Q]['asks']): void {
    this.#wanted = asks;
    if (!this.#busy) void this.#run();
  }

  stop(): void {
    this.#wanted = undefined;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#wanted !== undefined) {
      const asks = this.#wanted;
      this.#wanted = undefined;
      const answer = await ask(this.#about, asks);
      if (answer !== undefined) this.#tell(answer);
    }
    this.#busy = false;
  }
}

/**
 * The latest answer to a question about the session on screen; undefined before the first.
 * @param version whenever it changes the question is asked again
 */
export function useAnswer<Q extends keyof Questions>(
  about: Q,
  asks: Questions[Q]['asks'],
  version: number,
): Questions[Q]['answer'] | undefined {
  const [answer, setAnswer] = useState<Questions[Q]['answer']>();
  const [asker] = useState(() => new Asker(about, (told) => setAnswer(() => told)));
  const question = JSON.stringify(asks);
  useEffect(() => {
    asker.want(JSON.parse(question) as Questions[Q]['asks']);
  }, [asker, question, version]);
  useEffect(() => () => asker.stop(), [asker]);
  return answer;
}
