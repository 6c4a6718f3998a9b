import { parseAllow } from '../../bridge/allow.js';
import { type OwnPlace } from '../../bridge/own.js';
import { decide } from '../../bridge/policy.js';
import { FakeClock } from './support.js';

/** What the policy says of an address that is, or is not, the bridge's own. */
export async function judge(
  host: string,
  port: number,
  how: { place: OwnPlace; allow?: string[] },
): Promise<string> {
  const decision = await decide(
    { host, port },
    {
      allow: (how.allow ?? []).map(parseAllow),
      deny: [],
      proxied: undefined,
      resolve: () => Promise.resolve([]),
      clock: new FakeClock(),
      demo: undefined,
      own: { ofAddress: () => Promise.resolve(how.place), isPublicName: () => false },
    },
  );
  return decision.allowed ? 'allowed' : decision.refusal;
}
