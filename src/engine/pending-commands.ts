/** The commands of one engine that have no outcome yet, in the order in which they were submitted. */
import { asError } from '../boundary/caught.ts';
import { present } from '../boundary/present.ts';
import type { NamedChanges } from '../store/cached-changes.ts';
import type { Fault, Outcome } from '../store/port.ts';
import type { TableName } from '../store/tables.ts';
import type { EngineListener } from './engine-port.ts';

/** The changes of a batch and the outcomes of its commands. `answered[i]` is the id of the command of `outcomes[i]`. */
export type BatchReport = {
  readonly changed: readonly TableName[];
  readonly named: NamedChanges;
  readonly answered: readonly number[];
  readonly outcomes: readonly Outcome[];
};

type Answer = (outcome: Outcome) => void;
type Pending = { readonly answer: Answer; readonly sinceMs: number };

export class PendingCommands {
  readonly #listener: EngineListener;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(listener: EngineListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** The number of commands so far. */
  get submitted(): number {
    return this.#lastId;
  }

  /** @returns the id of the command. */
  add(answer: Answer, sinceMs: number): number {
    const id = ++this.#lastId;
    this.#pending.set(id, { answer, sinceMs });
    return id;
  }

  /**
   * Announces changes, then answers. Never throws, so that committed commands are answered even if the listener fails.
   */
  deliver(report: BatchReport): void {
    const announced = report.changed.length === 0 ? undefined : this.#announce(report);
    if (announced === undefined) this.#answerAll(report);
    else void announced.then(() => this.#answerAll(report));
  }

  /** Answers all commands, or those that were submitted until `untilMs`. */
  fail(fault: Fault, untilMs = Number.POSITIVE_INFINITY): void {
    for (const [id, { sinceMs }] of this.#pending) {
      if (sinceMs > untilMs) break;
      this.#answer(id, fault);
    }
  }

  #announce({ changed, named }: BatchReport): Promise<unknown> | undefined {
    const fail = (error: unknown) => void setImmediate(() => this.#listener.onFatal(asError(error)));
    try {
      const announced = this.#listener.onChanged(changed, named);
      return announced instanceof Promise ? announced.catch(fail) : undefined;
    } catch (error) {
      fail(error);
    }
  }

  #answerAll({ answered, outcomes }: BatchReport): void {
    for (const [index, id] of answered.entries()) this.#answer(id, present(outcomes[index]));
  }

  #answer(id: number, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.answer(outcome);
  }
}

/** Collects what a batch changed and the outcomes of its commands, until they are sent together. */
export class ReportCollector {
  readonly #send: (report: BatchReport) => void;
  #changed = new Set<TableName>();
  #named: NamedChanges = [];
  #answered: number[] = [];
  #outcomes: Outcome[] = [];

  constructor(send: (report: BatchReport) => void) {
    this.#send = send;
  }

  noteChanged(tables: Iterable<TableName>, named: NamedChanges): void {
    for (const table of tables) this.#changed.add(table);
    if (this.#named === 'everything' || named.length === 0) return;
    this.#named = named === 'everything' ? named : [...this.#named, ...named];
  }

  noteOutcome(id: number, outcome: Outcome): void {
    this.#answered.push(id);
    this.#outcomes.push(outcome);
  }

  send(): void {
    if (this.#outcomes.length === 0 && this.#changed.size === 0) return;
    const report = {
      changed: [...this.#changed],
      named: this.#named,
      answered: this.#answered,
      outcomes: this.#outcomes,
    };
    this.#changed = new Set();
    this.#named = [];
    this.#answered = [];
    this.#outcomes = [];
    this.#send(report);
  }
}
