/**
 * The time of a world that can stand still and be moved forward, shared by all threads of a process. Only with the
 * rehearsal lab; without it, the time of the world is that of the machine.
 */
import type { TimeSource } from './clock.ts';

export type WorldState = {
  /** The time at which the world stands still, Unix time in ms; null: its clock runs. */
  readonly frozenAt: number | null;
  /** Lead of the time of the world over that of the machine while its clock runs, ms. */
  readonly aheadMs: number;
  /** The time with which timestamps of signed requests are compared: that of the machine, or that of the world. */
  readonly wire: 'machine' | 'world';
};

const frozenFlag = 1;
const wireFlag = 2;
/** The flags are the lowest digit in base 4. */
const flags = 4;

export class WorldTime implements TimeSource {
  /** One number, so that no thread ever reads half of a change: a time or a distance, times 4, plus the flags. */
  readonly #cell: BigInt64Array;
  /** Counts the changes of the cell, each after it was made: reading a 32-bit number is many times faster. */
  readonly #version: Int32Array;
  readonly #machine: TimeSource;
  /** The version of the cell that was read last; its content follows. */
  #readVersion = -1;
  #value = 0;
  #isFrozen = false;
  #wireFollows = false;

  /** @param buffer of another thread's world time; absent: a new one, which runs with that of the machine. */
  constructor(machine: TimeSource, buffer = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.#machine = machine;
    this.#cell = new BigInt64Array(buffer, 0, 1);
    this.#version = new Int32Array(buffer, BigInt64Array.BYTES_PER_ELEMENT, 1);
  }

  /** To be given to the other threads. */
  get buffer(): SharedArrayBuffer {
    // cast: it was made with one.
    return this.#cell.buffer as SharedArrayBuffer;
  }

  get state(): WorldState {
    this.#refresh();
    const wire = this.#wireFollows ? 'world' : 'machine';
    return this.#isFrozen
      ? { frozenAt: this.#value, aheadMs: 0, wire }
      : { frozenAt: null, aheadMs: this.#value, wire };
  }

  set state({ frozenAt, aheadMs, wire }: WorldState) {
    const value = frozenAt ?? aheadMs;
    const set = (frozenAt === null ? 0 : frozenFlag) + (wire === 'world' ? wireFlag : 0);
    Atomics.store(this.#cell, 0, BigInt(value * flags + set));
    Atomics.add(this.#version, 0, 1);
  }

  now(): number {
    this.#refresh();
    return this.#isFrozen ? this.#value : this.#machine.now() + this.#value;
  }

  wireNow(): number {
    this.#refresh();
    return this.#wireFollows ? this.now() : this.#machine.now();
  }

  /** The state in which the clock of the world runs from a time on. */
  runningFrom(worldMs: number): WorldState {
    return { ...this.state, frozenAt: null, aheadMs: worldMs - this.#machine.now() };
  }

  /** Reads the cell if it has changed since it was read last. */
  #refresh(): void {
    const version = Atomics.load(this.#version, 0);
    if (version !== this.#readVersion) this.#read(version);
  }

  /** @param version read before the cell: a change that comes in between is read again. */
  #read(version: number): void {
    const packed = Number(Atomics.load(this.#cell, 0));
    const set = packed & (flags - 1);
    this.#readVersion = version;
    this.#value = (packed - set) / flags;
    this.#isFrozen = (set & frozenFlag) !== 0;
    this.#wireFollows = (set & wireFlag) !== 0;
  }
}
