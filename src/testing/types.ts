/** The types of `bursar/testing`. Amounts are decimal texts such as `"0.5"`; times are milliseconds since the epoch. */
// For projects that compile for an earlier standard; kept in the declarations.
/// <reference lib="esnext.disposable" preserve="true" />
import type { PresetName } from '../lab/presets.ts';
import type { Chain, Clock } from './chain-types.ts';
import type { ExplainedRequest, Fault, FaultRule, Verdict } from './lab-types.ts';
import type { Snapshot, WorldDiff } from './world-types.ts';

export type StartOptions = {
  /** Block time of the simulated chains in ms; 0: blocks are made by `chain.mine` only. Default 200. */
  readonly blockMs?: number;
  /** Port of the customers' API; default 0: any free one. */
  readonly port?: number;
  /** Port of the operator's API; default 0: any free one. */
  readonly operatorPort?: number;
  /**
   * Further settings by the name of their variable, for example `{ BURSAR_ERROR_STYLE: 'legacy200' }`; see
   * docs/configuration.md. Settings in the environment of the test do not count. By default request weights are not
   * limited (`BURSAR_WEIGHT_PER_MINUTE: '0'`), because tests that run in parallel share an address.
   */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether the log of the server is copied to standard error; default false. */
  readonly log?: boolean;
  /** Maximum time for the start, in ms; default 30,000. */
  readonly startTimeoutMs?: number;
};

export type OperatorMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Signs requests of one account. */
export type Credentials = {
  readonly email: string;
  /** The value of the header `X-MBX-APIKEY`. */
  readonly apiKey: string;
  /** The secret of HMAC SHA256 signatures. */
  readonly secretKey: string;
};

/** An exchange with one customer: the server's own, or that of a world. */
export type Exchange = Credentials & {
  /** The customers' API: the base URL for the client under test. That of a world has a path, as in `…:40001/w/w-1f2e3d4c`. */
  readonly url: string;
  /** The sub-accounts that were asked for. */
  readonly subAccounts: readonly Credentials[];
  /**
   * Pays to the account's deposit address on the simulated chain, and by default waits until the amount can be
   * withdrawn.
   * @throws BursarError
   */
  deposit(options: DepositOptions): Promise<Deposit>;
  /**
   * Breaks the next matching request on purpose; the name of a preset alone means the next request that it applies to.
   * @throws BursarError for a rule that the lab rejects; the message names the mistake.
   */
  fault(rule: PresetName | FaultRule): Promise<Fault>;
  /**
   * Explains the last requests, oldest first: the texts that count as signed, the check that rejected them and why, and
   * the actions of the lab.
   * @param limit 1 to 1000; default 100
   * @throws BursarError
   */
  requests(limit?: number): Promise<readonly ExplainedRequest[]>;
  /**
   * Reports for each fault that hit a request what the client did next, and whether that was right.
   * @throws BursarError
   */
  verdict(): Promise<Verdict>;
  /**
   * Expects that a fault has hit a request, and that the client handled each of them correctly: fails with the sentence
   * of each incident that is wrong or open.
   * @throws BursarError
   */
  assertRight(): Promise<void>;
  /**
   * Sends a request to the operator's API, for operations that this library has no method for.
   * @param path below `/operator/v1`, for example `/assets/ETH`; `/openapi.json` of the operator's port describes them all.
   * @throws BursarError if it is rejected; the message says why.
   */
  operator<T = unknown>(method: OperatorMethod, path: string, body?: object): Promise<T>;
  readonly chain: Chain;
  readonly clock: Clock;
};

/** A whole exchange for one test, in the process of the server: nothing is shared with other worlds. */
export type World = Exchange & {
  /** The name by which the server knows it: the value of the header `Bursar-World` of the operator's API. */
  readonly name: string;
  /** Its accounts: the one whose key it has itself, then its sub-accounts; or those of its scenario, in order. */
  readonly accounts: readonly Credentials[];
  /** A second world that begins as this one is now, with keys of its own. @throws BursarError */
  fork(): Promise<World>;
  /** Takes a snapshot of its current state. @throws BursarError */
  snapshot(label?: string): Promise<Snapshot>;
  /**
   * Sets it back to a snapshot, with its time. Faults that have hit requests, and the requests, are
   * forgotten.
   * @throws BursarError
   */
  restore(snapshot: Pick<Snapshot, 'id'>): Promise<void>;
  /** Sets it back to the state in which it was created. @throws BursarError */
  reset(): Promise<void>;
  /** The changes since a snapshot, or by default since it was created. @throws BursarError */
  diff(since?: Pick<Snapshot, 'id'>): Promise<WorldDiff>;
};

/** A running server. Its own exchange has the demo world; its key is that of the demo world's master account. */
export type Bursar = Exchange & {
  /** The operator's API, for example `http://127.0.0.1:40002`. */
  readonly operatorUrl: string;
  /** The bearer token of the operator's API. */
  readonly operatorToken: string;
  /**
   * A new world for one test: an exchange of its own with the assets and networks of the demo world, and a customer with
   * balances, or the end of a scenario. The first one with certain options takes a second, further ones milliseconds.
   * Worlds that are not used for an hour are deleted.
   * @throws BursarError
   */
  world(options?: WorldOptions): Promise<World>;
  /** Stops the server and removes its data. Repeated calls have no further effect. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type WorldOptions = {
  /** Free balances by asset; default 10 BTC, 100 ETH, 100 BNB and 100,000 USDT. */
  readonly balances?: Readonly<Record<string, string>>;
  /** The number of its sub-accounts, each with a key of its own and no balance; default 0. */
  readonly subAccounts?: number;
  /**
   * The history of the world before the test, instead of `balances` and `subAccounts`: a scenario, or the path of a
   * file with one, in YAML or JSON (docs/lab.md). It is played once, and each world begins as it was at the end. The
   * account of the world is the first one that the scenario opens, or else the master account of the demo world.
   */
  readonly scenario?: string | URL | object;
  /**
   * `file`: its commits are synced to disk, as those of a server are. `postgres`: a database of its own beside that of the
   * server, which must be on PostgreSQL (`settings: { DATABASE_URL }`). Default `memory`.
   */
  readonly storage?: 'memory' | 'file' | 'postgres';
};

export type DepositOptions = {
  readonly asset: string;
  readonly amount: string;
  /** Default: the asset's default network. */
  readonly network?: string;
  /**
   * completed (the default): mines blocks until the amount can be withdrawn. pending: returns as soon as the
   * transaction is known.
   */
  readonly until?: 'pending' | 'completed';
};

export type Deposit = {
  readonly id: string;
  readonly asset: string;
  readonly network: string;
  readonly address: string;
  readonly amount: string;
  readonly txId: string;
  /** For example `pending` or `completed`; see `GET /operator/v1/deposits/{id}`. */
  readonly stage: string;
  readonly confirmations: number;
};
