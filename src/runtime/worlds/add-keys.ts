/** Adds API keys to a world. */

import type { EnginePort } from '../../engine/engine-port.ts';
import type { MissingKey } from '../../lab/worlds/world-keys.ts';
import { type Outcome, StoreFault } from '../../store/port.ts';

const operator = { actor: 'lab', reason: 'the keys of a world' };

/** Adds the keys whose accounts exist, and takes all of them from the list. */
export async function addKeys(
  keys: MissingKey[],
  { reads, commands }: Pick<EnginePort, 'reads' | 'commands'>,
): Promise<void> {
  for (let key = keys[0]; key !== undefined; key = keys[0]) {
    const { email, apiKey, permissions, ipAllowList, expiresAt, ...secret } = key;
    const isPossible =
      (await reads.row('api_keys', { apiKey })) === undefined &&
      (await reads.row('accounts', { email })) !== undefined;
    if (isPossible) {
      const limits = { permissions, ipAllowList, expiresAtMs: expiresAt, demo: false };
      const input = { operator, email, apiKey, ...credentialOf(secret), ...limits };
      const outcome = await commands.submit('createApiKey', input);
      if (!('done' in outcome)) throw errorOf(email, outcome);
    }
    keys.shift();
  }
}

/** The database may be unavailable, or its disk full. */
function errorOf(email: string, outcome: Exclude<Outcome, { readonly done: unknown }>): Error {
  const message = `the key of ${email} cannot be added: ${JSON.stringify(outcome)}`;
  return 'fault' in outcome && outcome.fault !== 'bug'
    ? new StoreFault(outcome.fault, message)
    : new Error(message);
}

function credentialOf({
  keyType,
  encryptedSecret,
  publicKey,
}: Pick<MissingKey, 'keyType' | 'encryptedSecret' | 'publicKey'>) {
  return keyType === 'hmac'
    ? { encryptedSecret: String(encryptedSecret) }
    : { registered: { keyType, publicKey: String(publicKey) } };
}
