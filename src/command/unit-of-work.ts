/**
 * The writes that a command decided on: transfers with the resulting balances, rows, and audit records.
 *
 * Posting a transfer that would overdraw a balance throws: it is a bug of the command, which must reject the request
 * first.
 */
import { customerOf, type LedgerAccount, type TransferKind, type Wallet } from '../domain/ledger/ledger.ts';
import type { Principal } from '../domain/operator/principal.ts';
import { balanceOf } from '../store/lookups.ts';
import type { Decided, DecisionContext, Rows, Write } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import { Custody } from './ledger/custody.ts';

export type Posting = {
  readonly kind: TransferKind;
  readonly asset: string;
  readonly amount: bigint;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  /** The id of the object that the transfer belongs to, for example a withdrawal, deposit or conversion. */
  readonly reference: string;
};

/** Who changes state, and why. */
export type Operator = {
  /** The name in the audit trail. */
  readonly actor: string;
  readonly reason: string;
  /** Who that is, as authentication has found out; absent if a part of this program acts. */
  readonly principal?: Principal;
};

type Balance = { -readonly [K in keyof Row<'balances'>]: Row<'balances'>[K] };

export class UnitOfWork {
  readonly #rows: Rows;
  readonly #context: DecisionContext;
  readonly #writes: Write[] = [];
  /** Balances by account. An array is enough, because a command touches few assets of each. */
  readonly #balances = new Map<number, Balance[]>();
  #custody: Custody | undefined;

  constructor(rows: Rows, context: DecisionContext) {
    this.#rows = rows;
    this.#context = context;
  }

  /** The time of the commit. */
  get nowMs(): number {
    return this.#context.nowMs;
  }

  get custody(): Custody {
    this.#custody ??= new Custody(this.#rows);
    return this.#custody;
  }

  free(accountId: number, asset: string, wallet: Wallet = 'spot'): bigint {
    return this.#balance(accountId, asset, wallet).free;
  }

  /** Posts a transfer. A transfer of zero is not recorded. */
  post(posting: Posting): void {
    if (posting.amount === 0n) return;
    if (posting.amount < 0n) throw new Error(`a transfer of ${posting.amount}`);
    this.#move(posting.debit, posting.asset, -posting.amount);
    this.#move(posting.credit, posting.asset, posting.amount);
    this.#writes.push({ insert: 'transfers', row: { at: this.#context.nowMs, ...posting } });
  }

  write(...writes: readonly Write[]): void {
    this.#writes.push(...writes);
  }

  /** Records a state change by an operator. */
  audit(operator: Operator, action: string, subject: string, details: unknown = {}): void {
    const { actor, reason } = operator;
    this.#writes.push({
      insert: 'audit',
      row: { at: this.#context.nowMs, actor, action, subject, reason, details },
    });
  }

  reply<R>(reply: R): Decided<R> {
    const writes = [...this.#writes];
    for (const balances of this.#balances.values()) {
      for (const row of balances) writes.push({ put: 'balances', row });
    }
    if (this.#custody !== undefined) writes.push(...this.#custody.writes());
    return { reply, writes };
  }

  #move(account: LedgerAccount, asset: string, change: bigint): void {
    const customer = customerOf(account);
    if (customer === null) return;
    const balance = this.#balance(customer.accountId, asset, customer.wallet);
    balance[customer.side] += change;
    if (balance[customer.side] < 0n) throw new Error(`${account} ${asset} would go below zero`);
  }

  #balance(accountId: number, asset: string, wallet: Wallet): Balance {
    const ofAccount = this.#balances.get(accountId) ?? [];
    for (const known of ofAccount) if (known.asset === asset && known.wallet === wallet) return known;
    const { free, held } = this.#rows.one(balanceOf(accountId, asset, wallet)) ?? { free: 0n, held: 0n };
    const balance = { accountId, asset, wallet, free, held };
    ofAccount.push(balance);
    this.#balances.set(accountId, ofAccount);
    return balance;
  }
}
