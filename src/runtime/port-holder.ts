/** Finds the process that listens on a port, where the system shows it: in `/proc` of Linux, for processes that this user sees. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const listening = '0A';
const maxWords = 3;
const maxLength = 80;

/** @returns for example `process 4711 (node bin/bursar.js start)`; undefined if it is not known. */
export function describePortHolder(port: number): string | undefined {
  const sockets = listenersOn(port);
  if (sockets.size === 0) return undefined;
  const pid = entriesOf('/proc').find((each) => /^\d+$/.test(each) && holdsOneOf(each, sockets));
  if (pid === undefined) return undefined;
  const command = commandOf(pid);
  return command === '' ? `process ${pid}` : `process ${pid} (${command})`;
}

/** The sockets that listen on the port, as `/proc/PID/fd` shows them. */
function listenersOn(port: number): ReadonlySet<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of textOf(table).split('\n')) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(suffix) && fields[3] === listening) sockets.add(`socket:[${fields[9]}]`);
    }
  }
  return sockets;
}

function holdsOneOf(pid: string, sockets: ReadonlySet<string>): boolean {
  return entriesOf(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
}

/** The program and its arguments up to the first option: options may contain passwords. */
function commandOf(pid: string): string {
  const words = textOf(`/proc/${pid}/cmdline`).split('\0').slice(0, maxWords);
  const end = words.findIndex((word) => word === '' || word.startsWith('-') || word.includes('://'));
  return words
    .slice(0, end < 0 ? maxWords : end)
    .join(' ')
    .replace(/[^ -~]/g, '?')
    .slice(0, maxLength);
}

/** A process may have ended, or belong to another user: a folder that cannot be read counts as empty. */
function entriesOf(folder: string): readonly string[] {
  return orElse(() => readdirSync(folder), []);
}

function textOf(file: string): string {
  return orElse(() => readFileSync(file, 'utf8'), '');
}

function linkOf(path: string): string {
  return orElse(() => readlinkSync(path), '');
}

function orElse<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}
