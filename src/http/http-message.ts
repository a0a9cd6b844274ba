/** Requests and replies as a listener passes them on: raw text, nothing of it interpreted. */

export type RawRequest = {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly ip: string;
};

export type RawReply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON unless told otherwise. */
  readonly contentType?: string;
  readonly body: string;
  /** Nothing more is taken from the connection. */
  readonly endsConnection?: boolean;
};

/**
 * Why HTTP itself refused a request: 400 broken, 405 no method of ours, 408 too slow, 413 body too large, 414 or 431 head
 * too large. Whose it was is not known where the head could not be read and a trusted proxy has passed it on.
 */
export type Refusal = { readonly status: number; readonly reason: string; readonly ip?: string };

/** At once, where it is not known whose request it was. */
export type Refuse = (refusal: Refusal) => RawReply | Promise<RawReply>;
