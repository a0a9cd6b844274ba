/**
 * The time of a world that can stand still and be moved forward, shared by all threads of a process. Only with the
 * rehearsal lab; without it, the time of the world is that of the machine.
 */
import type { TimeSource } from './clock.ts';

export type WorldState = {
  /** The time at which the world stands still, Unix time in ms; null: it goes on. */
  readonly frozenAt: number | null;
  /** How far the world is ahead of the machine while it goes on, ms. */
  readonly aheadMs: number;
  /** Which time the timestamps of signed requests are compared with: that of the machine, or that of the world. */
  readonly wire: 'machine' | 'world';
};

const frozenFlag = 1;
const wireFlag = 2;
/** The flags take the place of the lowest digit in base 4. */
const flags = 4;

export class WorldTime implements TimeSource {
  /** One number, so that no thread ever reads half of a change: a time or a distance, times 4, plus the flags. */
  readonly #cell: BigInt64Array;
  readonly #machine: TimeSource;

  /** @param buffer of another thread's world time; absent: a new one, which goes on with the machine's. */
  constructor(machine: TimeSource, buffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.#machine = machine;
    this.#cell = new BigInt64Array(buffer);
  }

  /** To be given to the other threads. */
  get buffer(): SharedArrayBuffer {
    return this.#cell.buffer as SharedArrayBuffer;
  }

  get state(): WorldState {
    const { value, isFrozen, wireFollows } = this.#read();
    const wire = wireFollows ? 'world' : 'machine';
    return isFrozen ? { frozenAt: value, aheadMs: 0, wire } : { frozenAt: null, aheadMs: value, wire };
  }

  set state({ frozenAt, aheadMs, wire }: WorldState) {
    const value = frozenAt ?? aheadMs;
    const set = (frozenAt === null ? 0 : frozenFlag) + (wire === 'world' ? wireFlag : 0);
    Atomics.store(this.#cell, 0, BigInt(value * flags + set));
  }

  now(): number {
    const { value, isFrozen } = this.#read();
    return isFrozen ? value : this.#machine.now() + value;
  }

  wireNow(): number {
    return this.#read().wireFollows ? this.now() : this.#machine.now();
  }

  /** The state in which the world goes on from a time. */
  goingOnFrom(worldMs: number): WorldState {
    return { ...this.state, frozenAt: null, aheadMs: worldMs - this.#machine.now() };
  }

  #read() {
    const packed = Number(Atomics.load(this.#cell, 0));
    const set = packed & (flags - 1);
    return {
      value: (packed - set) / flags,
      isFrozen: (set & frozenFlag) !== 0,
      wireFollows: (set & wireFlag) !== 0,
    };
  }
}
