/** BIP324, 9 of the checklist: what led to the session keys, and the keys themselves, are overwritten once used. */
import { describe, expect, test } from 'vitest';
import { V2Transport } from '../../shared/bip324/index.js';
import { nobleEngine, type Engine } from '../../shared/engine/index.js';
import { network, side } from './helpers.js';

/** noble's engine, and every array of key material that passes between it and the transport. */
function watched(): { engine: Engine; secrets: Map<string, Uint8Array> } {
  const secrets = new Map<string, Uint8Array>();
  const engine: Engine = {
    ...nobleEngine,
    ellswiftCreate(random) {
      const pair = nobleEngine.ellswiftCreate(random);
      secrets.set('secret key', pair.secretKey);
      return pair;
    },
    xOnlyEcdh(secretKey, x) {
      const shared = nobleEngine.xOnlyEcdh(secretKey, x);
      secrets.set('shared x', shared);
      return shared;
    },
    opener(keyL, keyP, options) {
      secrets.set('receiving length key', keyL).set('receiving packet key', keyP);
      return nobleEngine.opener(keyL, keyP, options);
    },
    sealer(keyL, keyP) {
      secrets.set('sending length key', keyL).set('sending packet key', keyP);
      return nobleEngine.sealer(keyL, keyP);
    },
  };
  return { engine, secrets };
}

const left = (secrets: Map<string, Uint8Array>) =>
  [...secrets].filter(([, bytes]) => bytes.some((byte) => byte !== 0)).map(([name]) => name);

describe('without an observer', () => {
  test.each(['initiator', 'responder'] as const)('the %s keeps nothing once both sides are ready', (role) => {
    const { engine, secrets } = watched();
    const ours = V2Transport[role]({ network, engine });
    const { transport: theirs } = side(role === 'initiator' ? 'responder' : 'initiator');
    for (let flight = 0; flight < 3; flight++) {
      theirs.receive(ours.takeOutput());
      ours.receive(theirs.takeOutput());
    }
    expect(ours.state).toEqual({ receive: 'application', send: 'ready' });
    expect(secrets.size).toBe(6);
    expect(left(secrets)).toEqual([]);
  });

  test('an end before the peer’s key wipes the secret key', () => {
    const { engine, secrets } = watched();
    const transport = V2Transport.initiator({ network, engine });
    expect(left(secrets)).toEqual(['secret key']);
    transport.end();
    expect(left(secrets)).toEqual([]);
  });
});
