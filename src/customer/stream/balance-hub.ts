/**
 * The balance streams of this process: passes each change of a free Spot balance on to the subscribers of its account,
 * once and in the order of the commits.
 *
 * A subscription begins with a read of the balances that says which commits they contain. It gets every other commit
 * that follows, so none is missed or sent twice. Positions are computed from these balances and the changes since, so
 * they are as of the commit.
 */
import type { Clock } from '../../clock/clock.ts';
import { type Catalog, scaleOf } from '../../domain/catalog/catalog.ts';
import { type FreeChange, freeChangesOf } from '../../domain/ledger/free-changes.ts';
import { StoreFault } from '../../store/port.ts';
import type { FreeBalances } from '../../store/reads/events.ts';
import type { Reads } from '../../store/reads.ts';
import { EventText } from './event-text.ts';
import { type FollowedCommit, LogFollower } from './log-follower.ts';

export type BalanceHubParts = {
  readonly reads: Pick<Reads, 'eventsAfter' | 'freeTransfers' | 'freeBalances'>;
  readonly catalog: () => Catalog;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Whether other processes write to the store. */
  readonly othersWrite: () => boolean;
  readonly onFault: (error: unknown) => void;
};

/** A receiver of the events of an account. */
export type Subscriber = {
  readonly onEvents: (events: readonly EventText[]) => void;
  /** Events were missed. The subscription has ended. */
  readonly onMissed: () => void;
};

/** The commits that a state contains. */
class ContainedCommits {
  readonly #lastSeq: number;
  readonly #missing: ReadonlySet<number>;

  constructor({ lastSeq, missing }: FreeBalances) {
    this.#lastSeq = lastSeq;
    this.#missing = new Set(missing);
  }

  has(seq: number): boolean {
    return seq <= this.#lastSeq && !this.#missing.has(seq);
  }
}

type StreamedAccount = {
  /** Units by asset. */
  readonly free: Map<string, bigint>;
  /** The commits that `free` contained when the first subscription began. */
  readonly contained: ContainedCommits;
  readonly subscribers: Map<Subscriber, ContainedCommits>;
};

export class BalanceHub {
  readonly #parts: BalanceHubParts;
  readonly #follower: LogFollower;
  readonly #accounts = new Map<number, StreamedAccount>();

  constructor(parts: BalanceHubParts) {
    this.#parts = parts;
    this.#follower = new LogFollower({
      ...parts,
      timers: parts.clock.monotonic,
      isNeeded: () => this.#accounts.size > 0,
      onCommit: (commit) => this.#passOn(commit),
      onMissed: () => this.#endAll(),
    });
  }

  /** Resolves when the subscription has begun, before its first event. @throws StoreFault */
  subscribe(accountId: number, subscriber: Subscriber): Promise<void> {
    return this.#follower.join(async () => {
      const balances = await this.#parts.reads.freeBalances(accountId);
      const contained = new ContainedCommits(balances);
      const account = this.#accounts.get(accountId) ?? {
        free: new Map(balances.free),
        contained,
        subscribers: new Map(),
      };
      account.subscribers.set(subscriber, contained);
      this.#accounts.set(accountId, account);
      return (balances.missing[0] ?? balances.lastSeq + 1) - 1;
    });
  }

  unsubscribe(accountId: number, subscriber: Subscriber): void {
    const account = this.#accounts.get(accountId);
    account?.subscribers.delete(subscriber);
    if (account?.subscribers.size === 0) this.#accounts.delete(accountId);
  }

  /** Must be called after each commit of this process that wrote transfers. */
  noteCommit(): void {
    this.#follower.wake();
  }

  /** Resolves when the store is not read any more. */
  stop(): Promise<void> {
    return this.#follower.stop();
  }

  #passOn({ seq, at, transfers }: FollowedCommit): void {
    const streamed = [...freeChangesOf(transfers)].flatMap(([accountId, changes]) => {
      const account = this.#accounts.get(accountId);
      return account === undefined || account.contained.has(seq) ? [] : [{ account, changes }];
    });
    this.#requireAssets(streamed.flatMap(({ changes }) => changes));
    for (const { account, changes } of streamed) {
      for (const { asset, units } of changes)
        account.free.set(asset, (account.free.get(asset) ?? 0n) + units);
      const events = this.#eventsOf(at, changes, account.free);
      for (const [subscriber, contained] of [...account.subscribers])
        if (!contained.has(seq)) subscriber.onEvents(events);
    }
  }

  /** Another process may have created an asset that this one does not know yet. */
  #requireAssets(changes: readonly FreeChange[]): void {
    const { assets } = this.#parts.catalog();
    for (const { asset } of changes)
      if (!assets.has(asset)) throw new StoreFault('not-done', `asset ${asset} is not known yet`);
  }

  #eventsOf(
    atMs: number,
    changes: readonly FreeChange[],
    free: ReadonlyMap<string, bigint>,
  ): readonly EventText[] {
    const catalog = this.#parts.catalog();
    const assets = [...new Set(changes.map(({ asset }) => asset))];
    return [
      ...changes.map(({ asset, units }) =>
        EventText.balanceUpdate(atMs, asset, units, scaleOf(catalog, asset)),
      ),
      EventText.position(
        atMs,
        assets.map((asset) => [asset, free.get(asset) ?? 0n, scaleOf(catalog, asset)]),
      ),
    ];
  }

  #endAll(): void {
    const subscribers = [...this.#accounts.values()].flatMap((account) => [...account.subscribers.keys()]);
    this.#accounts.clear();
    for (const subscriber of subscribers) subscriber.onMissed();
  }
}
