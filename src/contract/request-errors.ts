/**
 * The errors that the APIs themselves find in a request, before a command runs. They name parameters as the client
 * has sent them.
 */
import type { NoDetails } from './command-errors.ts';

type OfParameter = { readonly parameter: string };
type ForReason = { readonly reason: string };
/** `status` is present only if HTTP itself refused the request. */
type OfRequest = ForReason & { readonly parameter?: never; readonly status?: number };

type CommonRequestErrors = {
  /** An internal error; the log has the cause under the incident id. */
  readonly unknown: { readonly incident?: string };
  readonly 'path-unknown': { readonly path?: string; readonly hint?: string };
  readonly 'method-not-allowed': NoDetails;
};

export type CustomerRequestErrors = CommonRequestErrors & {
  readonly maintenance: NoDetails;
  readonly 'too-many-requests': { readonly bannedUntilMs: number } | { readonly limit: number };
  readonly 'permission-missing': { readonly reason?: string };
  readonly 'master-only': NoDetails;
  readonly 'key-malformed': NoDetails;
  readonly 'key-rejected': NoDetails;
  readonly 'signature-invalid': NoDetails;
  /** `ahead`: by a second or more after the time of the server. */
  readonly 'timestamp-outside-window': { readonly ahead?: true };
  readonly 'recv-window-too-large': NoDetails;
  readonly 'time-unit-invalid': NoDetails;
  readonly 'parameter-illegal-characters': OfParameter & { readonly legalRange: string };
  readonly 'parameters-too-many': (OfParameter & { readonly status?: never }) | OfRequest;
  readonly 'parameter-missing': OfParameter;
  readonly 'parameter-empty': OfParameter;
  readonly 'parameter-overflow': OfParameter;
  readonly 'parameter-invalid':
    | (OfParameter & { readonly reason?: string; readonly status?: never })
    | OfRequest;
  /** At most one of these parameters may be sent. */
  readonly 'parameters-conflicting': { readonly parameters: readonly string[] };
  readonly 'sub-account-only': NoDetails;
  readonly 'symbol-unknown': NoDetails;
  /** More than 90 days between the bounds of a history. */
  readonly 'history-interval-too-long': NoDetails;
  readonly 'interval-too-long': { readonly hours: number };
  /** The exchange supports this, but the parts of it that are served here do not. */
  readonly 'operation-unsupported': NoDetails;
  /** The account may not withdraw this now. */
  readonly 'withdrawal-limited': { readonly reason?: string };
};

/** The errors of messages of the WebSocket API. */
export type StreamRequestErrors = {
  readonly 'message-invalid': ForReason;
  readonly 'method-unknown': { readonly method: string };
  /** The method needs a session that has logged on. */
  readonly 'session-missing': NoDetails;
  readonly 'key-type-unsupported': { readonly keyType: string };
  readonly 'time-unit-invalid': NoDetails;
  readonly 'subscription-active': NoDetails;
  readonly 'subscription-inactive': NoDetails;
  readonly 'subscription-ids-exhausted': NoDetails;
  readonly 'subscriptions-too-many': { readonly limit: number };
};

export type OperatorRequestErrors = CommonRequestErrors & {
  readonly 'operator-unauthorized': NoDetails;
  /** The caller is known, but may not do this. */
  readonly 'operator-forbidden': ForReason;
  /** The name and the password, or the passkey, are not those of an active operator. */
  readonly 'credentials-wrong': NoDetails;
  /** Too many failed attempts to sign in. */
  readonly 'sign-ins-too-many': { readonly retryAfterS: number };
  /** A person must prove their identity again first. */
  readonly 'proof-missing': NoDetails;
  /** Something that a request names does not exist. The operator API shows other errors as this one. */
  readonly 'operator-not-found': { readonly what: string };
  /** The current state does not allow the operation. The operator API shows other errors as this one. */
  readonly 'operator-conflict': ForReason;
  /** Invalid input: found by the operator API itself, or by a command. HTTP refuses with a status of its own. */
  readonly 'operator-invalid': ForReason & { readonly status?: number };
  /** The reads of the request take too long, or too little time was left for them. */
  readonly 'read-too-long': NoDetails;
  /** More streams of changes are open than one person, or one process, may have. */
  readonly 'streams-too-many': { readonly limit: number; readonly of: 'yours' | 'process' };
  /** The chain of the network has only `height` blocks. */
  readonly 'blocks-too-few': { readonly network: string; readonly height: number };
  readonly 'dividend-unknown': { readonly tranId: string | number };
};
