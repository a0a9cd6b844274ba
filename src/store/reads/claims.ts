/** Claims of withdrawals on manual networks, and the addresses that can be given to customers there. */
import type { ClaimState } from '../../contract/withdrawal-stages.ts';
import type { Row } from '../tables.ts';

/** The states in which a claim has not ended. */
export type OpenClaimState = Exclude<ClaimState, 'released' | 'ended'>;

export type ClaimReads = {
  /** Claims in a state, of all networks or of one, by id, which is the order of submission of their withdrawals. */
  claimsInState(
    state: OpenClaimState,
    network: string | undefined,
    afterId: string,
    limit: number,
  ): Promise<readonly Row<'withdrawal_claims'>[]>;
  /** The claims with these ids, in no particular order. */
  claimsNamed(ids: readonly string[]): Promise<readonly Row<'withdrawal_claims'>[]>;
  /** Queued withdrawals of all manual networks or of one, oldest first. */
  withdrawalsToClaim(
    network: string | undefined,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** Held claims, the one that expires first first. */
  heldClaims(limit: number): Promise<readonly Row<'withdrawal_claims'>[]>;
  /** Imported addresses of a group that no account has, in the order of their import. */
  freeAddresses(addressGroup: string, limit: number): Promise<readonly Row<'address_pool'>[]>;
  /** The number of imported addresses that no account has, by address group; groups without any are absent. */
  countFreeAddresses(): Promise<ReadonlyMap<string, number>>;
  /** Time at which an imported address of a group was given to an account: the newest use (1), or an earlier one. */
  timeOfUse(addressGroup: string, nth: number): Promise<number | undefined>;
};
