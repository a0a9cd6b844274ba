/** How the operations on keys of sub-accounts read and show permissions. */
import { type Rejection, reject } from '../../../../contract/errors.ts';
import type { Permission } from '../../../../contract/permission.ts';

type Flag = boolean | undefined;

export type Grants = {
  readonly canTrade: Flag;
  readonly canMarginLoanRepay: Flag;
  readonly canFuturesTrade: Flag;
  readonly canUniversalTransfer: Flag;
  readonly canVanillaOptions: Flag;
};

/** @returns the permissions that are granted or taken away, or a rejection if one of them is not served here. */
export function readGrants(
  grants: Grants,
): { readonly trading: Flag; readonly 'universal-transfers': Flag } | Rejection<'operation-unsupported'> {
  if (grants.canMarginLoanRepay || grants.canFuturesTrade || grants.canVanillaOptions)
    return reject('operation-unsupported');
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
