/** The work of the engine that depends on the time of the world, for the lab's clock. */
import type { Clock } from '../clock/clock.ts';
import type { WorldTime } from '../clock/world-time.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { TableName } from '../store/tables.ts';
import { networksOf } from './block-maker.ts';
import { DueBlocks } from './due-blocks.ts';
import { type Advanced, type DueTask, DueWork } from './due-work.ts';
import { type ChainView, isMoving } from './moving-networks.ts';
import type { Periodic } from './periodic.ts';

export type WorldWorkParts = ChainView & {
  readonly time: WorldTime;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly catalog: () => Catalog;
  readonly blockMs: number;
  /** Mines blocks, by network, and processes their effects. */
  readonly mine: (counts: ReadonlyMap<string, number>) => Promise<void>;
  readonly tasks: readonly DueTask[];
  /** Resolves when everything that the commits so far have caused is done. */
  readonly whenIdle: () => Promise<void>;
  readonly stopping: AbortSignal;
};

/** Maximum number of rows that are read to find the networks under way; with more rows, all networks count. */
const underWayPage = 200;

/** Tables in which the workers record their own progress: a change of them gives no worker anything to do. */
const notes: ReadonlySet<TableName> = new Set<TableName>([
  'chain_cursors',
  'closed_days',
  'closing_balances',
  'event_log',
  'order_events',
  'trading_indicators',
  'transfer_seals',
]);

export class WorldWork {
  readonly #parts: WorldWorkParts;
  readonly #work: DueWork;
  readonly #blocks: DueBlocks | undefined;
  /** The tasks that have begun to run since the last change. */
  readonly #upToDate = new Set<object>();
  #commits = 0;

  constructor(parts: WorldWorkParts) {
    this.#parts = parts;
    const { blockMs, mine } = parts;
    this.#blocks =
      blockMs === 0
        ? undefined
        : new DueBlocks({
            blockMs,
            mine,
            networks: () => networksOf(parts.catalog()),
            networksUnderWay: () => this.#networksUnderWay(),
            stoppedNetworks: () => this.#stoppedNetworks(),
            movingNetworks: () => this.#movingNetworks(),
            quietAfter: () => deepestOf(parts.catalog()) + 1,
          });
    this.#work = new DueWork({
      ...parts,
      isStale: ({ task }) => !this.#upToDate.has(task),
      blocks: this.#blocks,
      commits: () => this.#commits,
    });
  }

  noteChange(changed: ReadonlySet<TableName>): void {
    this.#commits += 1;
    if ([...changed].every((table) => notes.has(table))) return;
    this.#upToDate.clear();
    this.#blocks?.noteChange();
  }

  /** A task begins to run. */
  noteRun(task: Periodic): void {
    this.#upToDate.add(task);
  }

  next(): Promise<DoneWork | undefined> {
    return this.#work.next();
  }

  /** Like `next`, but without work that finds nothing to do until somebody gives an instruction. */
  nextChange(): Promise<DoneWork | undefined> {
    return this.#work.nextChange();
  }

  advance(toMs: number): Promise<Advanced> {
    return this.#work.advance(toMs);
  }

  async #networksUnderWay(): Promise<ReadonlySet<string>> {
    const all = networksOf(this.#parts.catalog());
    const { withdrawals, deposits, isComplete } = await this.#underWay();
    if (!isComplete) return all;
    return new Set(
      [...withdrawals, ...deposits].map(({ network }) => network).filter((each) => all.has(each)),
    );
  }

  async #stoppedNetworks(): Promise<ReadonlySet<string>> {
    const switches = await this.#parts.control.allSwitches();
    return new Set([...switches].filter(([, { auto }]) => !auto).map(([network]) => network));
  }

  /** The networks of `#networksUnderWay` on which something happens without an instruction. */
  async #movingNetworks(): Promise<ReadonlySet<string>> {
    const { withdrawals, deposits, isComplete } = await this.#underWay();
    const networks = await this.#networksUnderWay();
    if (!isComplete) return networks;
    const moving = new Set<string>();
    for (const network of networks) {
      const isHere = (row: { readonly network: string }) => row.network === network;
      const here = { withdrawals: withdrawals.filter(isHere), incoming: deposits.filter(isHere) };
      if (await isMoving(this.#parts, network, here)) moving.add(network);
    }
    return moving;
  }

  async #underWay() {
    const { reads } = this.#parts;
    const [withdrawals, ...pages] = await Promise.all([
      reads.withdrawalsUnderWay('broadcast', 0, underWayPage),
      reads.depositsInProgressAfter('', 0, underWayPage),
      reads.depositsReorganised(0, underWayPage),
    ]);
    const isComplete = [withdrawals, ...pages].every(({ length }) => length < underWayPage);
    return { withdrawals, deposits: pages.flat(), isComplete };
  }
}

/** The largest number of confirmations that any asset requires. */
function deepestOf(catalog: Catalog): number {
  const networks = [...catalog.assets.values()].flatMap((asset) => asset.networks);
  return Math.max(0, ...networks.map(({ unlockConfirm }) => unlockConfirm));
}
