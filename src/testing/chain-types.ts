/**
 * The types of chains and of the time of the world in `bursar/testing`. Amounts are decimal texts such as `"0.5"`; times
 * are milliseconds since the epoch.
 */

/** The simulated chains of one exchange. */
export type Chain = {
  /** Adds blocks, 1 to 10,000, and returns the new height. @throws BursarError */
  mine(network: string, count?: number): Promise<number>;
  /**
   * Takes off the last blocks, so that their transactions wait for a block again, and returns the new height.
   * @throws BursarError
   */
  reorganise(network: string, count: number, options?: ReorganiseOptions): Promise<number>;
  /** The state of a network, and the transactions that wait for a block. @throws BursarError */
  state(network: string): Promise<ChainState>;
  /** Stops or resumes the blocks that the server makes by itself, on one network. @throws BursarError */
  setAuto(network: string, auto: boolean): Promise<void>;
  /**
   * Makes the node of a network fail, or brings it up again: then withdrawals that did not reach it have been sent
   * again when the call returns.
   * @throws BursarError
   */
  setNode(network: string, node: ChainState['node']): Promise<void>;
  /** No block takes the transaction until it is released. @throws BursarError if it waits for no block. */
  hold(network: string, target: TransactionTarget): Promise<ControlledTransaction>;
  /** @throws BursarError */
  release(network: string, target: TransactionTarget): Promise<ControlledTransaction>;
  /**
   * The chain forgets the transaction. Within ten seconds, the server sends that of a withdrawal again as the same bytes;
   * a deposit vanishes.
   * @throws BursarError if it waits for no block.
   */
  drop(network: string, target: TransactionTarget): Promise<ControlledTransaction>;
  /** The transaction is never confirmed: a withdrawal fails, a deposit vanishes. @throws BursarError if it waits for no block. */
  fail(network: string, target: TransactionTarget): Promise<ControlledTransaction>;
  /** Replaces it by one that pays the same, and returns that one. @throws BursarError if it waits for no block. */
  replace(network: string, target: TransactionTarget): Promise<ControlledTransaction>;
  /** The number of blocks by network. @throws BursarError */
  heights(): Promise<Readonly<Record<string, number>>>;
};

/** The time of the world: confirmations, locks, bans, daily maxima, closing balances and every timestamp follow it. */
export type Clock = {
  /** @throws BursarError */
  state(): Promise<ClockState>;
  /** Freezes the time: nothing becomes due, and no blocks are made. @throws BursarError */
  freeze(options?: ClockOptions): Promise<ClockState>;
  /** Resumes the time from where it stopped. @throws BursarError */
  resume(options?: ClockOptions): Promise<ClockState>;
  /**
   * Moves it forward, frozen or not, and returns when all work that became due has been done, in order of its due time.
   * @param by a text such as `2m`, `1h30m` or `1d`, or milliseconds.
   * @throws BursarError
   */
  advance(by: string | number, options?: ClockOptions): Promise<Advance>;
  /** The same, up to a time. @throws BursarError if it is in the past. */
  // biome-ignore lint/style/noRestrictedGlobals: a time that is given
  advanceTo(to: Date | number, options?: ClockOptions): Promise<Advance>;
};

export type ClockOptions = {
  /**
   * Selects the time that the timestamps of signed requests are compared with; at first `machine`, so that clients need
   * no change.
   */
  readonly wire?: 'machine' | 'world';
};

export type DueWork = {
  readonly at: number;
  /** For example `block`, `closing-balances`, `ban` or `effect`; docs/lab.md has the list. */
  readonly what: string;
  /** The networks of a block, the day, the address of a ban, the effect; null: nothing by itself. */
  readonly id: string | null;
};

export type ClockState = {
  readonly now: number;
  readonly frozen: boolean;
  readonly wire: 'machine' | 'world';
  readonly wireNow: number;
  /** null: nothing becomes due, however far the time is moved. */
  readonly nextDue: DueWork | null;
};

export type Advance = ClockState & {
  /** The work that changed something and the limits that ended, in order; the newest 1000. */
  readonly ran: readonly DueWork[];
  /** Number of earlier entries that are left out. */
  readonly omitted: number;
};

export type ReorganiseOptions = {
  /** Whether incoming transactions of these blocks vanish; default false. */
  readonly dropDeposits?: boolean;
  /**
   * Whether transactions wait for the next block; default true. false: the chain forgets all of them, and the server
   * sends its own again as the same bytes.
   */
  readonly reinclude?: boolean;
};

/** A withdrawal stands for its transaction, which may be sent only later. */
export type TransactionTarget = { readonly txId: string } | { readonly withdrawalId: string };

export type ControlledTransaction = {
  readonly network: string;
  readonly txId: string;
  /** The withdrawal that it pays; null for a deposit. */
  readonly withdrawalId: string | null;
};

export type ChainState = {
  readonly network: string;
  /** The number of blocks. */
  readonly height: number;
  /** Whether the server makes blocks by itself. */
  readonly auto: boolean;
  /** `not-done`: requests do not arrive. `unknown`: requests arrive, but no answer comes back. */
  readonly node: 'up' | 'not-done' | 'unknown';
  /** At most 1000. */
  readonly waiting: readonly WaitingTransaction[];
};

/** One output of a transaction that is in no block. */
export type WaitingTransaction = {
  readonly txId: string;
  readonly direction: 'in' | 'out';
  readonly outputIndex: number;
  readonly asset: string;
  readonly amount: string;
  readonly address: string;
  readonly addressTag: string;
  readonly withdrawalId: string | null;
  /** Whether no block takes it until it is released. */
  readonly held: boolean;
};
