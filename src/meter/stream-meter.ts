/** Counts connections, subscriptions and events of the balance stream. */

export type StreamFigures = {
  readonly connections: number;
  readonly subscriptions: number;
  /** Events sent, by name. */
  readonly events: ReadonlyMap<string, number>;
  /** Connections that ended, by reason. */
  readonly ended: ReadonlyMap<string, number>;
};

export class StreamMeter {
  readonly #events = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  #connections = 0;
  #subscriptions = 0;

  countConnection(): void {
    this.#connections += 1;
  }

  countEnd(reason: string): void {
    this.#connections -= 1;
    add(this.#ended, reason);
  }

  countSubscription(change: 1 | -1): void {
    this.#subscriptions += change;
  }

  countEvent(name: string): void {
    add(this.#events, name);
  }

  read(): StreamFigures {
    return {
      connections: this.#connections,
      subscriptions: this.#subscriptions,
      events: this.#events,
      ended: this.#ended,
    };
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
