import type { Exchange, Reply } from '../support/exchange.ts';

/** A call that succeeds after those before it. */
export type OperationCall = {
  /** The id of the operation. */
  readonly id: string;
  /** The name of its entry in the audit trail; absent if it leaves none. */
  readonly action?: string;
  /** A function, because a path may contain an id that an earlier call returned. The test adds the reason. */
  readonly request: () => { readonly path: string; readonly body?: object };
  /** Creates what the call needs beyond the earlier ones. */
  readonly prepare?: (exchange: Exchange) => Promise<unknown>;
  /** Keeps what later calls need of the reply. */
  readonly remember?: (reply: Reply['body']) => void;
};
