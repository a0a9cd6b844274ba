/**
 * Endings of a reply that go wrong on purpose, at the socket. Only the rehearsal lab asks for them.
 */
import type { ServerResponse } from 'node:http';
import type { Timers } from '../clock/clock.ts';
import type { RawReply, ReplyEnding } from './http-message.ts';
import { isHeadRequest, jsonType } from './http-reply.ts';
import type { RequestTracker } from './request-tracker.ts';

/** At most this many replies are delayed at once. A further one is sent at once, or its connection is reset. */
const maxDelayed = 10_000;

type Parts = {
  readonly tracker: RequestTracker;
  /** Monotonic. */
  readonly timers: Timers;
  /** Sends a reply as usual. */
  readonly send: (response: ServerResponse, reply: RawReply) => void;
};

export class ReplyEndings {
  readonly #parts: Parts;
  #delayed = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  carryOut(response: ServerResponse, reply: RawReply, ending: ReplyEnding): void {
    switch (ending.kind) {
      case 'delay':
        this.#delay(response, ending.ms, () => this.#parts.send(response, reply), ending.onAbandoned);
        return;
      case 'hang':
        this.#delay(response, ending.maxMs, () => this.#drop(response));
        return;
      case 'reset':
        this.#drop(response);
        return;
      case 'truncate':
        if (isHeadRequest(response.req)) this.#parts.send(response, reply);
        else this.#truncate(response, reply, ending.bytes);
    }
  }

  /** Ends the wait after `ms`, or when the listener stops, or without a reply when the client leaves. */
  #delay(response: ServerResponse, ms: number, end: () => void, onAbandoned: () => void = () => {}): void {
    const { timers, tracker } = this.#parts;
    if (response.destroyed) onAbandoned();
    if (this.#delayed >= maxDelayed || response.destroyed || tracker.isDraining) {
      end();
      return;
    }
    this.#delayed += 1;
    const release = () => {
      this.#delayed -= 1;
      cancel();
      stopWatching();
      response.off('close', onClose);
    };
    const finish = () => {
      release();
      end();
    };
    const onClose = () => {
      release();
      tracker.ended();
      onAbandoned();
    };
    const cancel = timers.after(ms, finish);
    const stopWatching = tracker.whenDraining(finish);
    response.on('close', onClose);
  }

  #drop(response: ServerResponse): void {
    this.#parts.tracker.ended();
    const { socket } = response.req;
    try {
      socket.resetAndDestroy();
    } catch {
      // Only a plain TCP socket can be reset.
      socket.destroy();
    }
  }

  #truncate(response: ServerResponse, { status, headers, contentType, body }: RawReply, bytes: number): void {
    const { tracker } = this.#parts;
    const whole = Buffer.from(body);
    tracker.replyKnown(response, whole.length);
    tracker.ended();
    const cors = tracker.prepare(response, true);
    response.writeHead(status, {
      'content-type': contentType ?? jsonType,
      'content-length': whole.length,
      ...headers,
      ...cors,
    });
    response.flushHeaders();
    response.write(whole.subarray(0, Math.max(0, Math.min(bytes, whole.length - 1))));
    response.req.socket.destroySoon();
  }
}
