/**
 * Detects that a process is close to its limit of open files, which include sockets. At the limit, libuv accepts and
 * closes connections without an error, so the descriptor of each new socket is compared with the limit. The system
 * assigns the lowest free descriptor, so all lower ones are in use.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const spareFraction = 0.05;
const minSpare = 4;
let maxOpenFiles: number | undefined;

export const raiseLimitHint = 'raise the limit of open files (ulimit -n; LimitNOFILE= in a systemd unit)';

/** @returns a message for the operator if this socket is one of the last that can be opened. */
export function describeShortage(socket: Socket): string | undefined {
  // cast: Node does not document the handle, so any part of it may be missing.
  const number = (socket as Socket & { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
  maxOpenFiles ??= readLimit();
  const limit = maxOpenFiles;
  if (number < limit - Math.max(minSpare, limit * spareFraction)) return undefined;
  return `${number + 1} of ${limit} open files are in use; when none is free, clients are disconnected: ${raiseLimitHint}`;
}

/** @returns infinity if the limit is not known: only Linux has this file. */
function readLimit(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
