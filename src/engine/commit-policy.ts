/**
 * Decides how many foreground commands (of customers and operators) and background commands (of workers) share a
 * commit, and the page size of the workers.
 *
 * Foreground commands come first. Background commands fill small commits up, because a commit of few commands costs
 * nearly as much as one of many. While there is foreground load, the workers use small pages, so that no foreground
 * command waits long. Workers that have fallen behind get a fixed share of each commit: replies then take longer, but
 * no request is rejected for it.
 */

/** If the oldest sendable withdrawal is older than this, background commands get half of each commit. */
const behindMs = 5_000;
/**
 * Above this age they get two thirds. A withdrawal takes one foreground and two background commands, so from here on
 * withdrawals are completed as fast as they are accepted.
 */
const farBehindMs = 10_000;

/** A value for a low and one for a high load; between them it changes evenly. */
type ByLoad = { readonly lowLoad: number; readonly highLoad: number };

/**
 * Shares of the capacity of commits that foreground commands use. Up to the first, there is time to complete what is
 * accepted; from the second on, customers wait for commits.
 */
const loads: ByLoad = { lowLoad: 0.35, highLoad: 0.55 };

/**
 * If less than this part of the largest batch is running for foreground commands, a commit is filled up with two
 * background commands for each one fewer, because a withdrawal needs two background commands to be completed.
 */
const fillBelow: ByLoad = { lowLoad: 5 / 8, highLoad: 1 / 16 };
/** The share in larger commits: one background command per 48 foreground commands. */
const foregroundPerBackground = 48;

/**
 * A commit of background commands alone starts only after this long without a foreground command. At full load, clients
 * send their next commands after each commit, and those would have to wait for it.
 */
const foregroundPauseMs: ByLoad = { lowLoad: 2, highLoad: 25 };

/** The engine counts as quiet after this long without a foreground command. */
export const quietMs = 100;

/**
 * Background commands are added to commits in groups of at least this many, because sending a withdrawal reads the
 * reference data and, on PostgreSQL, locks the asset's custody row: one command costs nearly as much as a group. In
 * larger groups, customers wait longer for a commit.
 */
const groupSize = 16;

/**
 * The page size of the workers under foreground load, in commits. The next page is read once every command of one has an
 * outcome: with pages of one commit, commits with room found no background commands.
 */
const commitsPerPage = 3;

/** The share of foreground commits that background commands may use. Unused shares add up to at most one group. */
export class WorkersShare {
  readonly #largestBatch: number;
  #unused = 0;

  /** @param largestBatch maximum number of foreground commands in a commit. */
  constructor(largestBatch: number) {
    this.#largestBatch = largestBatch;
  }

  /**
   * Adds the share of one more commit.
   * @param foreground number of foreground commands in this commit, at least one.
   * @param elsewhere number of foreground commands in commits that are running at the same time.
   * @param load share of the capacity of commits that foreground commands use.
   * @param oldestWithdrawalMs age of the oldest sendable withdrawal.
   * @returns the number of background commands that may be added to this commit.
   */
  addCommit(foreground: number, elsewhere: number, load: number, oldestWithdrawalMs: number): number {
    const room = 2 * (this.#largestBatch * valueAt(load, fillBelow) - foreground - elsewhere);
    const share = Math.max(room, shareOf(foreground, oldestWithdrawalMs));
    this.#unused = Math.min(this.#unused + share, Math.max(share, groupSize));
    return this.#unused < groupSize ? 0 : Math.floor(this.#unused);
  }

  use(commands: number): void {
    this.#unused -= commands;
  }
}

/** Whether the workers get a fixed share of each commit. */
export function isBehind(oldestWithdrawalMs: number): boolean {
  return oldestWithdrawalMs > behindMs;
}

function shareOf(foreground: number, oldestWithdrawalMs: number): number {
  if (oldestWithdrawalMs > farBehindMs) return 2 * foreground;
  if (isBehind(oldestWithdrawalMs)) return foreground;
  return foreground / foregroundPerBackground;
}

function valueAt(load: number, { lowLoad, highLoad }: ByLoad): number {
  const way = (load - loads.lowLoad) / (loads.highLoad - loads.lowLoad);
  return lowLoad + (highLoad - lowLoad) * Math.min(1, Math.max(0, way));
}

/** Time without a foreground command after which background commands get a commit of their own, ms. */
export function pauseBeforeBackground(load: number): number {
  return valueAt(load, foregroundPauseMs);
}

/** Maximum number of background commands in a commit without foreground commands. */
export function backgroundAlone(isQuiet: boolean, largestBatch: number): number {
  return isQuiet ? 4 * largestBatch : largestBatch;
}

/** Page size of the workers. */
export function workersPage(isQuiet: boolean, largestBatch: number): number {
  return (isQuiet ? 8 : commitsPerPage) * largestBatch;
}
