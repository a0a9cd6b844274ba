/**
 * Claims withdrawals and sends the claimed ones. The claim, which stores the transaction, commits before anything is
 * sent. If a crash happens in between, the sweep finds the withdrawal and sends the same bytes again.
 */
import type { Chains, PreparedTransaction } from '../chain/port.ts';
import { isRejection } from '../contract/errors.ts';
import type { Row } from '../store/tables.ts';
import { FirstFailure } from './first-failure.ts';
import { paymentOf } from './withdrawal-attempts.ts';
import type { WorkerParts } from './worker-parts.ts';

type Withdrawal = Row<'withdrawals'>;

export type ClaimParts = Pick<WorkerParts, 'commands' | 'chains' | 'catalog'>;

type Sendable = Pick<Withdrawal, 'network' | 'signedTransaction'>;

export type ClaimOptions = {
  /** Claims each withdrawal only if the one before it no longer waits for liquidity. */
  readonly inTurn?: boolean;
  /** Sends the withdrawals that were claimed. */
  readonly sendClaimed?: (claimed: readonly Sendable[]) => Promise<void>;
  /** Called if the store could execute none of the claims, for example because the disk is full. */
  readonly onNothingDone?: () => void;
};

/**
 * Claims and sends withdrawals in the order of the rows.
 * @returns for each row whether the withdrawal has left its stage or, if it was waiting, no longer waits for the same
 * reason.
 * @throws the first error of a chain, after the withdrawals on other chains have been sent.
 */
export async function claimAndSend(
  parts: ClaimParts,
  rows: readonly Withdrawal[],
  {
    inTurn = false,
    sendClaimed = (claimed) => send(parts.chains, claimed),
    onNothingDone,
  }: ClaimOptions = {},
): Promise<readonly boolean[]> {
  const failures = new FirstFailure();
  const prepared = await Promise.all(rows.map((row) => failures.run(() => prepare(parts, row))));
  const previous = (index: number) => (inTurn ? rows[index - 1]?.id : undefined);
  const claims = await Promise.all(
    rows.map((row, index) => claim(parts, row, prepared[index] ?? null, previous(index))),
  );
  if (claims.length > 0 && claims.every(({ isNotDone }) => isNotDone)) onNothingDone?.();
  const claimed = claims.flatMap((each) => each.claimed);
  await failures.run(() => sendClaimed(claimed));
  failures.rethrow();
  return claims.map(({ moved }) => moved);
}

/** Small pages are sent together, because a message that wakes a thread or a server costs as much as many transactions. */
export const sentTogether = 256;
/** Up to this many times `sentTogether` withdrawals are claimed and not known to be sent. */
const callsAtOnce = 4;

/** Sends pages while others are claimed. */
export class PageSender {
  readonly #chains: Chains;
  readonly #failures = new FirstFailure();
  readonly #sending: Promise<unknown>[] = [];
  #claimed: Sendable[] = [];

  constructor(chains: Chains) {
    this.#chains = chains;
  }

  /** Resolves when the page is being sent, or will be sent with the next one or by `finish`. */
  async send(rows: readonly Sendable[]): Promise<void> {
    this.#claimed.push(...rows);
    if (this.#claimed.length >= sentTogether) await this.#sendClaimed();
  }

  /** Resolves when all pages have been sent. @throws the first error. */
  async finish(): Promise<void> {
    await this.#sendClaimed();
    await Promise.all(this.#sending);
    this.#failures.rethrow();
  }

  async #sendClaimed(): Promise<void> {
    const claimed = this.#claimed;
    this.#claimed = [];
    if (this.#sending.length >= callsAtOnce) await this.#sending.shift();
    this.#sending.push(this.#failures.run(() => send(this.#chains, claimed)));
  }
}

/** Sends to every network, even if one of them fails. @throws the first error. */
export async function send(chains: Chains, rows: readonly Sendable[]): Promise<void> {
  const failures = new FirstFailure();
  for (const [network, group] of Map.groupBy(rows, (row) => row.network)) {
    // cast: claims of this store have one.
    const signed = group.map((row) => row.signedTransaction as string);
    await failures.run(() => chains.of(network).broadcast(signed));
  }
  failures.rethrow();
}

type Claim = {
  readonly moved: boolean;
  readonly claimed: readonly Withdrawal[];
  readonly isNotDone?: boolean;
};

async function claim(
  parts: ClaimParts,
  row: Withdrawal,
  transaction: PreparedTransaction | null,
  previousId: string | undefined,
): Promise<Claim> {
  const outcome = await parts.commands.submit('claimWithdrawal', {
    withdrawal: row,
    previousId,
    transaction,
  });
  // A rejection means that the withdrawal is no longer queued or waiting.
  if (isRejection(outcome)) return { moved: true, claimed: [] };
  if ('fault' in outcome) return { moved: false, claimed: [], isNotDone: outcome.fault === 'not-done' };
  if (outcome.done === 'own-address') return { moved: await settleInside(parts, row), claimed: [] };
  const isClaimed = outcome.done === 'broadcast' && transaction !== null;
  const claimed = isClaimed ? [{ ...row, signedTransaction: transaction.signedTransaction }] : [];
  return { moved: outcome.done !== 'unchanged', claimed };
}

async function settleInside({ commands }: ClaimParts, { id }: Withdrawal): Promise<boolean> {
  const outcome = await commands.submit('settleInside', { id });
  return 'done' in outcome ? outcome.done !== 'unchanged' : isRejection(outcome);
}

/** @returns null if the network is not defined, or if somebody else sends its payments. */
async function prepare(
  { catalog, chains }: ClaimParts,
  row: Withdrawal,
): Promise<PreparedTransaction | null> {
  const payment = paymentOf(catalog(), row);
  return payment && chains.of(row.network).prepare(payment);
}
