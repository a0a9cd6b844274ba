/** Fields about the claim of a withdrawal on a manual network, which several operations share. */
import { milliseconds, Type } from '../schema.ts';
import { claimStates } from '../withdrawal-stages.ts';
import { oneOf } from './fields.ts';

export const generation = Type.Integer({
  description:
    'Which claim of the withdrawal, from 1: with each claim after a release it grows. The request of a process that does not know that its claim was released is refused.',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
});
const owner = Type.String({
  description:
    'The only one who may send it: the id of an operator, `token:` and the id of an API token, or `bootstrap`.',
});
const state = oneOf(
  claimStates,
  'held: nothing is reported yet; unknown: the lease has expired, and a person must decide; sent: a transaction is reported; released: nothing was signed; ended: the withdrawal is completed or failed.',
);
export const heldClaim = {
  generation,
  owner,
  state,
  claimTime: milliseconds('Time of the claim'),
  expireTime: milliseconds('Time at which the lease expires while nothing is reported'),
};

/** A claim with its owner's name, and whether the caller is its owner. */
export const shownClaim = Type.Object({
  ...heldClaim,
  ownerName: Type.String({ description: 'The name of its owner in the audit trail.' }),
  isOwn: Type.Boolean({ description: 'Whether the caller is its owner.' }),
});
