/**
 * The errors of an API as a table with an entry for each error that it can return. An entry either defines code,
 * HTTP status and text, or names another error that the API shows instead.
 */
import { present } from '../boundary/present.ts';
import type { DetailsOf, ErrorId, Rejection } from './errors.ts';

/** `never`: a retry cannot succeed; `later`: retry after a pause; `look-up`: query the outcome before a retry. */
export type RetryAdvice = 'never' | 'later' | 'look-up';

export type ErrorDefinition<D> = {
  readonly code: number;
  readonly status: number | ((details: D) => number);
  readonly retry: RetryAdvice;
  readonly text: (details: D) => string;
};

/** @typeParam I the errors that the API can return, each of which needs an entry. */
export type ErrorTable<I extends ErrorId> = {
  readonly [K in I]: ErrorDefinition<DetailsOf<K>> | ((details: DetailsOf<K>) => Rejection<I>);
};

/** Entries of errors that an API shows as others. */
export type ShownAsOthers<I extends ErrorId> = {
  readonly [K in I]: (details: DetailsOf<K>) => Rejection;
};

/** Defines an error; `D` is the type of the details on which its text or its status depends. */
export function define<D = unknown>(
  code: number,
  status: ErrorDefinition<D>['status'],
  text: string | ErrorDefinition<D>['text'],
  retry: RetryAdvice = 'never',
): ErrorDefinition<D> {
  return { code, status, retry, text: typeof text === 'string' ? () => text : text };
}

type Entry = ErrorDefinition<unknown> | ((details: unknown) => Rejection);
/** A table of any API. */
export type AnyErrorTable = Readonly<Record<string, unknown>>;

/** The definition of an error, or undefined if the API shows it as another one. */
export function definitionOf(table: AnyErrorTable, id: string): ErrorDefinition<unknown> | undefined {
  // cast: a table of any API has such entries.
  const entry = table[id] as Entry | undefined;
  return typeof entry === 'function' ? undefined : entry;
}

export type ErrorReply = {
  /** The error that is shown. */
  readonly error: ErrorId;
  readonly status: number;
  readonly body: { readonly success: false; readonly code: number; readonly msg: string };
};

/**
 * spec: every error body is `{success:false, msg}`.
 * deviation: error bodies also contain the official `code`, because clients read it.
 */
export function describeError<I extends ErrorId>(
  { rejected, details }: Rejection<I>,
  table: ErrorTable<I>,
): ErrorReply {
  const entry = present(table[rejected]);
  // cast: an entry names an error of its own table.
  if (typeof entry === 'function') return describeError(entry(details) as Rejection<I>, table);
  const { code, text } = entry;
  const status = typeof entry.status === 'number' ? entry.status : entry.status(details);
  return { error: rejected, status, body: { success: false, code, msg: text(details) } };
}
