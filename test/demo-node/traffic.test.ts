import { expect, test } from 'vitest';
import { INITIAL_HEIGHT, withHistory } from '../../bridge/demo-node/history.js';
import { Traffic } from '../../bridge/demo-node/traffic.js';
import { FakeClock } from '../peer/fake-clock.js';

/** A visitor whose session fails in one of these ways, or in none; `heard` tells how often each was called. */
function visitor(faulty?: 'announceTransaction' | 'announceBlocks' | 'sendDecoy') {
  const heard = { announceTransaction: 0, announceBlocks: 0, sendDecoy: 0 };
  const closed: string[] = [];
  const call = (name: keyof typeof heard) => () => {
    heard[name]++;
    if (name === faulty) throw new Error(`no ${name}`);
  };
  return {
    heard,
    closed,
    announceTransaction: call('announceTransaction'),
    announceBlocks: call('announceBlocks'),
    sendDecoy: call('sendDecoy'),
    close: (reason: string) => void closed.push(reason),
  };
}

test.each(['announceTransaction', 'announceBlocks', 'sendDecoy'] as const)(
  'a fault of one visitor in %s ends that visit alone, and the news go on',
  (name) => {
    const clock = new FakeClock();
    const faulty = visitor(name);
    const other = visitor();
    const ledger = withHistory();
    const traffic = new Traffic({ ledger, clock, visitors: new Set([faulty, other]), everyMs: 1000 });
    traffic.update();
    for (let i = 0; i < 8; i++) clock.advance(1000);
    traffic.stop();
    expect(new Set(faulty.closed)).toEqual(new Set([`no ${name}`]));
    expect(other.closed).toEqual([]);
    expect(other.heard).toEqual({ announceTransaction: 7, announceBlocks: 8, sendDecoy: 2 });
    expect(ledger.chain.height).toBe(INITIAL_HEIGHT + 1);
  },
);
