/**
 * Records the requests of the clients and their replies. Amounts are drawn so that no two requests for an asset are alike:
 * every row can be matched to one request, even if its id was never reported to anybody.
 */
import type { Answer } from './server-process.ts';

export type Try = {
  /** `unknown`: sent but not answered; only the data can show. */
  state: 'unknown' | 'done' | 'absent';
  /** The id in the reply: of a withdrawal or deposit, or a sequence number. */
  id?: string;
};

export type WithdrawalTry = Try & {
  readonly who: string;
  readonly asset: string;
  readonly units: bigint;
  readonly address: string;
  readonly addressTag: string;
  readonly orderId: string | null;
};
export type TransferTry = Try & {
  readonly from: string;
  readonly to: string;
  readonly asset: string;
  readonly units: bigint;
};
export type WalletTransferTry = Try & {
  readonly who: string;
  readonly from: 'spot' | 'funding';
  readonly asset: string;
  readonly units: bigint;
};
export type DustTry = Try & { readonly who: string };
export type DepositTry = Try & {
  readonly asset: string;
  readonly address: string;
  readonly addressTag: string;
  readonly units: bigint;
  readonly txId: string;
};
export type Decision = { readonly id: string; readonly how: 'approve' | 'reject' | 'fail' };

export class Journal {
  readonly withdrawals: WithdrawalTry[] = [];
  readonly transfers: TransferTry[] = [];
  readonly walletTransfers: WalletTransferTry[] = [];
  readonly conversions: DustTry[] = [];
  readonly deposits: DepositTry[] = [];
  /** Acknowledged decisions only. */
  readonly decisions: Decision[] = [];
  /** Requests with an order id that were not answered in the last round. */
  open: WithdrawalTry[] = [];
  /** Replies that must never occur. */
  readonly violations: string[] = [];
  /** Whether 503 (not done) and 504 (unknown) are allowed. */
  readonly storeMayFail: boolean;
  #serial = 0;

  constructor(storeMayFail = false) {
    this.storeMayFail = storeMayFail;
  }

  serial(): number {
    this.#serial += 1;
    return this.#serial;
  }
}

/** Records the outcome of an attempt: unanswered, done with an id, or rejected. */
export function recordOutcome(
  journal: Journal,
  tried: Try,
  answer: Answer | null,
  // biome-ignore lint/suspicious/noExplicitAny: replies of all operations
  idOf: (body: any) => string,
): void {
  if (answer === null) return;
  const { status, body } = answer;
  if (status < 300) {
    tried.state = 'done';
    tried.id = idOf(body);
  } else if (status < 500 || (journal.storeMayFail && status === 503)) tried.state = 'absent';
  else if (!(journal.storeMayFail && status === 504))
    journal.violations.push(`a reply of ${status}: ${JSON.stringify(body)}`);
}

/** Whether an answer says nothing about an earlier attempt: unknown, not done this time, or too late. */
export function isInconclusive(answer: Answer | null): boolean {
  return answer === null || [503, 504].includes(answer.status) || answer.body.code === -1021;
}
