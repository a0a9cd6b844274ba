/** Requests to a family of accounts, in both dialects by turns. */
import assert from 'node:assert/strict';
import { formatUnits } from '../../src/contract/decimal.ts';
import type { Exchange } from '../support/exchange.ts';
import type { Random } from '../support/seed.ts';
import { accountNames, outsideAddresses, standardAssets } from '../support/standard-world.ts';
import { emailOf, keyOf } from '../support/world.ts';

const assets = ['ETH', 'XRP', 'BTC', 'BNB'];
const scaleOf = new Map(standardAssets.map(([each]) => [each.asset, each.scale]));
export type Name = (typeof accountNames)[number];
export type Query = Record<string, string>;
// biome-ignore lint/suspicious/noExplicitAny: replies of all operations
export type Body = any;

/** Numbers are kept as they are written, so that they can be compared exactly with texts. */
const keepNumbers = (_key: string, value: unknown, context?: { readonly source?: string }) =>
  typeof value === 'number' ? context?.source : value;
const parse = JSON.parse as (text: string, reviver: typeof keepNumbers) => Body;

/** Sends signed requests that must succeed. @returns the body, with its numbers as text. */
export const callerOf =
  (exchange: Exchange) =>
  async (who: Name, method: string, path: string, query: Query = {}): Promise<Body> => {
    const reply = await exchange.signed(keyOf(who), method, path, query);
    assert.equal(reply.status, 200, `${path} ${JSON.stringify(query)}: ${reply.text}`);
    return parse(reply.text, keepNumbers);
  };

export type Call = ReturnType<typeof callerOf>;

export type Order = { readonly who: Name; readonly query: Query; readonly id: string };

/** In a dialect; wapi calls the asset `asset`. */
async function withdraw(call: Call, who: Name, query: Query, isToday: boolean): Promise<string> {
  const { coin = '', ...rest } = query;
  const { id } = isToday
    ? await call(who, 'POST', '/sapi/v1/capital/withdraw/apply', query)
    : await call(who, 'POST', '/wapi/v3/withdraw.html', { asset: coin, ...rest });
  return id;
}

/** One random request, and perhaps a repetition in the other dialect. */
export class Turn {
  readonly #exchange: Exchange;
  readonly #call: Call;
  readonly #random: Random;
  readonly #number: number;
  readonly #orders: Order[];

  /** @param orders the withdrawals with an order id so far. */
  constructor(exchange: Exchange, random: Random, number: number, orders: Order[]) {
    this.#exchange = exchange;
    this.#call = callerOf(exchange);
    this.#random = random;
    this.#number = number;
    this.#orders = orders;
  }

  take(): Promise<void> {
    const kinds = [
      this.#order,
      this.#order,
      this.#repeat,
      this.#transfer,
      this.#move,
      this.#deposit,
      this.#dust,
    ];
    return this.#random.pick(kinds).call(this);
  }

  /** Different for each turn, with as many decimals as the asset has. */
  #amount(asset: string): string {
    const units = BigInt(1_000_000 + this.#random.below(1_000_000) * 100 + this.#number);
    return formatUnits(units, scaleOf.get(asset) ?? 0);
  }

  async #order(): Promise<void> {
    const coin = this.#random.pick(assets);
    const who = this.#random.pick(accountNames);
    const others = accountNames.filter((each) => each !== who);
    const to = this.#random.chance(0.4)
      ? await addressOf(this.#call, this.#random.pick(others), coin)
      : { address: outsideAddresses[coin]?.[0] ?? '', addressTag: '' };
    const { address, addressTag } = to;
    const named = this.#random.chance(0.7) ? { withdrawOrderId: `order-${this.#number}` } : {};
    const tag = addressTag === '' ? {} : { addressTag };
    const query = { coin, address, ...tag, amount: this.#amount(coin), ...named };
    const id = await withdraw(this.#call, who, query, this.#random.chance(0.5));
    if ('withdrawOrderId' in named) this.#orders.push({ who, query, id });
  }

  async #repeat(): Promise<void> {
    if (this.#orders.length === 0) return;
    const { who, query, id } = this.#random.pick(this.#orders);
    const repeated = await Promise.all(
      [true, false].map((isToday) => withdraw(this.#call, who, query, isToday)),
    );
    assert.deepEqual(repeated, [id, id]);
  }

  async #transfer(): Promise<void> {
    const [from, to] = this.#random.pick([
      ['master', 'alice'],
      ['alice', 'bob'],
      ['bob', 'master'],
    ] as const);
    const asset = this.#random.pick(assets);
    const query = { fromEmail: emailOf(from), toEmail: emailOf(to), asset, amount: this.#amount(asset) };
    const spot = { fromAccountType: 'SPOT', toAccountType: 'SPOT' };
    await (this.#random.chance(0.5)
      ? this.#call('master', 'POST', '/wapi/v3/sub-account/transfer.html', query)
      : this.#call('master', 'POST', '/sapi/v1/sub-account/universalTransfer', { ...query, ...spot }));
  }

  async #move(): Promise<void> {
    const asset = this.#random.pick(assets);
    const query = { type: 'MAIN_FUNDING', asset, amount: this.#amount(asset) };
    await this.#call(this.#random.pick(accountNames), 'POST', '/sapi/v1/asset/transfer', query);
  }

  async #deposit(): Promise<void> {
    const asset = this.#random.pick(assets);
    const { address, addressTag } = await addressOf(this.#call, this.#random.pick(accountNames), asset);
    const tag = addressTag === '' ? {} : { addressTag };
    const body = { asset, address, ...tag, amount: this.#amount(asset) };
    const paid = await this.#exchange.operator('POST', '/deposits', body);
    assert.equal(paid.status, 201, paid.text);
  }

  async #dust(): Promise<void> {
    const who = this.#random.pick(accountNames);
    const body = { asset: 'ADA', amount: this.#amount('ADA'), reason: 'dust', backed: false };
    const paid = await this.#exchange.operator('POST', `/accounts/${emailOf(who)}/credit`, body);
    assert.ok(paid.status < 300, paid.text);
    await this.#call(who, 'POST', '/sapi/v1/asset/dust', { asset: 'ADA' });
  }
}

/** Both dialects have the same address. */
async function addressOf(
  call: Call,
  who: Name,
  asset: string,
): Promise<{ address: string; addressTag: string }> {
  const { address, addressTag } = await call(who, 'GET', '/wapi/v3/depositAddress.html', { asset });
  const today = await call(who, 'GET', '/sapi/v1/capital/deposit/address', { coin: asset });
  assert.deepEqual([today.address, today.tag], [address, addressTag]);
  return { address, addressTag };
}
