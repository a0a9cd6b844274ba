/**
 * How near a process is to its limit of open files, to which sockets count. When none is left, the system library accepts
 * and closes connections without telling anybody, so the number of each new socket is compared with the limit: the
 * lowest free number is given out, so all below it are in use.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const sparePart = 0.05;
const minSpare = 4;
let maxOpenFiles: number | undefined;

export const howToRaise = 'raise the limit of open files (ulimit -n; LimitNOFILE= in a systemd unit)';

/** @returns what to tell the operator if this socket is one of the last that can be opened. */
export function describeShortage(socket: Socket): string | undefined {
  const number = (socket as Socket & { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
  maxOpenFiles ??= readLimit();
  const limit = maxOpenFiles;
  if (number < limit - Math.max(minSpare, limit * sparePart)) return undefined;
  return `${number + 1} of ${limit} open files are in use, and without a free one clients are disconnected: ${howToRaise}`;
}

/** Infinite where it is not known: only Linux tells it in a file. */
function readLimit(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
