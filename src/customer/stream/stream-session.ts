/** One connection of the WebSocket API: runs its messages one after the other, and renders the replies. */

import type { Clock } from '../../clock/clock.ts';
import { rejectionOfFault } from '../../command/outcome.ts';
import { api } from '../../contract/dialect.ts';
import { describeError } from '../../contract/error-table.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import {
  type StreamErrorId,
  type StreamRejection,
  streamErrors,
} from '../../contract/stream/stream-errors.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { isInMaintenance } from '../../domain/catalog/catalog.ts';
import type { ChannelEnd, MessageChannel, MessageHandler } from '../../http/web-socket/message-channel.ts';
import type { Limiter } from '../../limiter/port.ts';
import type { RequestMeter } from '../../meter/request-meter.ts';
import { StoreFault } from '../../store/port.ts';
import type { ApiKey } from '../key-ring.ts';
import { isUsable } from '../key-use.ts';
import { readParameters } from '../parameters.ts';
import { arrivalAt, consumeWeight } from '../weights.ts';
import { EventText, inUnit } from './event-text.ts';
import {
  implementationOf,
  type MethodImplementation,
  type StreamCaller,
  type StreamOptions,
} from './method-implementations.ts';
import { type MessageId, rawParametersOf, readMessage, type StreamMessage } from './stream-message.ts';
import { findSigner, mayStream, type SignatureParts } from './stream-signature.ts';
import { type SubscriptionParts, Subscriptions } from './subscriptions.ts';

export type StreamParts = SignatureParts &
  Omit<SubscriptionParts, 'nowMs'> & {
    readonly limiter: Limiter;
    readonly catalog: () => Catalog;
    readonly clock: Pick<Clock, 'wire' | 'world'>;
    /** Counts messages by method. */
    readonly methodMeter: RequestMeter;
    /** Reports an internal error. @returns the incident id for the reply. */
    readonly onBug: (error: unknown) => string;
  };

/** The used weight of the client's address, for the reply. */
type Weighed = Parameters<typeof consumeWeight>[0];

export class StreamSession implements MessageHandler, StreamCaller {
  readonly subscriptions: Subscriptions;
  readonly options: StreamOptions;
  readonly connectedMs: number;
  readonly #parts: StreamParts;
  readonly #channel: MessageChannel;
  #logon: StreamCaller['logon'];

  constructor(parts: StreamParts, channel: MessageChannel, options: StreamOptions) {
    this.#parts = parts;
    this.#channel = channel;
    this.options = options;
    const { world } = parts.clock;
    this.connectedMs = world.now();
    this.subscriptions = new Subscriptions({ ...parts, nowMs: () => world.now() }, channel, options.unit);
    parts.meter.countConnection();
  }

  get logon(): StreamCaller['logon'] {
    return this.#logon;
  }

  onMessage(text: string): Promise<void> {
    return this.#handle(text).catch((error: unknown) => {
      this.#parts.onBug(error);
      this.#channel.end('bug');
    });
  }

  onDraining(): void {
    const event = EventText.shutdown(this.#parts.clock.world.now());
    this.#channel.send(`{"event":${event.text(this.options.unit)}}`);
    this.#parts.meter.countEvent(event.name);
  }

  onEnd(end: ChannelEnd): void {
    this.subscriptions.dropAll();
    this.#parts.meter.countEnd(end);
  }

  serverTime(): number {
    return inUnit(this.#parts.clock.wire.now(), this.options.unit);
  }

  logOn(key: ApiKey): void {
    this.#logon = { key, atMs: this.#parts.clock.world.now() };
  }

  logOut(): void {
    this.#logon = undefined;
    this.subscriptions.endSession();
  }

  async #handle(text: string): Promise<void> {
    const { methodMeter } = this.#parts;
    const begunMs = methodMeter.begin();
    const message = readMessage(text);
    const found = 'method' in message ? implementationOf(message.method) : undefined;
    const weighed: Weighed = { usedWeight: 0, ownWeightHeader: undefined, retryAfterSeconds: 0 };
    const { limiter, clock } = this.#parts;
    const weight = found?.method.weight ?? 1;
    const limited = await consumeWeight(weighed, this.#channel.ip, weight, arrivalAt(clock), limiter);
    await this.#revokeLogon();
    const result = limited ?? ('rejection' in message ? message.rejection : await this.#run(message, found));
    const { status, error } = this.#reply(message, result, weighed);
    methodMeter.count(found?.method.name, status, error, begunMs);
    if (status === bannedStatus) this.#channel.end('banned');
  }

  /** Ends the session, because its key can no longer be used. The client learns it in reply to its next message. */
  async #revokeLogon(): Promise<void> {
    if (this.#logon === undefined) return;
    const { keys, clock } = this.#parts;
    const key = await Promise.resolve(keys.find(this.#logon.key.apiKey)).catch(() => undefined);
    if (isUsable(key, this.#channel.ip, clock.world.now()) && mayStream(key)) return;
    this.logOut();
    const { status, body } = describeError(reject('key-rejected'), streamErrors);
    const error = { code: body.code, msg: body.msg };
    this.#channel.send(JSON.stringify({ id: null, status, error }));
  }

  async #run(
    message: StreamMessage,
    found: MethodImplementation | undefined,
  ): Promise<object | StreamRejection> {
    if (found === undefined) return reject('method-unknown', { method: message.method.slice(0, maxNamed) });
    try {
      return await this.#runMethod(message, found);
    } catch (error) {
      if (error instanceof StoreFault) return rejectionOfFault(error);
      return reject('unknown', { incident: this.#parts.onBug(error) });
    }
  }

  async #runMethod(
    message: StreamMessage,
    { method, handle }: MethodImplementation,
  ): Promise<object | StreamRejection> {
    const { catalog, clock } = this.#parts;
    if (method.security !== 'none' && isInMaintenance(catalog())) return reject('maintenance');
    const raw = rawParametersOf(message);
    const signer =
      method.security === 'signed'
        ? await findSigner(
            { ...message, raw, ip: this.#channel.ip, nowMs: clock.world.now(), wireMs: clock.wire.now() },
            this.#parts,
          )
        : this.#logon?.key;
    if (isRejection<StreamErrorId>(signer)) return signer;
    if (method.security === 'session' && signer === undefined) return reject('session-missing');
    const read = readParameters(method.parameters, raw, api);
    if (isRejection<StreamErrorId>(read)) return read;
    return handle(this, read.values, signer);
  }

  #reply(
    { id, ...message }: { readonly id: MessageId; readonly parameters?: StreamMessage['parameters'] },
    result: object,
    weighed: Weighed,
  ): { readonly status: number; readonly error: StreamErrorId | undefined } {
    const wanted = message.parameters?.find(([name]) => name === 'returnRateLimits')?.[1];
    const shows = wanted === undefined ? this.options.returnRateLimits : wanted !== 'false';
    const rateLimits = shows ? { rateLimits: this.#rateLimits(weighed) } : {};
    if (!isRejection<StreamErrorId>(result)) {
      this.#channel.send(JSON.stringify({ id, status: 200, result, ...rateLimits }));
      return { status: 200, error: undefined };
    }
    const { error: shown, status, body } = describeError(result, streamErrors);
    const serverTime = this.#parts.clock.wire.now();
    const data = {
      serverTime: inUnit(serverTime, this.options.unit),
      retryAfter: inUnit(serverTime + weighed.retryAfterSeconds * 1000, this.options.unit),
    };
    const error = { code: body.code, msg: body.msg, ...(weighed.retryAfterSeconds > 0 && { data }) };
    this.#channel.send(JSON.stringify({ id, status, error, ...rateLimits }));
    // cast: the table of this API shows only errors of its own.
    return { status, error: shown as StreamErrorId };
  }

  #rateLimits({ usedWeight }: Weighed): readonly object[] {
    const limit = this.#parts.limiter.weightPerMinute || unlimited;
    return [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit, count: usedWeight },
    ];
  }
}

const bannedStatus = 418;
/** The longest part of an unknown method that an error shows. */
const maxNamed = 100;
/** The limit that exchangeInfo shows for "no limit". */
const unlimited = 2 ** 31 - 1;
