/**
 * The log, on standard error, because standard output is for the results of verbs: readable lines in a terminal, one JSON
 * object per line elsewhere.
 */
import { type Logger, pino } from 'pino';
import type { TimeSource } from '../clock/clock.ts';
import { textOfEntry } from './log-text.ts';

export type { Logger };
export type LogFormat = 'auto' | 'json' | 'text';

const standardError = 2;

/** @param time of the entries; default that of the machine */
export function createLog(level: string, format: LogFormat = 'auto', time?: TimeSource): Logger {
  const destination = pino.destination({ fd: standardError, sync: true });
  const options = { level, base: null, ...(time && { timestamp: () => timeMember(time) }) };
  if (!isReadable(format, process.stderr.isTTY)) return pino(options, destination);
  return pino(options, { write: (entry: string) => void destination.write(textOfEntry(entry)) });
}

/** @returns a log to the same place whose entries name a world of the lab and have its time. */
export function logOfWorld(log: Logger, world: string, time: TimeSource): Logger {
  return Object.assign(log.child({ world }), { [pino.symbols.timeSym]: () => timeMember(time) });
}

const timeMember = (time: TimeSource) => `,"time":${time.now()}`;

export function isReadable(format: LogFormat, isTerminal: boolean): boolean {
  return format === 'text' || (format === 'auto' && isTerminal);
}
