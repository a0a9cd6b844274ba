/** The messages between `EngineLink` and the thread of the engine. */
import type { CommandName } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { StoreFault } from '../store/port.ts';
import type { EngineQuestions } from './engine-port.ts';
import type { StoreLocation } from './open-store.ts';
import type { BatchReport } from './pending-commands.ts';
import type { StoreKind } from './store-code.ts';

/** The options with which the thread is started. */
export type EngineThreadStart = {
  /** Whether V8 optimizes nothing, in all threads, until `releaseCompilers`. */
  readonly holdsCompilers: boolean;
  /** The kind of store whose code is loaded while the thread waits for its first message. */
  readonly store?: StoreKind;
};

/** The first message to the engine. */
export type EngineThreadData = {
  readonly location: StoreLocation;
  /** Block time of the simulated chains, ms; 0: blocks are mined on demand. */
  readonly blockMs: number;
  /** Whether the lab may make nodes fail and stop blocks. */
  readonly lab?: boolean | undefined;
  /** The memory that the lab's clock shares with the thread; undefined without the lab. */
  readonly worldTime: SharedArrayBuffer | undefined;
};

export type SentCommand = readonly [
  id: number,
  name: CommandName,
  input: unknown,
  notAfterMs: number | undefined,
];

/** The other messages to the engine. The commands of one turn of the event loop share a message. */
export type EngineRequest =
  | { readonly commands: readonly SentCommand[] }
  | { readonly ask: keyof EngineQuestions; readonly id: number; readonly args: readonly unknown[] }
  | { readonly close: true };

/** Messages from the engine. */
export type EngineMessage =
  | { readonly ready: Catalog; readonly caughtUpMs: number | null }
  /** Monotonic time; all changes that other processes committed before it have been reported. */
  | { readonly caughtUpMs: number }
  | { readonly stale: true }
  /** Contains the reference data if they changed. */
  | { readonly report: BatchReport; readonly catalog?: Catalog }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string; readonly fault: StoreFault['fault'] | 'bug' }
  | { readonly fault: string; readonly message: string }
  /** The engine has answered all executed commands and executes no more. */
  | { readonly bug: string }
  | { readonly closed: true };
