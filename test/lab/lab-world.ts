/** A server with the lab, a customer, and the withdrawals that history shows. */
import assert from 'node:assert/strict';
import { type Exchange, encodeQuery, type Reply, signQuery, startExchange } from '../support/exchange.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import type { Customer } from '../support/world.ts';

const [address = ''] = outsideAddresses.ETH ?? [];

/** The end of a request for its client. */
export type End =
  | { readonly kind: 'reply'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly kind: 'broken'; readonly code: string };

export type LabWorld = Awaited<ReturnType<typeof openLab>>;

export async function openLab(flags: readonly string[] = []) {
  const exchange: Exchange = await startExchange(['--demo', '1', '--lab', '1', ...flags]);
  const customers = await buildStandardWorld(exchange.server);
  const { alice } = customers;
  const order = (more: object) => ({ asset: 'ETH', address, amount: '0.5', ...more });
  return {
    exchange,
    ...customers,
    order,
    /** Submits a withdrawal of wapi. */
    withdraw: (more: object, customer: Customer = alice): Promise<Reply> =>
      exchange.signed(customer, 'POST', '/wapi/v3/withdraw.html', order(more)),
    /** Sends a request that may end without a reply. */
    async send(method: string, path: string, query: object, init: RequestInit = {}): Promise<End> {
      const signed = signQuery(alice, encodeQuery(query as Record<string, string>));
      const headers = { 'X-MBX-APIKEY': alice.apiKey, ...init.headers };
      try {
        const reply = await fetch(`${exchange.url}${path}?${signed}`, { ...init, method, headers });
        return { kind: 'reply', status: reply.status, headers: reply.headers, text: await reply.text() };
      } catch (error) {
        const { cause, name } = error as Error & { readonly cause?: { readonly code?: string } };
        return { kind: 'broken', code: cause?.code ?? name };
      }
    },
    /** The ids that history shows under an order id. */
    async idsOf(withdrawOrderId: string): Promise<readonly string[]> {
      const path = '/sapi/v1/capital/withdraw/history';
      const { status, body, text } = await exchange.signed(alice, 'GET', path, { withdrawOrderId });
      assert.equal(status, 200, text);
      return body.map(({ id }: { readonly id: string }) => id);
    },
    /** Adds a rule. @returns its id. */
    async fault(rule: object): Promise<string> {
      const { status, body, text } = await exchange.operator('POST', '/lab/faults', rule);
      assert.equal(status, 201, text);
      return body.id;
    },
    // biome-ignore lint/suspicious/noExplicitAny: tests access any field of a reply
    async faultNamed(id: string): Promise<any> {
      return (await exchange.operator('GET', `/lab/faults/${id}`)).body;
    },
  };
}
