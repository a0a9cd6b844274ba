/**
 * Balance streams of all accounts over a store, compared with the model after each batch. Every change of a free Spot
 * balance must have exactly one update, and the sum of the updates must lead from the balance at the subscription to
 * that of the model.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { BalanceHub } from '../../src/customer/stream/balance-hub.ts';
import type { EventText } from '../../src/customer/stream/event-text.ts';
import type { Store } from '../../src/store/port.ts';
import type { Model } from './model.ts';
import { assets, emailOf, terms } from './model-world.ts';

const deadlineMs = 30_000;
/** SQLite needs only a few; PostgreSQL needs the processor meanwhile. */
const turnsWithoutPause = 20;

/** The balances and updates that the streams of an account have shown. */
type Shown = {
  readonly free: Map<string, bigint>;
  /** Updates since the last check, by asset. */
  readonly updates: Map<string, bigint[]>;
};

export class StreamCheck {
  readonly #hub: BalanceHub;
  readonly #model: Model;
  readonly #ids: readonly number[];
  readonly #shown = new Map<number, Shown>();
  readonly #reads: Store['reads'];
  /** The number of the last commit, as of the last check. */
  #committed = 0;
  /** The number of the last commit that the hub has passed on: the one after which it reads next. */
  #passedOn = 0;

  constructor(store: Store, model: Model, ids: readonly number[]) {
    this.#model = model;
    this.#ids = ids;
    this.#reads = store.reads;
    this.#hub = new BalanceHub({
      reads: {
        freeTransfers: store.reads.freeTransfers,
        freeBalances: store.reads.freeBalances,
        eventsAfter: (seq, limit) => {
          this.#passedOn = seq;
          return store.reads.eventsAfter(seq, limit);
        },
      },
      catalog: () => store.catalog(),
      clock: systemClock,
      othersWrite: () => true,
      onFault: (error) => {
        throw error;
      },
    });
  }

  stop(): Promise<void> {
    return this.#hub.stop();
  }

  /** Subscribes to an account, unless that has been done. */
  async subscribe(who: number): Promise<void> {
    if (this.#shown.has(who)) return;
    const free = new Map(assets.map((asset) => [asset, this.#model.of('free', who, asset, 'spot')]));
    const shown: Shown = { free, updates: new Map() };
    this.#shown.set(who, shown);
    await this.#hub.subscribe(this.#ids[who] as number, {
      onEvents: (events) => note(shown, events),
      onMissed: () => assert.fail('events were missed'),
    });
  }

  /** @param single whether the batch was one command, so that each balance changed at most once. */
  async check(single: boolean): Promise<void> {
    const before = new Map([...this.#shown].map(([who, { free }]) => [who, new Map(free)]));
    await this.#findLastCommit();
    const giveUpMs = performance.now() + deadlineMs;
    for (let turns = 0; !this.#isShown() && performance.now() < giveUpMs; turns += 1) {
      this.#hub.noteCommit();
      await (turns < turnsWithoutPause ? turn() : pause(1));
    }
    for (const [who, { free, updates }] of this.#shown) {
      for (const asset of assets) {
        const what = `${emailOf(who)} ${asset}`;
        const now = this.#model.of('free', who, asset, 'spot');
        assert.equal(free.get(asset), now, what);
        const change = now - (before.get(who)?.get(asset) ?? 0n);
        if (single) assert.deepEqual(updates.get(asset) ?? [], change === 0n ? [] : [change], what);
      }
      updates.clear();
    }
  }

  async #findLastCommit(): Promise<void> {
    for (;;) {
      const page = await this.#reads.eventsAfter(this.#committed, 1000);
      if (page.kind === 'pruned') assert.fail('commits were deleted');
      const last = page.rows.at(-1);
      if (last === undefined) return;
      this.#committed = last.seq;
    }
  }

  /** A batch may leave a balance as it was, so that the streams agree with the model before they have shown its updates. */
  #isShown(): boolean {
    return this.#passedOn >= this.#committed && this.#agrees();
  }

  #agrees(): boolean {
    return [...this.#shown].every(([who, { free }]) =>
      assets.every((asset) => free.get(asset) === this.#model.of('free', who, asset, 'spot')),
    );
  }
}

function note({ free, updates }: Shown, events: readonly EventText[]): void {
  for (const text of events) {
    const event = JSON.parse(text.text('MILLISECOND'));
    if (event.e === 'balanceUpdate') {
      const units = unitsOf(event.a, event.d);
      updates.set(event.a, [...(updates.get(event.a) ?? []), units]);
      free.set(event.a, (free.get(event.a) ?? 0n) + units);
    } else
      for (const { a, f } of event.B)
        assert.equal(unitsOf(a, f), free.get(a), `the position of ${a} is as of the commit`);
  }
}

/** An amount with at least eight decimals. */
function unitsOf(asset: string, amount: string): bigint {
  const decimals = BigInt(amount.length - amount.indexOf('.') - 1);
  return BigInt(amount.replace('.', '')) / 10n ** (decimals - terms[asset]!.scale);
}
