/** A client connection that exchanges text messages, as the rest of the server sees it. */
import type { RawReply, RawRequest } from '../http-message.ts';

/** Why a connection ends. The code and the text are in the close frame, which a client that does not read never gets. */
export const endings = {
  draining: { code: 1001, text: 'the server is stopping' },
  binary: { code: 1003, text: 'only text messages are accepted' },
  'slow-reader': { code: 1008, text: 'the client reads too slowly' },
  banned: { code: 1008, text: 'the IP address is banned' },
  'no-pong': { code: 1008, text: 'no pong within a minute' },
  'too-old': { code: 1000, text: 'a connection lasts at most 24 hours' },
  'events-missed': { code: 1012, text: 'events were missed; connect and subscribe again' },
  bug: { code: 1011, text: 'internal error' },
} as const;

export type Ending = keyof typeof endings;

/** `closed`: by the client; `broken`: the client violated the protocol, or the connection was lost. */
export type ChannelEnd = Ending | 'closed' | 'broken';

export type MessageChannel = {
  /** Canonical. */
  readonly ip: string;
  /** Sends a message, unless the connection is ending. A client that reads too slowly is disconnected instead. */
  send(text: string): void;
  /** Ends the connection; messages already sent are delivered first if the client reads them. */
  end(ending: Ending): void;
};

/** The user of a channel, which receives its messages. */
export type MessageHandler = {
  /** Called for one message at a time; the client is not read until the promise resolves. Must not reject. */
  onMessage(text: string): Promise<void> | undefined;
  /** The server is about to stop. */
  onDraining(): void;
  onEnd(end: ChannelEnd): void;
};

/** Decides on a request to open a channel. @returns a refusal, or a function that creates its handler. */
export type Admit = (
  request: RawRequest,
) => Promise<RawReply | ((channel: MessageChannel) => MessageHandler)>;
