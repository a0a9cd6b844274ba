/** Requests and replies between a listener and its handler, as raw, uninterpreted text. */

export type RawRequest = {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Alternating names and values, as sent; `headers` joins lines with the same name. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly ip: string;
};

/**
 * `delay`: the reply is sent later. `hang`: it is never sent, and the connection ends when the client leaves, the
 * server stops, or `maxMs` have passed. `reset`: the connection is reset (over TLS, it is closed). `truncate`: the head
 * announces the whole body, and the connection closes after `bytes` of it.
 */
export type ReplyEnding =
  /** `onAbandoned` is called if the client leaves before the reply is sent. */
  | { readonly kind: 'delay'; readonly ms: number; readonly onAbandoned?: () => void }
  | { readonly kind: 'hang'; readonly maxMs: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'truncate'; readonly bytes: number };

export type RawReply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default JSON. */
  readonly contentType?: string;
  readonly body: string;
  /** Whether the connection closes after this reply and accepts no more requests. */
  readonly endsConnection?: boolean;
  /** The way in which the reply goes wrong on purpose. */
  readonly ending?: ReplyEnding;
};

/**
 * A request that violates HTTP itself: 400 invalid, 405 unsupported method, 408 too slow, 413 body too large, 414 or
 * 431 head too large. `ip` is absent if the head could not be parsed and a trusted proxy sent the request; `target` if it
 * is not known.
 */
export type Refusal = {
  readonly status: number;
  readonly reason: string;
  readonly ip?: string;
  readonly target?: string;
};

/** Renders the reply to a refusal; synchronous if `ip` is absent. */
export type Refuse = (refusal: Refusal) => RawReply | Promise<RawReply>;
