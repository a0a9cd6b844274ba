/**
 * What the clients asked for and what they were told. Amounts are drawn so that no two tries of an asset are alike: a row
 * belongs to one try, also where nobody was told its id.
 */
import type { Answer } from './victim-process.ts';

export type Try = {
  /** `unknown`: asked, not answered; the data decide. */
  state: 'unknown' | 'done' | 'absent';
  /** What the reply named: a withdrawal's or deposit's id, a running number. */
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
  readonly conversions: DustTry[] = [];
  readonly deposits: DepositTry[] = [];
  /** Only those that were acknowledged. */
  readonly decisions: Decision[] = [];
  /** Tries with an order id that nobody answered in the last round. */
  open: WithdrawalTry[] = [];
  /** What a client saw that must never be. */
  readonly violations: string[] = [];
  /** Whether 503 (not done) and 504 (unknown) may be answered. */
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

/** Files what came of a try: nothing, a reply with an id, or a refusal. */
export function file(
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

/** Whether an answer leaves open what became of the try before it: unknown, not done this time, or too late. */
export function tellsNothing(answer: Answer | null): boolean {
  return answer === null || [503, 504].includes(answer.status) || answer.body.code === -1021;
}
