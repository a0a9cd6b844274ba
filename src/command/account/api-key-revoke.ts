/** Deletes an API key. */
import { reject } from '../../contract/errors.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { accountByEmail, apiKeyNamed } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type ApiKeyRevocation = {
  readonly operator: Operator;
  readonly email: string;
  readonly apiKey: string;
};

export const revokeApiKey: Command<
  ApiKeyRevocation,
  { readonly apiKey: string },
  'account-unknown' | 'api-key-unknown'
> = {
  name: 'api-key-revoke',
  prefetch: [({ email, apiKey }) => [accountByEmail(normaliseEmail(email)), apiKeyNamed(apiKey)]],
  decide({ operator, apiKey, ...revocation }, rows, context) {
    const email = normaliseEmail(revocation.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const key = rows.one(apiKeyNamed(apiKey));
    if (key?.accountId !== account.id) {
      return reject('api-key-unknown', { apiKey, email });
    }
    const work = new UnitOfWork(rows, context);
    work.write({ delete: 'api_keys', key: { apiKey } });
    work.audit(operator, 'api-key-revoke', email, { apiKey });
    return work.reply({ apiKey });
  },
};
