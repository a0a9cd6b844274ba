/** The types of `bursar/testing`. Amounts are decimal texts such as `"0.5"`; times are milliseconds since the epoch. */
// For projects that compile for an earlier standard; kept in the declarations.
/// <reference lib="esnext.disposable" preserve="true" />
import type { PresetName } from '../lab/presets.ts';
import type { Chain, Clock } from './chain-types.ts';
import type { ExplainedRequest, Fault, FaultRule, Verdict } from './lab-types.ts';

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
  /** How long the start may take, in ms; default 30,000. */
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

/** What one customer does and sees; the requests of other keys do not count. */
export type World = Credentials & {
  /** The customers' API, for example `http://127.0.0.1:40001`: the base URL for the client under test. */
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
   * Breaks the next matching request of this key on purpose; the name of a preset alone means the next request that it
   * applies to.
   * @throws BursarError for a rule that the lab rejects; the message names the mistake.
   */
  fault(rule: PresetName | FaultRule): Promise<Fault>;
  /**
   * Explains the last requests of this key, oldest first: what the server takes as signed, which check rejected them and
   * why, and what the lab did.
   * @param limit 1 to 1000; default 100
   * @throws BursarError
   */
  requests(limit?: number): Promise<readonly ExplainedRequest[]>;
  /**
   * Tells for each fault that hit a request of this key what the client did next, and whether that was right.
   * @throws BursarError
   */
  verdict(): Promise<Verdict>;
  /**
   * Expects that a fault has hit a request of this key, and that the client handled each of them correctly: fails with
   * the sentence of each incident that is wrong or open.
   * @throws BursarError
   */
  assertRight(): Promise<void>;
};

/** A running server. Its own key is that of the demo world's master account; its faults, `requests` and `verdict` concern every key. */
export type Bursar = World & {
  /** The operator's API, for example `http://127.0.0.1:40002`. */
  readonly operatorUrl: string;
  /** The bearer token of the operator's API. */
  readonly operatorToken: string;
  /**
   * Sends a request to the operator's API, for what this library has no method for.
   * @param path below `/operator/v1`, for example `/assets/ETH`; `/openapi.json` of the operator's port describes them all.
   * @throws BursarError if it is rejected; the message says why.
   */
  operator<T = unknown>(method: OperatorMethod, path: string, body?: object): Promise<T>;
  readonly chain: Chain;
  readonly clock: Clock;
  /**
   * A new account for one test, with its own e-mail, key, balances, history and faults. Assets, networks, prices,
   * custody and the height of the chains are shared with the other worlds of this server.
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
