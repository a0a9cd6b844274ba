/** Reads and renders permissions, for the operations on keys of sub-accounts. */
import { type Rejection, reject } from '../../../../contract/errors.ts';
import type { Permission } from '../../../../contract/permission.ts';
import type { ApiKey } from '../../../key-ring.ts';

type Flag = boolean | undefined;

export type Grants = {
  readonly canTrade: Flag;
  readonly canMarginLoanRepay: Flag;
  readonly canFuturesTrade: Flag;
  readonly canUniversalTransfer: Flag;
  readonly canVanillaOptions: Flag;
};

/**
 * deviation: a key cannot grant a permission that it lacks; the documentation does not mention this.
 *
 * @param granter the key that signed the request. Operations on keys require its permission to trade.
 * @returns the permissions that are granted or taken away, or a rejection if one of them is not served here.
 */
export function readGrants(
  grants: Grants,
  granter: Pick<ApiKey, 'permissions'>,
):
  | { readonly trading: Flag; readonly 'universal-transfers': Flag }
  | Rejection<'operation-unsupported' | 'permission-missing'> {
  if (grants.canMarginLoanRepay || grants.canFuturesTrade || grants.canVanillaOptions)
    return reject('operation-unsupported');
  if (grants.canUniversalTransfer && !granter.permissions.has('universal-transfers'))
    return reject('permission-missing');
  return { trading: grants.canTrade, 'universal-transfers': grants.canUniversalTransfer };
}

export function viewGrants(permissions: readonly Permission[]) {
  return {
    canTrade: permissions.includes('trading'),
    canMarginLoanRepay: false as const,
    canFuturesTrade: false as const,
    canUniversalTransfer: permissions.includes('universal-transfers'),
    canVanillaOptions: false as const,
  };
}
