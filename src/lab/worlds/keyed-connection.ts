/** A WebSocket connection that belongs to the world of the first API key that is used on it. */
import { readMessage } from '../../customer/stream/stream-message.ts';
import type { ChannelEnd, MessageChannel, MessageHandler } from '../../http/web-socket/message-channel.ts';
import type { OpenHandler } from './world-connections.ts';

export class KeyedConnection implements MessageHandler {
  readonly #channel: MessageChannel;
  readonly #openIn: (apiKey: string) => Promise<OpenHandler | undefined> | undefined;
  #handler: MessageHandler;
  /** Whether a key was seen; later keys do not change the world. */
  #isDecided = false;
  #hasEnded = false;

  /**
   * @param handler of the exchange itself; it serves the connection until a key selects a world.
   * @param openIn connects to the world that has issued a key. Undefined: no world has; a promise of undefined: the
   * world refuses the connection.
   */
  constructor(
    channel: MessageChannel,
    handler: MessageHandler,
    openIn: (apiKey: string) => Promise<OpenHandler | undefined> | undefined,
  ) {
    this.#channel = channel;
    this.#handler = handler;
    this.#openIn = openIn;
  }

  onMessage(text: string): Promise<void> | undefined {
    const apiKey = this.#isDecided ? undefined : keyOf(text);
    if (apiKey === undefined) return this.#handler.onMessage(text);
    this.#isDecided = true;
    const opening = this.#openIn(apiKey);
    if (opening === undefined) return this.#handler.onMessage(text);
    return opening.then((open) => {
      if (this.#hasEnded) return;
      if (open !== undefined) {
        this.#handler.onEnd('closed');
        this.#handler = open(this.#channel);
      }
      return this.#handler.onMessage(text);
    });
  }

  onDraining(): void {
    this.#handler.onDraining();
  }

  onEnd(end: ChannelEnd): void {
    this.#hasEnded = true;
    this.#handler.onEnd(end);
  }
}

function keyOf(text: string): string | undefined {
  // Most messages contain no key. This check saves parsing them twice.
  if (!text.includes('apiKey')) return undefined;
  const message = readMessage(text);
  if (!('parameters' in message)) return undefined;
  return message.parameters.find(([name]) => name === 'apiKey')?.[1];
}
