import { toHex } from '../../../shared/bytes.js';
import { ask } from '../../store/client.js';

/** The bytes of a block or a transaction, to be copied. */
export async function rawHex(of: 'block' | 'transaction', id: string): Promise<string> {
  const bytes = await ask('exploreRaw', { of, id });
  if (bytes === undefined) throw new Error('it is no longer kept');
  return toHex(bytes);
}
