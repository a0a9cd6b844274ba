/**
 * The effects of a fault after the reply. Effects on a withdrawal concern the one that the request has submitted;
 * effects on a deposit concern the newest deposit of the account whose deposits the request lists.
 *
 * `history-lag`: no history shows it for some seconds. `status-late`: histories show a withdrawal as being processed until
 * some seconds after it has ended. `stuck`: no block takes the transaction, for some seconds or until the effect is
 * ended. `dropped-transaction`: the chain forgets it, until the exchange sends the same bytes again. `chain-failure`: the
 * transaction fails. `reorg`, for the newest one in a block that the history shows: its block and those after it are
 * replaced by one with the same transactions. `reorg-after-credit`: the same for a credited deposit, but without its
 * transaction. `duplicate-deposit`: the chain reports the same output again, and another transaction pays the same
 * amount to the same address.
 */
export type Effect =
  | { readonly kind: 'history-lag'; readonly seconds: number }
  | { readonly kind: 'status-late'; readonly seconds: number }
  | { readonly kind: 'stuck'; readonly seconds: number | null }
  | { readonly kind: 'dropped-transaction' }
  | { readonly kind: 'chain-failure' }
  | { readonly kind: 'reorg' }
  | { readonly kind: 'reorg-after-credit' }
  | { readonly kind: 'deposit-history-lag'; readonly seconds: number }
  | { readonly kind: 'duplicate-deposit' };

/** An effect that lasts, and has not ended. */
export type LastingKind = Extract<Effect, { seconds: number | null }>['kind'];

export type LastingEffect = {
  readonly id: string;
  readonly kind: LastingKind;
  readonly firingId: string;
  /** The withdrawal or the deposit. */
  readonly subject: string;
  /** World time in ms. */
  readonly begunAt: number;
  /** World time in ms; null: until it is ended, or not known yet. */
  readonly until: number | null;
};
