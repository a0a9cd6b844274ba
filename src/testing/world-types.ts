/** The types of snapshots in `bursar/testing`, and of changes since then. Amounts are decimal texts such as `"0.5"`. */

/** A world as it was. */
export type Snapshot = {
  readonly id: string;
  readonly label: string | null;
  /** Time of the world. */
  readonly at: number;
};

/** At most 1000 changes of each kind. */
export type WorldDiff = {
  /** The id of the snapshot; null: since the world was made. */
  readonly since: string | null;
  readonly accounts: readonly { readonly email: string; readonly change: 'added' | 'changed' }[];
  readonly withdrawals: readonly ChangedMovement[];
  readonly deposits: readonly ChangedMovement[];
  readonly balances: readonly {
    readonly email: string;
    readonly asset: string;
    readonly wallet: string;
    readonly before: ChangedBalance;
    readonly after: ChangedBalance;
  }[];
  /** Number of changes that are left out. */
  readonly omitted: number;
};

export type ChangedBalance = { readonly free: string; readonly held: string };

/** A withdrawal or a deposit. */
export type ChangedMovement = {
  readonly id: string;
  readonly email: string;
  readonly asset: string;
  readonly network: string;
  readonly amount: string;
  readonly change: 'added' | 'changed';
  /** The stage, for example `queued`; null: there was none. */
  readonly before: string | null;
  readonly after: string;
};
