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
/**
 * A commit with fewer foreground commands than this is filled up with two background commands for each one fewer,
 * because a withdrawal needs two background commands to be completed. It is divided by the number of commits that run at
 * the same time.
 */
const fillBelow = { lowLoad: 24, highLoad: 4 };
/**
 * Up to this share of the capacity of commits for foreground commands, the load is low: there is time to complete what
 * is accepted.
 */
const lowLoad = 0.4;
/** The share in larger commits: one background command per 48 foreground commands. */
const foregroundPerBackground = 48;

/**
 * A commit of background commands alone starts only after this long without a foreground command. At full load, clients
 * send their next commands after each commit, and those would have to wait for it.
 */
const foregroundPauseMs = { lowLoad: 3, highLoad: 25 };

/** The engine counts as quiet after this long without a foreground command. */
export const quietMs = 100;

/**
 * Background commands are added to commits in groups of at least this many. Sending a withdrawal reads the reference
 * data and, on PostgreSQL, locks the asset's custody row until the commit is on disk. So one command costs nearly as
 * much as 32, and concurrent commits would wait for each other.
 */
const groupSize = 32;

/** The share of foreground commits that background commands may use. Unused shares add up to at most one group. */
export class WorkersShare {
  readonly #parallelCommits: number;
  #unused = 0;

  /** @param parallelCommits number of commits that run at the same time. */
  constructor(parallelCommits: number) {
    this.#parallelCommits = parallelCommits;
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
    const below = load > lowLoad ? fillBelow.highLoad : fillBelow.lowLoad;
    const room = 2 * (below / this.#parallelCommits - foreground - elsewhere);
    const share = Math.max(room, shareOf(foreground, oldestWithdrawalMs));
    this.#unused = Math.min(this.#unused + share, Math.max(share, groupSize));
    return this.#unused < groupSize ? 0 : Math.floor(this.#unused);
  }

  use(commands: number): void {
    this.#unused -= commands;
  }
}

function shareOf(foreground: number, oldestWithdrawalMs: number): number {
  if (oldestWithdrawalMs > farBehindMs) return 2 * foreground;
  if (oldestWithdrawalMs > behindMs) return foreground;
  return foreground / foregroundPerBackground;
}

/** How long no foreground command must have run before background commands get a commit of their own, ms. */
export function pauseBeforeBackground(load: number): number {
  return load > lowLoad ? foregroundPauseMs.highLoad : foregroundPauseMs.lowLoad;
}

/** Maximum number of background commands in a commit without foreground commands. */
export function backgroundAlone(isQuiet: boolean, largestBatch: number): number {
  return isQuiet ? 4 * largestBatch : largestBatch;
}

/** Page size of the workers. */
export function workersPage(isQuiet: boolean, largestBatch: number): number {
  return isQuiet ? 8 * largestBatch : largestBatch;
}
