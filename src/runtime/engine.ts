/**
 * The engine: the one writer over the SQLite file, the simulated chains, and the workers, on one thread.
 *
 * It lives beside the thread that serves HTTP, so that waiting for the disk never holds up a request that only reads.
 */
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { ChainDesk } from '../chain/port.ts';
import { SimulatedChain } from '../chain/simulated/simulated-chain.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { TableName } from '../store/tables.ts';
import { createChainDesk } from '../worker/chain-desk.ts';
import { DepositWorker } from '../worker/deposit-worker.ts';
import { IndicatorWorker } from '../worker/indicator-worker.ts';
import { SealWorker } from '../worker/seal-worker.ts';
import { WithdrawalWorker } from '../worker/withdrawal-worker.ts';
import { systemClock } from './clock.ts';
import { GroupCommit } from './group-commit.ts';
import { Periodic } from './periodic.ts';
import { createRandomHex } from './random-hex.ts';

export type EngineOptions = {
  /** Folder of the databases; null: in memory. */
  readonly dataFolder: string | null;
  /** Block time of the simulated chains, ms; 0: only when asked. */
  readonly blockMs: number;
  readonly onChanged: (changed: ReadonlySet<TableName>) => void;
  readonly afterBatch: () => void;
  readonly onFault: (what: string, error: unknown) => void;
};

const sweepIntervalMs = 30_000;
const sealIntervalMs = 1_000;
/** seed: how often the trading indicators are evaluated. */
const indicatorIntervalMs = 30_000;

export class Engine {
  readonly commits: GroupCommit;
  readonly desk: ChainDesk;
  readonly #store: SqliteStore;
  readonly #chain: SimulatedChain;
  readonly #withdrawals: WithdrawalWorker;
  readonly #deposits: DepositWorker;
  readonly #onFault: EngineOptions['onFault'];
  readonly #broadcast: Periodic;
  readonly #newOrders: Periodic;
  readonly #periodics: readonly Periodic[];

  constructor(options: EngineOptions) {
    const file = (name: string) =>
      options.dataFolder === null ? ':memory:' : join(options.dataFolder, name);
    this.#onFault = options.onFault;
    this.#store = new SqliteStore({
      path: file('bursar.sqlite'),
      nowMs: () => systemClock.nowMs(),
      randomHex: createRandomHex(10),
      onChanged: (changed) => {
        options.onChanged(changed);
        if (changed.has('withdrawals')) this.#broadcast.wake();
        if (changed.has('order_events')) this.#newOrders.wake();
      },
    });
    this.#chain = new SimulatedChain(file('chain.sqlite'));
    this.commits = new GroupCommit(this.#store, options.afterBatch);
    const parts = {
      reads: this.#store.reads,
      commands: this.commits.lane('background'),
      chain: this.#chain,
      catalog: () => this.#store.catalog(),
      nowMs: () => systemClock.nowMs(),
      yieldNow: () => turn(),
    };
    this.#withdrawals = new WithdrawalWorker(parts);
    this.#deposits = new DepositWorker(parts);
    this.desk = createChainDesk({
      ...parts,
      commands: this.commits.lane('foreground'),
      followBlocks: (network) => this.#followBlocks(network),
    });
    const periodic = (name: string, everyMs: number, work: () => Promise<unknown>) =>
      new Periodic(everyMs, work, (error) => this.#onFault(name, error));
    this.#broadcast = periodic('broadcast', 0, () => this.#withdrawals.broadcastQueued());
    const indicators = new IndicatorWorker(parts);
    this.#newOrders = periodic('new orders', 0, () => indicators.evaluateNew());
    const seals = new SealWorker(parts);
    this.#periodics = [
      this.#broadcast,
      this.#newOrders,
      periodic('indicators', indicatorIntervalMs, () => indicators.evaluateAll()),
      periodic('seals', sealIntervalMs, () => seals.sealNew()),
      ...(options.blockMs > 0 ? [periodic('blocks', options.blockMs, () => this.#mineAll())] : []),
      periodic('sweep', sweepIntervalMs, () => this.#withdrawals.sweep()),
    ];
  }

  start(): void {
    for (const each of this.#periodics) each.start();
    for (const each of this.#periodics) each.wake();
  }

  /** Lets work under way finish, then closes the files. */
  async close(): Promise<void> {
    await Promise.all(this.#periodics.map((each) => each.stop()));
    await this.#store.close();
    this.#chain.close();
  }

  async #mineAll(): Promise<void> {
    const networks = new Set(
      [...this.#store.catalog().assets.values()].flatMap((asset) =>
        asset.networks.map((each) => each.network),
      ),
    );
    for (const network of networks) {
      await this.#chain.mine(network, 1);
      await this.#followBlocks(network);
    }
  }

  async #followBlocks(network: string): Promise<void> {
    await this.#withdrawals.settleConfirmed(network);
    await this.#deposits.followBlocks(network);
  }
}
