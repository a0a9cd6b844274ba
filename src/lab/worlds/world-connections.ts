/**
 * The WebSocket connections of a world. They keep it awake; everything that ends the use of a world ends them, so that
 * their clients connect and subscribe again.
 */
import type { ChannelEnd, MessageChannel, MessageHandler } from '../../http/web-socket/message-channel.ts';

export type OpenHandler = (channel: MessageChannel) => MessageHandler;

type Connection = { readonly channel: MessageChannel; readonly finish: (end: ChannelEnd) => void };

export class WorldConnections {
  readonly #open = new Set<Connection>();
  readonly #onCount: (change: 1 | -1) => void;

  /** @param onCount called for each connection that begins or ends. */
  constructor(onCount: (change: 1 | -1) => void) {
    this.#onCount = onCount;
  }

  add(channel: MessageChannel, handler: MessageHandler): MessageHandler {
    let hasEnded = false;
    const finish = (end: ChannelEnd) => {
      if (hasEnded) return;
      hasEnded = true;
      this.#open.delete(connection);
      handler.onEnd(end);
      this.#onCount(-1);
    };
    const connection = { channel, finish };
    this.#open.add(connection);
    this.#onCount(1);
    return {
      onMessage: (text) => (hasEnded ? undefined : handler.onMessage(text)),
      onDraining: () => {
        if (!hasEnded) handler.onDraining();
      },
      onEnd: finish,
    };
  }

  /** Ends all connections. Their handlers are done with the world when this returns. */
  endAll(): void {
    for (const { channel, finish } of [...this.#open]) {
      finish('events-missed');
      channel.end('events-missed');
    }
  }
}
