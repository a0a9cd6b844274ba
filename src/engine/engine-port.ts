/**
 * The engine as the rest of a process uses it: it executes commands, follows the chains and runs the workers.
 *
 * `EngineLink` runs it on a thread of its own, `LocalEngine` in the thread of the caller. Both pass `engine-port.test.ts`.
 */
import type { ChainService } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { StoreFault, type TaskLeases } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import type { TableName } from '../store/tables.ts';
import type { CommitFigures } from './group-commit.ts';
import type { Snapshot } from './open-store.ts';

export type EnginePort = {
  /** Outcomes never reject. After `close`, and after the engine has died, every command is answered as not done. */
  readonly commands: Commands;
  readonly chainService: ChainService;
  /** The right to run tasks that one of the processes over the same store runs. */
  readonly leases: TaskLeases;
  /** A read that begins after an outcome was received sees its commit. */
  readonly reads: Reads;
  /** The store as it is now, while commands go on. */
  openSnapshot(): Promise<Snapshot>;
  /** The reference data of the latest commit that was announced. */
  catalog(): Catalog;
  /** Figures of all commits since the start. */
  figures(): Promise<CommitFigures>;
  /** The number of commands that have no outcome yet. */
  waitingCommands(): number;
  /** How long changes of other processes may have been missed, ms; null if no other process writes. */
  feedAgeMs(): number | null;
  /** Completes the commands in progress and closes the store and the chains. Nothing is left running. */
  close(): Promise<void>;
};

/** What the engine tells its owner. */
export type EngineListener = {
  /**
   * Called with the tables that a commit changed, before its outcomes are answered. If it returns a promise, the outcomes
   * wait for it.
   */
  readonly onChanged: (tables: readonly TableName[]) => unknown;
  /** A worker failed; it tries again. */
  readonly onFault: (what: string, message: string) => void;
  /** Called with false when changes of other processes are not heard any more, with true when they are heard again. */
  readonly onHearing?: (hears: boolean) => void;
  /**
   * The engine has died, or `onChanged` has failed after a commit. Outcomes that are known have been answered, but the
   * replies made of them may still have to be sent. The owner decides what becomes of the process.
   */
  readonly onFatal: (error: Error) => void;
};

/** What else than commands the engine can be asked. */
export type EngineQuestions = ChainService & TaskLeases & { figures(): Promise<CommitFigures> };

export type AskEngine = <Q extends keyof EngineQuestions>(
  question: Q,
  args: Parameters<EngineQuestions[Q]>,
) => ReturnType<EngineQuestions[Q]>;

/** The part of the port that asks questions. */
export function questionsBy(ask: AskEngine): Pick<EnginePort, 'chainService' | 'leases' | 'figures'> {
  return {
    chainService: {
      newAddress: (...args) => ask('newAddress', args),
      receiveDeposit: (...args) => ask('receiveDeposit', args),
      mineBlocks: (...args) => ask('mineBlocks', args),
      failWithdrawal: (...args) => ask('failWithdrawal', args),
      resendWithdrawal: (...args) => ask('resendWithdrawal', args),
      heights: (...args) => ask('heights', args),
    },
    leases: {
      hold: (...args) => ask('hold', args),
      release: (...args) => ask('release', args),
      processes: (...args) => ask('processes', args),
    },
    figures: (...args) => ask('figures', args),
  };
}

/** The engine did not answer: the fault says whether it may have done what it was asked. */
export type NoAnswer = { readonly fault: StoreFault['fault']; readonly message: string };

export const engineClosed: NoAnswer = { fault: 'not-done', message: 'the engine is closed' };
export const engineDead: NoAnswer = { fault: 'not-done', message: 'the engine has died' };
/** For what was in progress when the engine died. */
export const outcomeLost: NoAnswer = { fault: 'unknown', message: 'the engine has died' };

export function errorOf({ fault, message }: NoAnswer): StoreFault {
  return new StoreFault(fault, message);
}

/** The stack of a bug; of a fault of the store only what happened, because where it surfaced says nothing about it. */
export function describeError(error: unknown): string {
  if (error instanceof StoreFault) return error.message.split('\n')[0] ?? error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
