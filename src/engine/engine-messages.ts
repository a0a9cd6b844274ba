/** The messages between `EngineLink` and the thread of the engine. */
import type { CommandName } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { StoreFault } from '../store/port.ts';
import type { EngineQuestions } from './engine-port.ts';
import type { StoreLocation } from './open-store.ts';
import type { BatchReport } from './pending-commands.ts';

export type EngineThreadData = {
  readonly location: StoreLocation;
  /** Block time of the simulated chains, ms; 0: blocks are mined on demand. */
  readonly blockMs: number;
};

export type SentCommand = readonly [
  id: number,
  name: CommandName,
  input: unknown,
  notAfterMs: number | undefined,
];

/** To the engine. Commands of one turn of the event loop travel together. */
export type EngineRequest =
  | { readonly commands: readonly SentCommand[] }
  | { readonly ask: keyof EngineQuestions; readonly id: number; readonly args: readonly unknown[] }
  | { readonly close: true };

/** From the engine. */
export type EngineMessage =
  | { readonly ready: Catalog; readonly caughtUpMs: number | null }
  /** Monotonic time; all changes that other processes committed before it have been reported. */
  | { readonly caughtUpMs: number }
  | { readonly stale: true }
  /** With the reference data if they changed. */
  | { readonly report: BatchReport; readonly catalog?: Catalog }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string; readonly fault: StoreFault['fault'] | 'bug' }
  | { readonly fault: string; readonly message: string }
  /** The engine executes nothing more, and has answered what it had executed. */
  | { readonly bug: string }
  | { readonly closed: true };
