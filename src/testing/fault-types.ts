/** The types of faults in `bursar/testing`; docs/lab.md describes them. Times are milliseconds unless their name says otherwise. */

/** `before`: nothing is done. `after`: everything is done, committed and synced. */
export type FaultPosition = 'before' | 'after';

/** How the reply ends. */
export type FaultEnding =
  | { readonly kind: 'normal' }
  | { readonly kind: 'status'; readonly status: number; readonly body: 'empty' | 'html' | 'json' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'delay';
      readonly distribution: 'uniform';
      readonly minMs: number;
      readonly maxMs: number;
    }
  | {
      readonly kind: 'delay';
      readonly distribution: 'log-normal';
      readonly medianMs: number;
      readonly sigma: number;
    }
  | { readonly kind: 'false-success'; readonly withId: boolean }
  | {
      readonly kind: 'rejections';
      readonly status: 429 | 418;
      readonly retryAfterSeconds: number;
      readonly requests: number;
    }
  | {
      readonly kind: 'rejections';
      readonly status: 429 | 418;
      readonly retryAfterSeconds: number;
      readonly seconds: number;
    };

/** What goes wrong later, with the withdrawal that the request has submitted, or with the newest deposit. */
export type FaultEffect =
  | { readonly kind: 'history-lag' | 'status-late' | 'deposit-history-lag'; readonly seconds: number }
  /** Without `seconds`, or with null: until it is ended. */
  | { readonly kind: 'stuck'; readonly seconds?: number | null }
  | {
      readonly kind:
        | 'dropped-transaction'
        | 'chain-failure'
        | 'reorg'
        | 'reorg-after-credit'
        | 'duplicate-deposit';
    };

/** A fault without a name. */
export type OwnFault = {
  readonly position: FaultPosition;
  readonly ending: FaultEnding;
  readonly effects?: readonly FaultEffect[];
};
