/** The contents of a row of the event log (`event-log.ts`). */
import type { DepositStage } from '../contract/deposit-stages.ts';
import type { WithdrawalStage } from '../contract/withdrawal-stages.ts';
import type { DividendState } from '../domain/dividend.ts';
import type { ReferenceTable } from './reference-tables.ts';

/** Transfers with consecutive numbers. */
export type SeqRange = readonly [first: number, last: number];

export type LoggedEvent =
  | { readonly event: 'account-opened' | 'account-changed'; readonly accountId: number }
  /** Operators have written a note about the account, or changed its tags. */
  | { readonly event: 'account-annotated'; readonly accountId: number }
  | { readonly event: 'key-created' | 'key-changed' | 'key-revoked'; readonly apiKey: string }
  | { readonly event: 'ban-changed'; readonly ip: string }
  /** A row of the reference data was written; `name` is its key. */
  | { readonly event: 'reference-changed'; readonly table: ReferenceTable; readonly name: string }
  /** Withdrawals that reached a stage without a transfer of their own in the same commit. */
  | { readonly event: 'withdrawal-stage'; readonly stage: WithdrawalStage; readonly ids: readonly string[] }
  | { readonly event: 'deposit-stage'; readonly stage: DepositStage; readonly ids: readonly string[] }
  /** Without a transfer or a new stage: sent again, or found in another block or in none. */
  | { readonly event: 'withdrawal-changed' | 'deposit-changed'; readonly ids: readonly string[] }
  | { readonly event: 'change-proposed' | 'change-decided'; readonly id: string }
  /** An account owes more, because a credit was taken back that it had spent. Payments are transfers. */
  | { readonly event: 'amount-owed'; readonly accountId: number; readonly asset: string }
  | { readonly event: 'dividend-state'; readonly tranId: number; readonly state: DividendState | 'deleted' }
  /** The blocks of a network up to this height have been scanned. */
  | { readonly event: 'chain-scanned'; readonly network: string; readonly height: number }
  /**
   * The only event of the row that stands for all deleted ones up to its number. Readers never receive it.
   * `lastTransfer`: the highest number of a transfer of the deleted rows; 0 if they had none.
   */
  | { readonly event: 'pruned'; readonly lastTransfer: number };
