/**
 * The types of faults and verdicts in `bursar/testing`. Amounts are decimal texts such as `"0.5"`; times
 * are milliseconds since the epoch.
 */
import type { PresetName } from '../lab/presets.ts';
import type { OwnFault } from './fault-types.ts';

/** The fields of a rule are those of `POST /operator/v1/lab/faults`; docs/lab.md describes presets and endings. */
export type FaultRule = {
  /** The conditions that a request must meet; an absent condition always applies. */
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
   * The text that was signed instead, if the signature proves it, or the deviation of a rejected timestamp. null for a
   * rejected signature: it fits nothing that was tried, so probably the secret is wrong.
   */
  readonly hint: string | null;
  /** The firing of a fault that hit it. */
  readonly firing: string | null;
  /** The HTTP status of the reply, also if the client did not get it; null: a fault still delays the request. */
  readonly status: number | null;
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
  /** The incident in words, for people. */
  readonly sentence: string;
  /** The numbers of the requests that it relies on; see `requests`. */
  readonly requests: readonly number[];
};
