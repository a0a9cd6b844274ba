/** A fault of a request: when it happens, and how the client's reply ends. */
import type { Effect } from './effects/effect.ts';

/** A time in milliseconds that is drawn for each firing. Nothing is longer than `maxDelayMs`. */
export type DelayDistribution =
  | { readonly distribution: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly distribution: 'log-normal'; readonly medianMs: number; readonly sigma: number };

/**
 * `normal`: the reply is sent as it is. `status`: another status and body, as a gateway sends them. `reset`: the
 * connection is reset. `hang`: no reply at all. `truncate`: the connection closes after `bytes` of the body. `delay`: the
 * reply comes later, or, before the work, the work begins later. `false-success`: an error, although the work was done.
 * `rejections`: this request and later ones of the same client are rejected, as a rate limit or a ban does it.
 */
export type Ending =
  | { readonly kind: 'normal' }
  | { readonly kind: 'status'; readonly status: number; readonly body: 'empty' | 'html' | 'json' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'truncate'; readonly bytes: number }
  | ({ readonly kind: 'delay' } & ({ readonly ms: number } | DelayDistribution))
  | { readonly kind: 'false-success'; readonly withId: boolean }
  | ({ readonly kind: 'rejections'; readonly status: 429 | 418; readonly retryAfterSeconds: number } & (
      | { readonly requests: number }
      | { readonly seconds: number }
    ));

/** `before`: nothing is done. `after`: everything is done, committed and synced. */
export type Position = 'before' | 'after';

export type Fault = {
  readonly position: Position;
  readonly ending: Ending;
  readonly effects: readonly Effect[];
};

export const maxDelayMs = 600_000;
