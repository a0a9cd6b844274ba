/** Begins and ends the later effects of faults. */
import { hash } from 'node:crypto';
import type { ChainService, TransactionAction } from '../../chain/service.ts';
import type { Timeline } from '../../clock/clock.ts';
import type { DoneWork } from '../../clock/world-timeline.ts';
import { depositStagesShown } from '../../contract/deposit-status.ts';
import { deriveTransactionId } from '../../domain/address/address.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { isInternalTransfer } from '../../domain/ledger/internal-transfer.ts';
import { isFinal } from '../../domain/withdrawal/withdrawal-stage.ts';
import { StoreFault } from '../../store/port.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import type { Effect, LastingEffect, LastingKind } from './effect.ts';
import { EffectBook, type SavedEffects } from './effect-book.ts';
import { lateReads } from './late-reads.ts';
import { reorganiseNewest } from './reorganise-newest.ts';

export type EffectParts = {
  readonly reads: Pick<Reads, 'deposits' | 'withdrawals'>;
  readonly chainService: Pick<
    ChainService,
    'controlTransaction' | 'mineBlocks' | 'receiveDeposit' | 'reorganiseAway'
  >;
  readonly catalog: () => Catalog;
  readonly world: Timeline;
  /** A 32-bit number. */
  readonly randomSeed: () => number;
};

/** The request that a fault has hit, with its account and its withdrawal. */
export type EffectTarget = {
  readonly firingId: string;
  readonly accountId: number | null;
  readonly withdrawalId: string | null;
  /** The id of the operation that was asked for. */
  readonly operation: string;
};

type OfWithdrawal = Extract<
  Effect,
  { kind: 'history-lag' | 'status-late' | 'stuck' | 'dropped-transaction' | 'chain-failure' }
>;

const operator = { actor: 'lab', reason: 'The network has refused the transaction.' };

export class Effects {
  readonly #parts: EffectParts;
  readonly #book: EffectBook;

  constructor(parts: EffectParts) {
    this.#parts = parts;
    this.#book = new EffectBook(parts.world);
  }

  save(): SavedEffects {
    return this.#book.save();
  }

  /** To be called before there are effects. */
  restore(saved: SavedEffects): void {
    this.#book.restore(saved);
    const nowMs = this.#parts.world.now();
    for (const { id, kind, subject, until } of saved.entries)
      if (kind === 'stuck' && until !== null) this.#releaseAfter(until - nowMs, id, subject);
  }

  async list(): Promise<readonly LastingEffect[]> {
    await this.#endThoseOfFinalWithdrawals();
    return this.#book.list();
  }

  /** The ends of effects that are only noticed when a history is read. */
  ends(): readonly DoneWork[] {
    return this.#book.ending().map(({ id, until }) => ({ at: until, what: 'effect', id }));
  }

  async #endThoseOfFinalWithdrawals(): Promise<void> {
    for (const [accountId, subjects] of this.#book.indefiniteSubjects()) {
      const page = { limit: subjects.size, offset: 0 };
      const rows = await this.#parts.reads.withdrawals(accountId, { ids: [...subjects] }, page);
      for (const { id, settledAt } of rows.filter((row) => isFinal(row.stage))) {
        this.#book.startCountdown('status-late', id, settledAt ?? 0);
        if (this.#book.endIndefinite('stuck', id)) await this.#control(id, 'release');
      }
    }
  }

  /** @returns whether it was in force. */
  async end(id: string): Promise<boolean> {
    const ended = this.#book.end(id);
    if (ended?.kind === 'stuck') await this.#control(ended.subject, 'release');
    return ended !== undefined;
  }

  /** The reads of an operation that shows histories. */
  readsOf(reads: Reads): Reads {
    return lateReads(reads, this.#book);
  }

  /** An effect without a target (no withdrawal, no deposit) is skipped. */
  async begin(effects: readonly Effect[], target: EffectTarget): Promise<void> {
    for (const effect of effects) await this.#begin(effect, target);
  }

  async #begin(effect: Effect, target: EffectTarget): Promise<void> {
    switch (effect.kind) {
      case 'deposit-history-lag':
      case 'duplicate-deposit':
        return this.#beginOnDeposit(effect, target);
      case 'reorg':
      case 'reorg-after-credit':
        return reorganiseNewest(this.#parts, effect.kind, target);
      default:
        return this.#beginOnWithdrawal(effect, target);
    }
  }

  async #beginOnDeposit(
    effect: Extract<Effect, { kind: 'deposit-history-lag' | 'duplicate-deposit' }>,
    { firingId, accountId }: EffectTarget,
  ): Promise<void> {
    const deposit = accountId === null ? undefined : await this.#newestDeposit(accountId);
    if (deposit === undefined) return;
    if (effect.kind === 'duplicate-deposit') return this.#depositAgain(deposit);
    return this.#addLasting(effect, firingId, { accountId: deposit.accountId, subject: deposit.id });
  }

  async #beginOnWithdrawal(
    effect: OfWithdrawal,
    { firingId, accountId, withdrawalId }: EffectTarget,
  ): Promise<void> {
    if (withdrawalId === null) return;
    if (effect.kind === 'chain-failure') await this.#control(withdrawalId, 'fail');
    else if (effect.kind === 'dropped-transaction') await this.#control(withdrawalId, 'drop');
    else if (accountId !== null) {
      if (effect.kind === 'stuck' && !(await this.#control(withdrawalId, 'hold'))) return;
      await this.#addLasting(effect, firingId, { accountId, subject: withdrawalId });
    }
  }

  /** @returns whether the transaction of the withdrawal allows it. */
  async #control(withdrawalId: string, action: TransactionAction): Promise<boolean> {
    const { chainService } = this.#parts;
    return 'done' in (await chainService.controlTransaction({ withdrawalId }, action, operator));
  }

  async #addLasting(
    effect: Extract<Effect, { kind: LastingKind }>,
    firingId: string,
    target: { readonly accountId: number; readonly subject: string },
  ): Promise<void> {
    const { subject } = target;
    const oldest = this.#book.makeRoom();
    const { kind, seconds } = effect;
    const { id } = this.#book.begin({ kind, firingId, ...target, seconds });
    if (kind === 'stuck' && seconds !== null) this.#releaseAfter(seconds * 1000, id, subject);
    if (oldest?.kind === 'stuck') await this.#release(oldest.id, oldest.subject);
  }

  #releaseAfter(ms: number, id: string, withdrawalId: string): void {
    this.#parts.world.after(ms, () => this.#release(id, withdrawalId), {
      ref: false,
      label: { what: 'effect', id },
    });
  }

  async #release(id: string, withdrawalId: string): Promise<void> {
    this.#book.end(id);
    // If this fails, the transaction stays out of the blocks until it is sent again.
    await this.#control(withdrawalId, 'release').catch(ignoreStoreFault);
  }

  /** Undefined if the account has none that came by a chain. */
  async #newestDeposit(accountId: number): Promise<Row<'deposits'> | undefined> {
    const page = { limit: 100, offset: 0, newestFirst: true };
    const rows = await this.#parts.reads.deposits(accountId, { stages: depositStagesShown() }, page);
    return rows.find(({ txId }) => !isInternalTransfer(txId));
  }

  async #depositAgain({
    network,
    txId,
    outputIndex,
    asset,
    address,
    addressTag,
    amount,
    remainder,
  }: Row<'deposits'>) {
    const { chainService, catalog, randomSeed } = this.#parts;
    const rules = catalog().networks.get(network);
    if (rules === undefined) return;
    const output = { network, asset, address, addressTag, amount, remainder };
    await chainService.receiveDeposit({ ...output, txId, outputIndex });
    const seed = hash('sha256', JSON.stringify([txId, outputIndex, randomSeed()]), 'buffer');
    await chainService.receiveDeposit({ ...output, txId: deriveTransactionId(rules, seed) });
  }
}

/** Ignores that an effect cannot begin, or end, because the engine does not answer. */
export function ignoreStoreFault(error: unknown): void {
  if (!(error instanceof StoreFault)) throw error;
}
