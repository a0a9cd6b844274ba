/**
 * How a commit is shared between customers and the workers, and how much the workers do at a time.
 *
 * Customers come first. What room their commit has left is filled with the workers' commands: a commit of few costs nearly
 * as much as one of many. While customers are there, the workers work in small pages, so that nobody waits long for one.
 * Workers that fall behind get a fixed share: customers then wait longer for their replies, and nothing is refused.
 */

/** When the oldest withdrawal that a worker could send now is older than this, workers get half of each commit. */
const behindMs = 5_000;
/**
 * Older than this, they get two thirds. Of a withdrawal the customer's command is one and the workers' are two, so no more
 * is accepted from here on than is completed.
 */
const farBehindMs = 10_000;
/**
 * A commit with fewer of the customers' commands than this has room: for each that is missing it takes two of the workers',
 * which is what a withdrawal needs to be completed. A fuller one takes one of the workers' for each 32.
 */
const roomBelow = 16;
const customersPerWorkerCommand = 32;

/**
 * The workers get a commit of their own when no customer's command has come for this long. At full load the next ones are
 * on their way while a commit is being answered, and would have to wait for it.
 */
export const customersPauseMs = 3;

/** The engine counts as quiet this long after the last command of a customer. */
export const quietMs = 100;

/**
 * The workers' share of the customers' commits is used this many commands at a time. Sending a withdrawal reads the
 * reference data and, on PostgreSQL, holds the row of the asset's custody until the commit is on disk: one command costs
 * nearly as much as 32, and commits that run at the same time would wait for each other.
 */
const bunch = 32;

/** The part of the customers' commits that the workers may use. What they do not use at once adds up to one bunch. */
export class WorkersShare {
  #unused = 0;

  /**
   * Adds the share of one more commit.
   * @param customers the customers' commands in that commit, at least one.
   * @param elsewhere the customers' commands in commits that are under way at the same time.
   * @returns the number of the workers' commands that may be added to that commit.
   */
  add(customers: number, elsewhere: number, oldestQueuedMs: number): number {
    const share = shareOf(customers, elsewhere, oldestQueuedMs);
    this.#unused = Math.min(this.#unused + share, Math.max(share, bunch));
    return this.#unused < bunch ? 0 : Math.floor(this.#unused);
  }

  use(commands: number): void {
    this.#unused -= commands;
  }
}

function shareOf(customers: number, elsewhere: number, oldestQueuedMs: number): number {
  const room = Math.max(0, 2 * (roomBelow - customers - elsewhere));
  if (oldestQueuedMs > farBehindMs) return Math.max(room, 2 * customers);
  if (oldestQueuedMs > behindMs) return Math.max(room, customers);
  return Math.max(room, customers / customersPerWorkerCommand);
}

/** How many go into a commit of their own. */
export function backgroundAlone(isQuiet: boolean, largestBatch: number): number {
  return isQuiet ? 4 * largestBatch : largestBatch;
}

/** How many withdrawals the workers take up at a time. */
export function workersPage(isQuiet: boolean, largestBatch: number): number {
  return isQuiet ? 8 * largestBatch : largestBatch;
}
