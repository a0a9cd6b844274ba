/**
 * A metric, and the snapshot that it is read from. Labels have few possible values and never contain an address, an
 * account or an amount.
 */

import type { CommitFigures } from '../engine/group-commit.ts';
import type { Tally } from '../meter/distribution.ts';
import type { RequestFigures } from '../meter/request-meter.ts';
import type { SignedForm } from '../meter/signature-meter.ts';
import type { StreamFigures } from '../meter/stream-meter.ts';
import type { Backlog } from '../store/reads/backlog.ts';

/** The state at one scrape. */
export type Snapshot = {
  readonly version: string;
  readonly customers: RequestFigures;
  readonly operators: RequestFigures;
  /** Messages of the WebSocket API, by method. */
  readonly methods: RequestFigures;
  readonly signatures: readonly (readonly [SignedForm, number])[];
  readonly streams: StreamFigures;
  /** Faults of the workers, by task. */
  readonly workerFaults: ReadonlyMap<string, number>;
  /** Requests to the operator API with a wrong token. */
  readonly wrongTokens: number;
  /** Failed sign-ins and proofs of identity of operators, by kind. */
  readonly failedSignIns: ReadonlyMap<string, number>;
  /** Withdrawals that the approval policy has denied, by rule. */
  readonly denials: ReadonlyMap<string, number>;
  readonly redisDegraded: boolean;
  /** Requests that the lab has hit, by preset; undefined without the lab. */
  readonly labFirings: ReadonlyMap<string, number> | undefined;
  /** Commands that the engine has not answered yet. */
  readonly waitingCommands: number;
  /** null if no other process writes. */
  readonly feedAgeMs: number | null;
  readonly engine: CommitFigures | undefined;
  readonly backlog: Backlog | undefined;
  readonly addresses: readonly { readonly addressGroup: string; readonly free: number }[] | undefined;
  /** Times in ms. */
  readonly integrity: { readonly at: number; readonly ok: boolean; readonly solvent: boolean } | undefined;
  readonly heights: readonly { readonly network: string; readonly height: number }[] | undefined;
};

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];
export type Spread = readonly [labels: Labels, seconds: Tally];

type Named = { readonly name: `bursar_${string}`; readonly help: string };
export type Family = Named &
  (
    | { readonly type: 'counter' | 'gauge'; readonly read: (now: Snapshot) => readonly Sample[] | undefined }
    | { readonly type: 'histogram'; readonly read: (now: Snapshot) => readonly Spread[] | undefined }
  );
