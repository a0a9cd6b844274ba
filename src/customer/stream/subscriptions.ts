/** The subscriptions of one connection. */
import { reject } from '../../contract/errors.ts';
import type { StreamRejection } from '../../contract/stream/stream-errors.ts';
import { maxActiveSubscriptions, maxSubscriptionId } from '../../contract/stream/stream-methods.ts';
import type { MessageChannel } from '../../http/web-socket/message-channel.ts';
import type { StreamMeter } from '../../meter/stream-meter.ts';
import type { ApiKey } from '../key-ring.ts';
import type { BalanceHub, Subscriber } from './balance-hub.ts';
import { EventText, type TimeUnit } from './event-text.ts';
import type { KeyUse, KeyWatch } from './key-watch.ts';

export type SubscriptionParts = {
  readonly hub: BalanceHub;
  readonly keyWatch: KeyWatch;
  readonly meter: StreamMeter;
  /** World time, ms. */
  readonly nowMs: () => number;
};

type Subscription = {
  readonly id: number;
  readonly accountId: number;
  /** Made by userDataStream.subscribe. */
  readonly isOfSession: boolean;
  readonly subscriber: Subscriber;
  readonly keyUse: KeyUse;
};

export class Subscriptions {
  readonly #parts: SubscriptionParts;
  readonly #channel: MessageChannel;
  readonly #unit: TimeUnit;
  readonly #active = new Map<number, Subscription>();
  #nextId = 0;

  constructor(parts: SubscriptionParts, channel: MessageChannel, unit: TimeUnit) {
    this.#parts = parts;
    this.#channel = channel;
    this.#unit = unit;
  }

  get ids(): readonly number[] {
    return [...this.#active.keys()];
  }

  get hasSession(): boolean {
    return [...this.#active.values()].some(({ isOfSession }) => isOfSession);
  }

  /** @returns its id, before any event is sent. @throws StoreFault */
  async begin(key: ApiKey, isOfSession: boolean): Promise<number | StreamRejection> {
    const accountId = key.account.id;
    for (const each of this.#active.values())
      if (each.accountId === accountId) return reject('subscription-active');
    if (this.#nextId > maxSubscriptionId) return reject('subscription-ids-exhausted');
    if (this.#active.size >= maxActiveSubscriptions)
      return reject('subscriptions-too-many', { limit: maxActiveSubscriptions });
    const id = this.#nextId++;
    const subscription: Subscription = {
      id,
      accountId,
      isOfSession,
      subscriber: {
        onEvents: (events) => this.#send(id, events),
        onMissed: () => this.#channel.end('events-missed'),
      },
      keyUse: { apiKey: key.apiKey, ip: this.#channel.ip, onRevoked: () => this.end(id) },
    };
    const { hub, keyWatch, meter } = this.#parts;
    this.#active.set(id, subscription);
    keyWatch.add(subscription.keyUse, key);
    meter.countSubscription(1);
    try {
      await hub.subscribe(accountId, subscription.subscriber);
    } catch (error) {
      this.#remove(subscription);
      throw error;
    }
    if (this.#active.has(id)) return id;
    // The connection or the key has ended meanwhile.
    hub.unsubscribe(accountId, subscription.subscriber);
    return reject('key-rejected');
  }

  /** @returns whether it was active. */
  end(id: number): boolean {
    const subscription = this.#active.get(id);
    if (subscription === undefined) return false;
    this.#remove(subscription);
    this.#send(id, [EventText.terminated(this.#parts.nowMs())]);
    return true;
  }

  endSession(): void {
    for (const { id, isOfSession } of [...this.#active.values()]) if (isOfSession) this.end(id);
  }

  endAll(): void {
    for (const id of this.ids) this.end(id);
  }

  /** The connection has ended. */
  dropAll(): void {
    for (const each of [...this.#active.values()]) this.#remove(each);
  }

  #remove(subscription: Subscription): void {
    if (!this.#active.delete(subscription.id)) return;
    const { hub, keyWatch, meter } = this.#parts;
    hub.unsubscribe(subscription.accountId, subscription.subscriber);
    keyWatch.remove(subscription.keyUse);
    meter.countSubscription(-1);
  }

  #send(id: number, events: readonly EventText[]): void {
    for (const event of events) {
      this.#channel.send(`{"subscriptionId":${id},"event":${event.text(this.#unit)}}`);
      this.#parts.meter.countEvent(event.name);
    }
  }
}
