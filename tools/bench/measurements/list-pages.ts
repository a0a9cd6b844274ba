/** The pages that are compared: each list with each of its filters, and the other pages of operators. */
import type { OperatorClient } from '../operator-client.ts';
import { emailOf } from '../world.ts';

/** Requests a page. */
export type Page = (client: OperatorClient) => Promise<unknown>;

type Pages = Readonly<Record<string, Page>>;

const lists = '/operator/v1';
const half = 1000;
const account = emailOf(7);
/** As many rows as the account has in the small world. */
const few = '10';

/** @param total of the withdrawals. @returns the pages by name; the same names for every number of rows. */
export async function pagesOf(client: OperatorClient, total: number): Promise<Pages> {
  const [withdrawal] = (await get(client, '/withdrawals?limit=1')).withdrawals;
  const sent = (await get(client, '/withdrawals?limit=1&stage=completed')).withdrawals[0];
  const [transfer] = (await get(client, '/transfers?limit=1')).transfers;
  return {
    ...(await withdrawalPages(client, total)),
    ...(await depositPages(client)),
    ...pages('transfers', '/transfers', {
      newest: {},
      'of an asset': { asset: 'ETH' },
      'of a kind': { kind: 'withdrawal-hold' },
      'of the last hour': { startTime: String(transfer.at - 3_600_000), limit: few },
    }),
    ...pages('audit', '/audit', {
      newest: {},
      'of an actor': { actor: 'bootstrap', limit: few },
      'of an action': { action: 'withdrawal.reject', limit: few },
    }),
    ...pages('search', '/search', {
      'for a withdrawal': { q: withdrawal.id },
      'for a transaction': { q: sent.txId },
      'for an address': { q: withdrawal.address },
      'for an e-mail': { q: account },
      'for the beginning of an e-mail': { q: 'bench-' },
    }),
    ...pages('inbox', '/inbox', { oldest: { limit: few }, approvals: { kind: 'approval', limit: few } }),
    'a customer': (each) => each.get(`${lists}/accounts/${account}`),
    'the overview': (each) => each.get(`${lists}/overview`),
    'the beginning of an export': (each) => each.read(`${lists}/withdrawals?format=csv`, () => false),
  };
}

async function withdrawalPages(client: OperatorClient, total: number): Promise<Pages> {
  const newest = await get(client, '/withdrawals?limit=100');
  const [withdrawal] = newest.withdrawals;
  const sent = (await get(client, '/withdrawals?limit=1&stage=completed')).withdrawals[0];
  const first = (await get(client, '/withdrawals?limit=1&startTime=0')).withdrawals[0] ?? withdrawal;
  return pages('withdrawals', '/withdrawals', {
    newest: {},
    'next page': { cursor: newest.nextCursor },
    'middle of the list': { cursor: await cursorAt(client, total / 2) },
    'of an account': { account, limit: few },
    'of an account, by stage': { account, stage: 'completed', limit: few },
    'of an asset': { asset: 'ETH' },
    'of an amount': { asset: 'ETH', minAmount: '0.1' },
    'of a network': { network: 'ETH' },
    'of a stage': { stage: 'completed' },
    'of a status': { status: '6' },
    'awaiting approval': { stage: 'awaiting-approval', limit: few },
    rejected: { stage: 'rejected', limit: few },
    failed: { stage: 'failed' },
    'since a time': { startTime: String(withdrawal.applyTime - 3_600_000), limit: few },
    'until a time': { endTime: String(first.applyTime + 60_000), limit: few },
    'to an address': { address: withdrawal.address, limit: '1' },
    'to an unknown address': { address: '0x1212121212121212121212121212121212121212' },
    'of an order id': { orderId: withdrawal.withdrawOrderId },
    'of a transaction': { txId: sent.txId },
  });
}

async function depositPages(client: OperatorClient): Promise<Pages> {
  const [deposit] = (await get(client, '/deposits?limit=1')).deposits;
  return pages('deposits', '/deposits', {
    newest: {},
    'of an account': { account: deposit.email, limit: few },
    'of an amount': { asset: 'ETH', minAmount: '0.1' },
    'of a stage': { stage: 'completed' },
    'to an address': { address: deposit.address, limit: few },
    'of a transaction': { txId: deposit.txId },
    unattributed: { unattributed: 'true' },
    'since a time': { startTime: String(deposit.insertTime - 3_600_000), limit: few },
  });
}

const pages = (
  list: string,
  path: string,
  filters: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Pages =>
  Object.fromEntries(
    Object.entries(filters).map(([name, filter]) => [
      `${list}: ${name}`,
      (client: OperatorClient) => client.get(`${lists}${path}?${new URLSearchParams(filter)}`),
    ]),
  );

async function get(client: OperatorClient, path: string) {
  return JSON.parse(await client.get(lists + path));
}

/** The cursor after this many withdrawals. */
async function cursorAt(client: OperatorClient, rows: number): Promise<string> {
  let cursor = '';
  for (let read = 0; read < rows; read += half)
    cursor = (
      await get(client, `/withdrawals?limit=${Math.min(half, rows - read)}${cursor && `&cursor=${cursor}`}`)
    ).nextCursor;
  return cursor;
}
