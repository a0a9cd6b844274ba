/** A WebSocket connection that belongs to the world of the first API key that is used on it. */
import { readMessage } from '../../customer/stream/stream-message.ts';
import type { ChannelEnd, MessageChannel, MessageHandler } from '../../http/web-socket/message-channel.ts';
import type { OpenHandler } from './world-connections.ts';

export class KeyedConnection implements MessageHandler {
  readonly #channel: MessageChannel;
  readonly #openIn: (apiKey: string) => Promise<OpenHandler | undefined> | undefined;
  #handler: MessageHandler;
  /** Whether the first key was used. */
  #isDecided = false;
  #hasEnded = false;

  /**
   * @param handler of the exchange itself
   * @param openIn connects to the world that has issued a key; undefined: there is none, or it refuses the connection.
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
  // Most messages name no key, and are not parsed twice.
  if (!text.includes('apiKey')) return undefined;
  const message = readMessage(text);
  if (!('parameters' in message)) return undefined;
  return message.parameters.find(([name]) => name === 'apiKey')?.[1];
}
