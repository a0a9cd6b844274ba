/**
 * The engine as the rest of a process uses it: it executes commands, follows the chains and runs the workers.
 *
 * `EngineLink` runs it on its own thread, `LocalEngine` in the thread of the caller. Both pass the tests in `test/engine/`.
 * `SleepingEngine` opens a `LocalEngine` when it is used.
 */
import type { ChainService } from '../chain/service.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { NamedChanges } from '../store/cached-changes.ts';
import { StoreFault, type TaskLeases } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import type { TableName } from '../store/tables.ts';
import type { Advanced } from './due-work.ts';
import type { CommitFigures } from './group-commit.ts';
import type { Snapshot } from './open-store.ts';

export type EnginePort = {
  /** Outcomes never reject. After `close`, and after the engine has died, every command is answered as not done. */
  readonly commands: Commands;
  readonly chainService: ChainService;
  /** Leases of tasks that one of the processes on the same store runs. */
  readonly leases: TaskLeases;
  readonly world: WorldQuestions;
  /** A read that begins after an outcome was received sees its commit. */
  readonly reads: Reads;
  /** The same for operators. @throws ReadTooLong where the store limits their duration. */
  readonly limitedReads: Reads;
  /** A snapshot of the store as of now, while commands continue. */
  openSnapshot(): Promise<Snapshot>;
  /** The reference data of the latest commit that was announced. */
  catalog(): Catalog;
  /** Figures of all commits since the start. */
  figures(): Promise<CommitFigures>;
  /** The number of commands that have no outcome yet. */
  waitingCommands(): number;
  /** The number of commands that were submitted since the start; a difference says whether any were meanwhile. */
  submittedCommands(): number;
  /** How long changes of other processes may have been missed, ms; null if no other process writes. */
  feedAgeMs(): number | null;
  /** Completes the commands in progress and closes the store and the chains. Nothing is left running. */
  close(): Promise<void>;
};

/** Notifications of the engine to its owner. */
export type EngineListener = {
  /**
   * Called with the tables that a commit changed, and with its changes of cached rows, before its outcomes are
   * answered. If it returns a promise, the outcomes wait for it.
   */
  readonly onChanged: (tables: readonly TableName[], named: NamedChanges) => unknown;
  /** A worker failed; it tries again. */
  readonly onFault: (what: string, message: string) => void;
  /** Called with false when changes of other processes may be missed, and with true when they are received again. */
  readonly onFeedChange?: (isReceiving: boolean) => void;
  /**
   * The engine has died, or `onChanged` has failed after a commit. Known outcomes have been answered, but the replies
   * made of them may not have been sent yet. The owner decides whether the process ends.
   */
  readonly onFatal: (error: Error) => void;
};

/** The work of the engine that depends on the time of the world; only with the clock of the lab. */
export type WorldQuestions = {
  /** The work that is due next; null if none is, whatever the time. */
  nextDue(): Promise<DoneWork | null>;
  /** Moves the frozen time of the world forward and does the work that becomes due meanwhile. */
  advanceWorld(toMs: number): Promise<Advanced>;
  /** To be called after the time was frozen or resumed. Resolves when the work that was in progress is done. */
  noteWorldTime(): Promise<void>;
};

/** Calls to the engine other than commands. */
export type EngineQuestions = ChainService &
  TaskLeases &
  WorldQuestions & { figures(): Promise<CommitFigures> };

export type AskEngine = <Q extends keyof EngineQuestions>(
  question: Q,
  args: Parameters<EngineQuestions[Q]>,
) => ReturnType<EngineQuestions[Q]>;

/** The part of the port that asks questions. */
export function questionsBy(
  ask: AskEngine,
): Pick<EnginePort, 'chainService' | 'leases' | 'world' | 'figures'> {
  return {
    chainService: {
      newAddress: (...args) => ask('newAddress', args),
      receiveDeposit: (...args) => ask('receiveDeposit', args),
      mineBlocks: (...args) => ask('mineBlocks', args),
      failWithdrawal: (...args) => ask('failWithdrawal', args),
      reportDeposit: (...args) => ask('reportDeposit', args),
      takeClaim: (...args) => ask('takeClaim', args),
      resendWithdrawal: (...args) => ask('resendWithdrawal', args),
      controlTransaction: (...args) => ask('controlTransaction', args),
      reorganise: (...args) => ask('reorganise', args),
      reorganiseAway: (...args) => ask('reorganiseAway', args),
      chainState: (...args) => ask('chainState', args),
      switchChain: (...args) => ask('switchChain', args),
      heights: (...args) => ask('heights', args),
    },
    leases: {
      hold: (...args) => ask('hold', args),
      release: (...args) => ask('release', args),
      processes: (...args) => ask('processes', args),
    },
    world: {
      nextDue: (...args) => ask('nextDue', args),
      advanceWorld: (...args) => ask('advanceWorld', args),
      noteWorldTime: (...args) => ask('noteWorldTime', args),
    },
    figures: (...args) => ask('figures', args),
  };
}

/** The engine did not answer. The fault says whether the request may have been executed. */
export type NoAnswer = { readonly fault: StoreFault['fault']; readonly message: string };

export const engineClosed: NoAnswer = { fault: 'not-done', message: 'the engine is closed' };
export const engineDead: NoAnswer = { fault: 'not-done', message: 'the engine has died' };
/** The fault of requests that were in progress when the engine died. */
export const outcomeLost: NoAnswer = { fault: 'unknown', message: 'the engine has died' };

export function errorOf({ fault, message }: NoAnswer): StoreFault {
  return new StoreFault(fault, message);
}

/** Bugs are described with their stack; faults of the store without it, because it says nothing about the cause. */
export function describeError(error: unknown): string {
  if (error instanceof StoreFault) return error.message.split('\n')[0] ?? error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
