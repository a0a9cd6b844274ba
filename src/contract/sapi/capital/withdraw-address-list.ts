import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

/**
 * The address book of the account, oldest entry first.
 * deviation: operators keep the address book; the `name` of a withdrawal adds no entry.
 */
export const capitalWithdrawAddressList = operation({
  id: 'capitalWithdrawAddressList',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/withdraw/address/list'],
  weights: { address: 10 },
  summary: 'List the address book of an account.',
  reply: Type.Array(
    Type.Object({
      address: Type.String(),
      addressTag: Type.String({ description: 'Empty if there is none.' }),
      coin: Type.String(),
      name: Type.String({ description: 'A label.' }),
      network: Type.String(),
      origin: Type.String({ description: 'More about the origin if its type is `others`.' }),
      originType: Type.String({ description: 'An exchange or a wallet, or `others`.' }),
      whiteStatus: Type.Boolean({
        description: 'Whether it counts as whitelisted now: after the cooling-off time of the exchange.',
      }),
    }),
  ),
});
