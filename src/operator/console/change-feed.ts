/**
 * Follows the event log for all consoles of this process: which kinds of records have changed. It reads nothing while
 * nobody follows. The log is in the store, so the changes of other processes are in it too.
 */
import type { Cancel, Timers } from '../../clock/clock.ts';
import { type ChangeTopic, changeTopics } from '../../contract/operator-events.ts';
import type { LoggedEvent } from '../../store/logged-events.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';

export type Change = { readonly seq: number; readonly topics: readonly ChangeTopic[] };
export type Follower = (change: Change) => void;

const pollIntervalMs = 300;
const pageSize = 500;

export class ChangeFeed {
  readonly #reads: () => Pick<Reads, 'eventsAfter' | 'freeBalances'>;
  readonly #timers: Timers;
  readonly #isAsleep: () => boolean;
  readonly #followers = new Set<Follower>();
  #position: number | undefined;
  /** The reads of the store to which the position belongs: the lab may have replaced the store. */
  #followed: Pick<Reads, 'eventsAfter' | 'freeBalances'> | undefined;
  #cancel: Cancel | undefined;
  #isReading = false;

  /** @param isAsleep whether the followed world sleeps: it changes only when it is used, and reads would wake it. */
  constructor(
    reads: () => Pick<Reads, 'eventsAfter' | 'freeBalances'>,
    timers: Timers,
    isAsleep: () => boolean = () => false,
  ) {
    this.#reads = reads;
    this.#timers = timers;
    this.#isAsleep = isAsleep;
  }

  get size(): number {
    return this.#followers.size;
  }

  /**
   * @returns the number of the last commit that the follower does not learn about.
   * @throws StoreFault
   */
  async follow(follower: Follower): Promise<number> {
    const position = this.#position ?? (await this.#lastSeq());
    this.#position ??= position;
    this.#followed ??= this.#reads();
    this.#followers.add(follower);
    this.#cancel ??= this.#timers.every(pollIntervalMs, () => this.#read(), { ref: false });
    return position;
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#followers.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#position = undefined;
    this.#followed = undefined;
  }

  /** A commit in progress may have a lower number than one that is visible. */
  async #lastSeq(): Promise<number> {
    const nobody = 0;
    const { lastSeq, missing } = await this.#reads().freeBalances(nobody);
    return missing[0] === undefined ? lastSeq : missing[0] - 1;
  }

  /** A store that does not answer is asked again at the next interval. */
  async #read(): Promise<void> {
    if (this.#isReading || this.#position === undefined || this.#isAsleep()) return;
    this.#isReading = true;
    const change = await this.#changeAfter(this.#position).catch(() => undefined);
    this.#isReading = false;
    if (change === undefined || this.#followers.size === 0) return;
    this.#position = change.seq;
    for (const follower of this.#followers) follower(change);
  }

  async #changeAfter(seq: number): Promise<Change | undefined> {
    const reads = this.#reads();
    const page = this.#followed === reads ? await reads.eventsAfter(seq, pageSize) : undefined;
    if (page === undefined || page.kind === 'pruned') {
      const everything = { seq: await this.#lastSeq(), topics: changeTopics };
      this.#followed = reads;
      return everything;
    }
    const last = page.rows.at(-1);
    return last === undefined ? undefined : { seq: last.seq, topics: topicsOf(page.rows) };
  }
}

function topicsOf(rows: readonly Row<'event_log'>[]): readonly ChangeTopic[] {
  const topics = new Set<ChangeTopic>();
  for (const { transfers, events } of rows) {
    // A transfer moves a withdrawal or a deposit in the same commit, which then has no event of its own.
    if (transfers.length > 0)
      for (const each of ['transfers', 'withdrawals', 'deposits'] as const) topics.add(each);
    for (const event of events) topics.add(topicOf(event));
  }
  return [...topics];
}

function topicOf({ event }: LoggedEvent): ChangeTopic {
  if (event.startsWith('withdrawal')) return 'withdrawals';
  if (event.startsWith('deposit')) return 'deposits';
  if (event === 'reference-changed') return 'rules';
  if (event === 'chain-scanned') return 'chains';
  if (event.startsWith('change-')) return 'changes';
  return event === 'dividend-state' ? 'dividends' : 'accounts';
}
