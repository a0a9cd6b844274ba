import { readPublicKey } from '../../../../command/account/public-key.ts';
import { unwrap } from '../../../../command/outcome.ts';
import { isRejection, type Rejection, reject } from '../../../../contract/errors.ts';
import type { createSubAccountKey } from '../../../../contract/sapi/sub-account/key-create.ts';
import { trustedOnly, unrestricted } from '../../../../contract/sapi/sub-account/key-restrict.ts';
import type { ValuesOf } from '../../../../contract/schema.ts';
import type { Row } from '../../../../store/tables.ts';
import { emailInForm } from '../../../family.ts';
import type { Caller, HandlerParts } from '../../../handler.ts';
import type { ApiKey } from '../../../key-ring.ts';
import { readGrants, viewGrants } from './key-grants.ts';

type Values = ValuesOf<typeof createSubAccountKey.parameters>;

/** Both versions create a key in the same way. */
export async function createKey(
  values: Values,
  { account, key, notAfterMs }: Caller & { readonly account: Row<'accounts'>; readonly key: ApiKey },
  { commands, makeKey, encryptSecret }: HandlerParts,
) {
  const ipAllowList = readAddresses(values);
  if (isRejection(ipAllowList)) return ipAllowList;
  const granted = readGrants(values, key);
  if (isRejection(granted)) return granted;
  const registered = values.publicKey === undefined ? undefined : readPublicKey(pemOf(values.publicKey));
  if (registered && 'wrong' in registered)
    return reject('parameter-invalid', { parameter: 'publicKey', reason: `it ${registered.wrong}` });
  const { apiKey, secretKey } = makeKey();
  const order = {
    masterId: account.id,
    email: emailInForm(values.email),
    apiKey,
    name: values.apiName,
    permissions: (['reading', 'trading', 'universal-transfers'] as const).filter(
      (each) => each === 'reading' || granted[each],
    ),
    ipAllowList,
    ...(registered ? { registered } : { encryptedSecret: encryptSecret(secretKey) }),
  };
  const outcome = unwrap(await commands.submit('createSubAccountKey', order, notAfterMs));
  if (isRejection(outcome)) return outcome;
  const { done } = outcome;
  return {
    apiName: values.apiName,
    apiKey,
    ...(done.keyType === 'hmac' && { secretKey }),
    ...viewGrants(done.permissions),
    status: done.ipAllowList.length > 0 ? trustedOnly : unrestricted,
    ipList: [...done.ipAllowList],
  };
}

function readAddresses({
  status,
  ipAddress = [],
}: Values): readonly string[] | Rejection<'operation-unsupported' | 'parameter-missing'> {
  if (status === unrestricted) return [];
  if (status !== trustedOnly) return reject('operation-unsupported');
  return ipAddress.length > 0 ? ipAddress : reject('parameter-missing', { parameter: 'ipAddress' });
}

const lineLength = 64;

/**
 * A public key as PEM, which may have been sent as its base64 alone. In a form, a `+` that is not percent-encoded
 * decodes to a space.
 */
function pemOf(text: string): string {
  const base64 = text
    .replaceAll(/-----(BEGIN|END)[ +]PUBLIC[ +]KEY-----/g, '')
    .replaceAll(/[\r\n]/g, '')
    .trim()
    .replaceAll(' ', '+');
  if (!/^[A-Za-z0-9+/=]+$/.test(base64)) return text;
  const lines = base64.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
}
