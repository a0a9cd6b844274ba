/**
 * Limits how long a connection may carry no data. Node restarts this timeout with every byte, which no timer of the clock
 * could follow, and the bytes travel in the time of the machine; so this is the only file that uses it.
 */
import type { Socket } from 'node:net';

/** Emits `timeout` after `ms` milliseconds without data in either direction, and again after each following period. */
export function limitSilence(socket: Socket, ms: number, onSilence?: () => void): void {
  socket.setTimeout(ms, onSilence);
}

/** Removes the limit, and the listeners for its end. */
export function allowSilence(socket: Socket): void {
  socket.setTimeout(0);
  socket.removeAllListeners('timeout');
}
