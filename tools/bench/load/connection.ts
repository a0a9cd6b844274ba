/** One keep-alive connection of the load generator, with at most one open request. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Phase, Sender } from './phase.ts';
import { LoadReply } from './reply.ts';
import type { RequestSource } from './requests.ts';

export class Connection implements Sender {
  readonly #reply = new LoadReply();
  readonly #socket: Socket;
  readonly #nextRequest: RequestSource;
  #phase: Phase | undefined;
  #countedFromMs = 0;

  constructor(host: string, port: number, readBuffer: Buffer, nextRequest: RequestSource) {
    this.#nextRequest = nextRequest;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          if (this.#reply.push(readBuffer.subarray(0, bytes))) this.#endReply();
          return true;
        },
      },
    });
  }

  async open(): Promise<void> {
    await once(this.#socket, 'connect');
    this.#socket.on('close', () => {
      const refusal = this.#phase?.firstErrorBody;
      throw new Error(`the server closed a connection${refusal ? ` after replying: ${refusal}` : ''}`);
    });
  }

  /** Sends the phase's requests one after the other until none are left. */
  join(phase: Phase): void {
    this.#phase = phase;
    phase.offer(this, performance.now());
  }

  send(countedFromMs: number): void {
    this.#countedFromMs = countedFromMs;
    this.#socket.write(this.#nextRequest(), 'latin1');
  }

  #endReply(): void {
    const nowMs = performance.now();
    const phase = this.#phase as Phase;
    phase.recordReply(this.#reply, this.#countedFromMs, nowMs);
    phase.offer(this, nowMs);
  }
}
