/**
 * A customer of a played world whose requests the lab breaks. It follows the rules for lost replies: if an outcome is
 * unknown, it looks the payment up or repeats it under the same id, and never pays under another id.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { RawReply, RawRequest } from '../../src/http/http-message.ts';
import type { LoggedRequest } from '../../src/lab/logged-request.ts';
import type { Outcome } from '../../src/store/port.ts';
import { signQuery } from '../support/exchange.ts';
import { keyOf } from '../support/world.ts';
import type { LabRequest, RequestedFault } from './lab-requests.ts';
import { addressOf, destinationAddress, emailOf, names, terms } from './model-world.ts';
import type { PlayedWorld } from './played-world.ts';

/** The effect of a request in the store: the command that it has submitted, if that was executed. */
export type Effect = { readonly name: string; readonly outcome: Outcome };

/** The id of the withdrawal for one account and order id, once the client knows it. */
type Note = { readonly who: number; readonly orderId: string; id: string | undefined };

export type Notes = ReadonlyMap<string, Note>;

type Sent = { readonly method: string; readonly path: string; readonly query: Record<string, string> };

const withdrawPaths = {
  wapi: '/wapi/v3/withdraw.html',
  sapi: '/sapi/v1/capital/withdraw/apply',
  localentity: '/sapi/v1/localentity/withdraw/apply',
} as const;
const historyPaths = {
  wapi: '/wapi/v3/withdrawHistory.html',
  sapi: '/sapi/v1/capital/withdraw/history',
  localentity: '/sapi/v1/capital/withdraw/history',
} as const;
const questionnaire = JSON.stringify({ isAddressOwner: 1, sendTo: 1 });

export class LabClient {
  readonly #world: PlayedWorld;
  readonly #notes: Map<string, Note>;
  /** The effects of the requests since the last call. */
  readonly #effects: () => readonly Effect[];

  constructor(world: PlayedWorld, effects: () => readonly Effect[], notes: Notes = new Map()) {
    this.#world = world;
    this.#effects = effects;
    this.#notes = new Map([...notes].map(([key, note]) => [key, { ...note }]));
  }

  get notes(): Notes {
    return new Map([...this.#notes].map(([key, note]) => [key, { ...note }]));
  }

  async ask({ who, what, fault, isFollowed }: LabRequest): Promise<void> {
    if (what.kind !== 'withdraw') {
      await this.#send(who, this.#requestOf(who, what), fault);
      return;
    }
    const orderId = fault?.by === 'order-id' ? `lab-${fault.preset}-${what.order}` : `order-${what.order}`;
    const key = `${who} ${orderId}`;
    if (!this.#notes.has(key)) this.#notes.set(key, { who, orderId, id: undefined });
    const sent = this.#requestOf(who, what, orderId);
    this.#learn(key, what.dialect, await this.#send(who, sent, fault));
    if (!isFollowed || this.#notes.get(key)?.id !== undefined) return;
    await this.#lookUp(key, what.dialect);
    if (this.#notes.get(key)?.id !== undefined) return;
    this.#learn(key, what.dialect, await this.#send(who, sent, undefined));
  }

  #requestOf(who: number, what: LabRequest['what'], orderId = ''): Sent {
    switch (what.kind) {
      case 'withdraw':
        return withdrawalOf(what, orderId);
      case 'look':
        return { method: 'GET', path: historyPaths[what.dialect], query: {} };
      case 'deposits':
        return { method: 'GET', path: '/sapi/v1/capital/deposit/hisrec', query: {} };
      case 'wallets': {
        const type = what.from === 'spot' ? 'MAIN_FUNDING' : 'FUNDING_MAIN';
        const query = { type, asset: what.asset, amount: amountOf(what.units, what.asset) };
        return { method: 'POST', path: '/sapi/v1/asset/transfer', query };
      }
      case 'family': {
        const query = {
          ...(what.from !== who && { fromEmail: emailOf(what.from) }),
          ...(what.to !== who && { toEmail: emailOf(what.to) }),
          ...{ fromAccountType: 'SPOT', toAccountType: 'SPOT', asset: what.asset },
          ...{ amount: amountOf(what.units, what.asset), clientTranId: `family-${what.number}` },
        };
        return { method: 'POST', path: '/sapi/v1/sub-account/universalTransfer', query };
      }
      case 'dust':
        return { method: 'POST', path: '/sapi/v1/asset/dust', query: { asset: what.codes.join(',') } };
    }
  }

  /** @returns undefined if there was no whole reply */
  async #send(who: number, sent: Sent, fault: RequestedFault | undefined): Promise<RawReply | undefined> {
    const credentials = keyOf(names[who] as string);
    if (fault?.by === 'rule') {
      const on = { apiKey: credentials.apiKey };
      const added = this.#world.lab().addRule({ on, do: fault.do });
      assert.ok(!('problem' in added), inspect(added));
    }
    const header = fault?.by === 'header' ? { 'bursar-fault': fault.preset } : {};
    const query = signQuery(credentials, { ...sent.query, timestamp: `${this.#world.now()}` });
    const headers = { 'x-mbx-apikey': credentials.apiKey, ...header };
    const rawHeaders = Object.entries(headers).flat();
    const target = `${sent.path}?${query}`;
    this.#effects();
    const logged = this.#world.lab().requests;
    const before = logged.all().at(-1)?.number ?? 0;
    const request = { method: sent.method, target, headers, rawHeaders, body: '', ip: '127.0.0.1' };
    const reply = await this.#received(request);
    await this.#world.calm();
    this.#assertTruthful(
      sent,
      logged.all().find(({ number }) => number > before),
      reply,
    );
    this.#world.lab().deleteRules();
    return reply;
  }

  async #received(request: RawRequest): Promise<RawReply | undefined> {
    const reply = await this.#world.send(request).catch(() => undefined);
    const { ending } = reply ?? {};
    return ending === undefined || ending.kind === 'delay' ? reply : undefined;
  }

  /** The log of the lab and the reply to the client must agree with the store. */
  #assertTruthful(sent: Sent, logged: LoggedRequest | undefined, reply: RawReply | undefined): void {
    const executed = this.#effects().filter(({ outcome }) => 'done' in outcome);
    const what = () => `${inspect(sent)} ${inspect(reply)} ${inspect(executed)} ${inspect(logged?.fired)}`;
    assert.ok(executed.length <= 1, what());
    assert.ok(logged !== undefined, what());
    assert.notEqual(logged.done, 'unknown', what());
    if (logged.writes) assert.equal(logged.done === 'done', executed.length === 1, what());
    const { fired } = logged;
    if (fired === undefined || fired.armed.fault.ending.kind === 'delay') {
      if (logged.writes && reply !== undefined) assert.equal(isSuccess(reply), executed.length === 1, what());
    } else if (fired.armed.fault.position === 'before' && fired.armed.fault.ending.kind !== 'normal') {
      assert.equal(executed.length, 0, what());
    }
  }

  /** An id counts only in a reply that reports success. */
  #learn(key: string, dialect: keyof typeof withdrawPaths, reply: RawReply | undefined): void {
    const note = this.#notes.get(key);
    if (note === undefined || reply === undefined || !isSuccess(reply) || dialect === 'localentity') return;
    const { id } = JSON.parse(reply.body) as { readonly id: string };
    assert.ok(note.id === undefined || note.id === id, `${key} was told ${note.id} and ${id}`);
    note.id = id;
  }

  async #lookUp(key: string, dialect: keyof typeof withdrawPaths): Promise<void> {
    const note = this.#notes.get(key);
    if (note === undefined) return;
    const path = historyPaths[dialect];
    const query = { withdrawOrderId: note.orderId };
    const reply = await this.#send(note.who, { method: 'GET', path, query }, undefined);
    const [row] = reply === undefined ? [] : rowsIn(reply);
    if (row !== undefined) note.id = row.id;
  }

  /** Each order is stored at most once, and each id in a reply is that of its order. */
  async assertOrders(ids: readonly number[]): Promise<void> {
    for (const { who, orderId, id } of this.#notes.values()) {
      const rows = await this.#world.reads.rows('withdrawals', { accountId: ids[who] as number, orderId });
      assert.ok(rows.length <= 1, `${orderId} is stored ${rows.length} times`);
      if (id !== undefined) assert.equal(rows[0]?.id, id, `${orderId}`);
    }
  }
}

function withdrawalOf(
  { order, dialect, wallet }: Extract<LabRequest['what'], { kind: 'withdraw' }>,
  withdrawOrderId: string,
): Sent {
  const asset = (['BTC', 'XRP', 'BNB'] as const)[order % 3] as string;
  const address = order % 4 === 3 ? addressOf(2, asset) : destinationAddress('outside');
  const query = {
    [dialect === 'wapi' ? 'asset' : 'coin']: asset,
    address,
    amount: amountOf(50n + BigInt(order) * 10n, asset),
    withdrawOrderId,
    ...(dialect === 'localentity' && { questionnaire }),
    ...(dialect !== 'wapi' && wallet === 'funding' && { walletType: '1' }),
  };
  return { method: 'POST', path: withdrawPaths[dialect], query };
}

function amountOf(units: bigint, asset: string): string {
  const scale = Number(terms[asset]?.scale);
  const digits = units.toString().padStart(scale + 1, '0');
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The page of a gateway is no success, whatever its status. */
function isSuccess({ status, contentType, body }: RawReply): boolean {
  if (status !== 200 || contentType === 'text/html') return false;
  const reply = JSON.parse(body) as { readonly success?: boolean; readonly accepted?: boolean };
  return reply.success !== false && reply.accepted !== false;
}

type Shown = { readonly id: string };

/** None in a reply that is no history. */
function rowsIn({ status, contentType, body }: RawReply): readonly Shown[] {
  if (status !== 200 || contentType === 'text/html') return [];
  const reply = JSON.parse(body) as readonly Shown[] | { readonly withdrawList?: readonly Shown[] };
  return 'withdrawList' in reply ? (reply.withdrawList ?? []) : (reply as readonly Shown[]);
}
