/** Events as JSON. Each is rendered once for all subscribers of an account that use the same unit of time. */
import { formatFixed } from '../../contract/decimal.ts';
import type { StreamEvent, StreamEventName } from '../../contract/stream/stream-events.ts';

export type TimeUnit = 'MILLISECOND' | 'MICROSECOND';

/** @returns a time in ms in the unit. */
export function inUnit(ms: number, unit: TimeUnit): number {
  return unit === 'MILLISECOND' ? Math.floor(ms) : Math.floor(ms * 1000);
}

export class EventText {
  readonly name: StreamEventName;
  readonly #render: (time: number) => StreamEvent;
  readonly #atMs: number;
  readonly #texts: Partial<Record<TimeUnit, string>> = {};

  private constructor(name: StreamEventName, atMs: number, render: (time: number) => StreamEvent) {
    this.name = name;
    this.#atMs = atMs;
    this.#render = render;
  }

  static balanceUpdate(atMs: number, asset: string, units: bigint, scale: number): EventText {
    const d = formatFixed(units, scale, usualDecimals);
    return new EventText('balanceUpdate', atMs, (time) => ({
      e: 'balanceUpdate',
      E: time,
      a: asset,
      d,
      T: time,
    }));
  }

  /** @param free canonical amounts by asset. */
  static position(atMs: number, free: readonly (readonly [asset: string, units: bigint, scale: number])[]) {
    const B = free.map(([a, units, scale]) => ({
      a,
      f: formatFixed(units, scale, usualDecimals),
      l: formatFixed(0n, 0, usualDecimals),
    }));
    return new EventText('outboundAccountPosition', atMs, (time) => ({
      e: 'outboundAccountPosition',
      E: time,
      u: time,
      B,
    }));
  }

  static terminated(atMs: number): EventText {
    return new EventText('eventStreamTerminated', atMs, (time) => ({ e: 'eventStreamTerminated', E: time }));
  }

  static shutdown(atMs: number): EventText {
    return new EventText('serverShutdown', atMs, (time) => ({ e: 'serverShutdown', E: time }));
  }

  text(unit: TimeUnit): string {
    this.#texts[unit] ??= JSON.stringify(this.#render(inUnit(this.#atMs, unit)));
    return this.#texts[unit];
  }
}

/** Amounts have at least eight decimals, as on the exchange. */
const usualDecimals = 8;
