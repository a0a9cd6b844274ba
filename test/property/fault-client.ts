/** One customer, its requests, which faults of the lab may hit, and the replies. */
import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.ts';
import { type Credentials, type Exchange, type Reply, signQuery } from '../support/exchange.ts';
import { outsideAddresses } from '../support/standard-world.ts';
import type { Dialect, Plan, PlannedRequest, Turn } from './fault-plan.ts';

const [address = ''] = outsideAddresses.ETH ?? [];
const questionnaire = JSON.stringify({ isAddressOwner: 1, sendTo: 1 });
export const orderIdOf = (order: number) => `order-${order}`;
/** Units of ETH, of which there are 10^8. */
export const unitsOf = (order: number) => 50_000_000n + BigInt(order);
const transferred = (number: number) => 1_000n + BigInt(number);
const amountOf = (units: bigint) => `0.${units.toString().padStart(8, '0')}`;

const submitPaths: Readonly<Record<Dialect, string>> = {
  wapi: '/wapi/v3/withdraw.html',
  sapi: '/sapi/v1/capital/withdraw/apply',
  localentity: '/sapi/v1/localentity/withdraw/apply',
};
const historyPaths: Readonly<Record<Dialect, string>> = {
  wapi: '/wapi/v3/withdrawHistory.html',
  sapi: '/sapi/v1/capital/withdraw/history',
  localentity: '/sapi/v2/localentity/withdraw/history',
};
export const transferPath = '/sapi/v1/sub-account/universalTransfer';

export type Owner = Credentials & { readonly email: string; readonly accountId: number };
export type Shown = { readonly id: string; readonly withdrawOrderId?: string; readonly status: number };
export type Firing = {
  readonly id: string;
  readonly preset: string | null;
  readonly apiKey: string;
  readonly operation: string;
  readonly withdrawalId: string | null;
  readonly done: boolean;
};
export type LoggedRequest = {
  readonly operation: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly firing: string | null;
  readonly status: number;
  readonly ending: string;
  readonly done: 'done' | 'not-done' | 'unknown';
  readonly withdrawalId: string | null;
};

export class FaultClient {
  readonly exchange: Exchange;
  readonly owner: Owner;
  readonly sub: string;
  /** The withdrawals that replies have named as submitted, with their order. */
  readonly told = new Map<string, number>();
  readonly shown: Shown[] = [];
  deposits = 0;
  readonly #depositAddress: string;
  readonly #firings = new Map<string, Firing>();

  static async open(exchange: Exchange, name: string): Promise<FaultClient> {
    const owner = await openAccount(exchange, `${name}@example.com`);
    const sub = await openAccount(exchange, `${name}-sub@example.com`, owner.email);
    const credit = { asset: 'ETH', amount: '100', reason: 'a test' };
    await done(exchange.operator('POST', `/accounts/${owner.email}/credit`, credit));
    const path = '/sapi/v1/capital/deposit/address';
    const asked = await done(exchange.signed(owner, 'GET', path, { coin: 'ETH' }));
    return new FaultClient(exchange, owner, sub.email, asked.body.address);
  }

  private constructor(exchange: Exchange, owner: Owner, sub: string, depositAddress: string) {
    this.exchange = exchange;
    this.owner = owner;
    this.sub = sub;
    this.#depositAddress = depositAddress;
  }

  async play({ rules, turns }: Pick<Plan, 'rules' | 'turns'>): Promise<void> {
    const { apiKey } = this.owner;
    for (const { nth, ...rule } of rules)
      await done(this.exchange.operator('POST', '/lab/faults', { ...rule, on: { apiKey, nth } }));
    for (const turn of turns) await this.#take(turn);
  }

  async #take(turn: Turn): Promise<void> {
    if ('batch' in turn) await Promise.all(turn.batch.map((each) => this.#request(each)));
    else if ('slow' in turn) await this.#requestSlowly(turn);
    else if ('blocks' in turn) await this.mine(turn.blocks);
    else if ('deposit' in turn) await this.#deposit(turn.deposit);
    else if ('node' in turn) await this.#switchNode(turn.node);
    else await this.calm();
  }

  async #request(planned: PlannedRequest, signal?: AbortSignal): Promise<void> {
    switch (planned.do) {
      case 'withdraw':
        return this.#withdraw(planned, signal);
      case 'look': {
        const query = { withdrawOrderId: orderIdOf(planned.order) };
        const reply = await this.#send('GET', historyPaths[planned.dialect], query, planned.preset);
        // The rows of localentity have no id.
        if (planned.dialect !== 'localentity') this.shown.push(...rowsIn(reply));
        return;
      }
      case 'transfer': {
        const { number, preset } = planned;
        const query = {
          toEmail: this.sub,
          fromAccountType: 'SPOT',
          toAccountType: 'SPOT',
          asset: 'ETH',
          amount: amountOf(transferred(number)),
          clientTranId: `transfer-${number}`,
        };
        await this.#send('POST', transferPath, query, preset);
        return;
      }
      case 'deposits':
        await this.#send('GET', '/sapi/v1/capital/deposit/hisrec', {}, planned.preset);
    }
  }

  async #withdraw(
    { order, dialect, preset, by }: Extract<PlannedRequest, { do: 'withdraw' }>,
    signal?: AbortSignal,
  ): Promise<void> {
    const byName = preset !== undefined && by === 'name' && dialect !== 'localentity';
    const query = {
      [dialect === 'wapi' ? 'asset' : 'coin']: 'ETH',
      address,
      amount: amountOf(unitsOf(order)),
      withdrawOrderId: orderIdOf(order),
      ...(dialect === 'localentity' && { questionnaire }),
      ...(byName && { name: `lab:${preset}` }),
    };
    const header = byName ? undefined : preset;
    const reply = await this.#send('POST', submitPaths[dialect], query, header, signal);
    if (reply?.status !== 200 || reply.body?.success === false || typeof reply.body?.id !== 'string') return;
    this.told.set(reply.body.id, order);
  }

  /** Gives up once the fault has fired. */
  async #requestSlowly({ slow, order, dialect }: Extract<Turn, { slow: string }>): Promise<void> {
    const before = (await this.firings()).length;
    const leaving = new AbortController();
    let isAnswered = false;
    const planned = { do: 'withdraw', order, dialect, preset: slow, by: 'header' } as const;
    const answered = this.#request(planned, leaving.signal).then(() => {
      isAnswered = true;
    });
    await eventually(async () => isAnswered || (await this.firings()).length > before, Boolean);
    leaving.abort();
    await answered;
  }

  /** @returns undefined if there was no whole reply. */
  async #send(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    preset: string | undefined,
    signal?: AbortSignal,
  ): Promise<Reply | undefined> {
    const target = `${path}?${signQuery(this.owner, query)}`;
    const headers = { 'X-MBX-APIKEY': this.owner.apiKey, ...(preset && { 'Bursar-Fault': preset }) };
    return this.exchange
      .request(method, target, { headers, ...(signal && { signal }) })
      .catch(() => undefined);
  }

  async mine(count: number): Promise<void> {
    await done(this.exchange.operator('POST', '/chain/blocks', { network: 'ETH', count }));
  }

  async #deposit(amount: number): Promise<void> {
    this.deposits += 1;
    const received = { asset: 'ETH', address: this.#depositAddress, amount: `${amount}`, reason: 'a test' };
    await done(this.exchange.operator('POST', '/deposits', received));
  }

  async #switchNode(node: string): Promise<void> {
    await done(this.exchange.operator('PATCH', '/lab/chains/ETH', { node }));
  }

  /** Ends rules, effects, rate limits, bans and failing nodes that faults have left; the chain gets what it lacks. */
  async calm(): Promise<void> {
    // The firings of a rule end with it.
    await this.firings();
    await done(this.exchange.operator('DELETE', '/lab/faults'));
    const { body } = await done(this.exchange.operator('GET', '/lab/effects'));
    for (const { id } of body.effects) await this.exchange.operator('DELETE', `/lab/effects/${id}`);
    await this.#switchNode('up');
  }

  async firings(): Promise<readonly Firing[]> {
    const { body } = await done(this.exchange.operator('GET', '/lab/firings'));
    for (const firing of body.firings as readonly Firing[])
      if (firing.apiKey === this.owner.apiKey) this.#firings.set(firing.id, firing);
    return [...this.#firings.values()];
  }

  async requests(): Promise<readonly LoggedRequest[]> {
    const path = `/lab/requests?limit=1000&apiKey=${this.owner.apiKey}`;
    return (await done(this.exchange.operator('GET', path))).body.requests;
  }

  async history(dialect: 'wapi' | 'sapi'): Promise<readonly Shown[]> {
    return rowsIn(await done(this.exchange.signed(this.owner, 'GET', historyPaths[dialect], {})));
  }
}

/** None in a reply that is no history. */
function rowsIn(reply: Reply | undefined): readonly Shown[] {
  if (reply?.status !== 200) return [];
  const rows = reply.body?.withdrawList ?? reply.body;
  return Array.isArray(rows) ? rows : [];
}

async function openAccount(exchange: Exchange, email: string, master?: string): Promise<Owner> {
  const opened = { email, ...(master !== undefined && { master }) };
  await done(exchange.operator('POST', '/accounts', opened));
  const made = await done(exchange.operator('POST', `/accounts/${email}/api-keys`, {}));
  const { apiKey, secretKey } = made.body;
  const row = await exchange.server.reads.row('accounts', { email });
  return { email, apiKey, secretKey, accountId: row?.id ?? assert.fail(email) };
}

export async function done(asked: Promise<Reply>): Promise<Reply> {
  const reply = await asked;
  assert.ok(reply.status < 300, `${reply.status}: ${reply.text}`);
  return reply;
}
