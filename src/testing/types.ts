/** The types of `bursar/testing`. Amounts are decimal texts such as `"0.5"`; times are milliseconds since the epoch. */
// For projects that compile for an earlier standard; kept in the declarations.
/// <reference lib="esnext.disposable" preserve="true" />
import type { PresetName } from '../lab/presets.ts';
import type { OwnFault } from './fault-types.ts';

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

/** The simulated chains, shared by all worlds of the server. */
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
   * Makes the node of a network fail, or lets it be up again: then withdrawals that did not reach it have been sent again
   * when the call returns.
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
  /** Another transaction that pays the same takes its place; returns that one. @throws BursarError if it waits for no block. */
  replace(network: string, target: TransactionTarget): Promise<ControlledTransaction>;
  /** The number of blocks by network. @throws BursarError */
  heights(): Promise<Readonly<Record<string, number>>>;
};

/** The time of the world: confirmations, locks, bans, daily maxima, closing balances and every timestamp follow it. */
export type Clock = {
  /** @throws BursarError */
  state(): Promise<ClockState>;
  /** Lets the time stand still; nothing becomes due, and no blocks are made. @throws BursarError */
  freeze(options?: ClockOptions): Promise<ClockState>;
  /** Lets it go on from where it stands. @throws BursarError */
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
   * Which time the timestamps of signed requests are compared with from now on; at first `machine`, so that clients need
   * no change.
   */
  readonly wire?: 'machine' | 'world';
};

export type DueWork = {
  readonly at: number;
  /** For example `block`, `closing-balances` or `effect`; docs/lab.md has the list. */
  readonly what: string;
  /** The networks of a block, the day, the effect; null: nothing by itself. */
  readonly id: string | null;
};

export type ClockState = {
  readonly now: number;
  readonly frozen: boolean;
  readonly wire: 'machine' | 'world';
  readonly wireNow: number;
  /** null: nothing, however far the time is moved. */
  readonly nextDue: DueWork | null;
};

export type Advance = ClockState & {
  /** What was done and changed something, in order; the newest 1000. */
  readonly ran: readonly DueWork[];
  /** How many before these are left out. */
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
  /** `not-done`: requests do not arrive. `unknown`: what is sent arrives, but no answer comes back. */
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

/** The fields of a rule are those of `POST /operator/v1/lab/faults`; docs/lab.md describes presets and endings. */
export type FaultRule = {
  /** What a request must have; an absent condition always applies. */
  readonly on?: FaultConditions;
  /** The name of a preset, or a fault of your own. */
  readonly do: PresetName | OwnFault;
  /** The number of requests that it hits; default 1. */
  readonly times?: number;
  /** The probability that a matching request is hit, 0 to 1; default 1. */
  readonly probability?: number;
  /** The same seed makes the same decisions; default random. */
  readonly seed?: number;
};

export type FaultConditions = {
  /** For example `withdraw`: that of each dialect; `wapi.withdraw`: that of one. docs/lab.md lists the names. */
  readonly operation?: string;
  readonly apiKey?: string;
  /** The e-mail of the account. */
  readonly account?: string;
  readonly asset?: string;
  readonly network?: string;
  /** The first of the matching requests that may be hit, from 1. */
  readonly nth?: number;
};

export type Fault = {
  readonly id: string;
  /** The requests that this fault has hit, oldest first. A test should check that the list is not empty. @throws BursarError */
  firings(): Promise<readonly Firing[]>;
  /** @throws BursarError if it was removed before. */
  remove(): Promise<void>;
};

export type Firing = {
  readonly id: string;
  readonly preset: string | null;
  readonly at: number;
  readonly operation: string;
  readonly apiKey: string | null;
  /** The withdrawal that the request has submitted, whatever the reply said. */
  readonly withdrawalId: string | null;
  /** Whether the work of the request was done. */
  readonly done: boolean;
};

export type ExplainedRequest = {
  /** In the order of arrival, from 1. */
  readonly number: number;
  readonly at: number;
  /** null: it named no key, or one that does not exist. */
  readonly apiKey: string | null;
  /** The e-mail of the account of that key. */
  readonly account: string | null;
  /** null: the path or the method is unknown. */
  readonly operation: string | null;
  readonly method: string;
  readonly path: string;
  /** Without the signature; values as sent. */
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly value: string }[];
  /** Every text that counts as signed. */
  readonly signedTexts: readonly {
    readonly form: string;
    /** The bytes that count as signed are those of `text` in this encoding. */
    readonly encoding: 'utf8' | 'latin1';
    readonly text: string;
  }[];
  /** The check that rejected it, for example `signature`; null: none did. */
  readonly rejectedBy: string | null;
  readonly error: { readonly code: number; readonly msg: string } | null;
  /**
   * What was signed instead, if the signature proves it, or how far off a rejected timestamp was. null for a rejected
   * signature: it fits nothing that was tried, so probably the secret is wrong.
   */
  readonly hint: string | null;
  /** The firing of a fault that hit it. */
  readonly firing: string | null;
  /** The HTTP status of the reply, also if the client did not get it. */
  readonly status: number;
  /** Whether the work of the request was done. */
  readonly done: 'done' | 'not-done' | 'unknown';
  readonly withdrawalId: string | null;
};

export type Verdict = {
  /** wrong: at least one incident is; open: it is not known yet, or no fault has hit a request. */
  readonly verdict: 'right' | 'wrong' | 'open';
  readonly sentence: string;
  /** In the order of the requests. */
  readonly incidents: readonly Incident[];
};

/** A fault that hit a request, and what the client did next. */
export type Incident = {
  /** The id of the firing. */
  readonly firing: string;
  readonly preset: string | null;
  readonly operation: string;
  readonly apiKey: string | null;
  /** The e-mail of the account of that key. */
  readonly account: string | null;
  /** The number of the request that was hit. */
  readonly requestNumber: number;
  readonly done: 'done' | 'not-done' | 'unknown';
  readonly withdrawalId: string | null;
  readonly verdict: 'right' | 'wrong' | 'open';
  /** For example `looked-up`, `repeated` or `paid-twice`. */
  readonly actions: readonly string[];
  /** What happened, as a text for people. */
  readonly sentence: string;
  /** The numbers of the requests that it relies on; see `requests`. */
  readonly requests: readonly number[];
};
