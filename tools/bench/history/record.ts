/**
 * Movements of all kinds over HTTP: withdrawals that are completed, that were rejected and cancelled, and that wait for
 * approval; deposits; proposed changes. Everything leaves entries in the audit trail.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { sampleEveryMs } from '../backlog.ts';
import { parseSeries, sumOf } from '../exposition.ts';
import { runLoad } from '../load/load.ts';
import { OperatorClient } from '../operator-client.ts';
import type { Progress } from '../progress.ts';
import { type Started, withdrawals } from '../subject.ts';
import { emailOf } from '../world.ts';

const reason = 'bench';
/** Shares of the number of withdrawals. */
const rejectedShare = 0.01;
const cancelledShare = 0.01;
const waitingShare = 0.01;
const depositShare = 0.5;
const proposedShare = 0.01;
/** The limit up to which withdrawals are sent without approval, and an amount above it. */
const limit = '10';
const aboveLimit = '&amount=12&';
/** Accounts that receive deposits. */
const owners = 10;
/** Accounts that withdraw, so that each of them has several withdrawals. */
const senders = 100;
const settlePatienceMs = 300_000;

/** @param count of withdrawals in all. Resolves when nothing is in progress except what waits for a person. */
export async function recordMovements(started: Started, count: number, progress: Progress): Promise<void> {
  const { server, keys } = started;
  const client = new OperatorClient(server.operatorPort);
  try {
    await client.change('PATCH', '/operator/v1/assets/ETH', { autoApprovalLimit: limit, reason });
    const share = (of: number) => Math.max(1, Math.round(of * count));
    const [rejected, cancelled, waiting] = [rejectedShare, cancelledShare, waitingShare].map(share) as [
      number,
      number,
      number,
    ];
    const held = rejected + cancelled + waiting;
    const plan = withdrawals(server, keys.slice(0, senders), { requests: count - held });
    await progress.during('withdrawals', accepted({ ...plan, warmupMs: 0 }));
    const { workload } = plan;
    if (workload.kind !== 'signed') throw new Error('withdrawals are signed');
    const large = { ...workload, query: workload.query.replace(/&amount=[^&]*&/, aboveLimit) };
    await accepted({ ...plan, requests: held, connections: 1, warmupMs: 0, workload: large });
    await decide(client, [
      ['reject', rejected],
      ['cancel', cancelled],
    ]);
    await receive(client, share(depositShare));
    await propose(client, share(proposedShare));
    await progress.during('completes them', untilSettled(client));
  } finally {
    client.close();
  }
}

async function accepted(plan: Parameters<typeof runLoad>[0]): Promise<void> {
  const { errors, firstErrorBody } = await runLoad(plan);
  if (Object.keys(errors).length > 0)
    throw new Error(`rejected: ${JSON.stringify(errors)} ${firstErrorBody}`);
}

async function decide(
  client: OperatorClient,
  decisions: readonly (readonly [string, number])[],
): Promise<void> {
  for (const [decision, count] of decisions) {
    const path = `/operator/v1/withdrawals?stage=awaiting-approval&limit=${count}`;
    for (const { id } of JSON.parse(await client.get(path)).withdrawals)
      await client.change('POST', `/operator/v1/withdrawals/${id}/${decision}`, { reason });
  }
}

async function receive(client: OperatorClient, count: number): Promise<void> {
  const owned = Array.from({ length: owners }, (_, index) => addressNumber(index));
  for (const [index, address] of owned.entries()) {
    const path = `/operator/v1/accounts/${encodeURIComponent(emailOf(index))}/deposit-addresses`;
    await client.change('PUT', path, { asset: 'ETH', network: 'ETH', address, reason });
  }
  for (let index = 0; index < count; index += 1) {
    const address = owned[index % owners];
    await client.change('POST', '/operator/v1/deposits', { asset: 'ETH', address, amount: '1.5', reason });
  }
}

const addressNumber = (index: number) => `0x${'d0'.repeat(18)}${index.toString(16).padStart(4, '0')}`;

async function propose(client: OperatorClient, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await client.change('POST', '/operator/v1/changes', {
      operation: 'creditAccount',
      path: { email: emailOf(index) },
      body: { asset: 'ETH', amount: '1' },
      reason,
    });
}

export async function untilSettled(client: OperatorClient): Promise<void> {
  const giveUpAt = performance.now() + settlePatienceMs;
  for (;;) {
    await pause(sampleEveryMs);
    const series = parseSeries(await client.get('/metrics'));
    const open =
      (sumOf(series, 'bursar_withdrawals_under_way', ({ stage }) => stage !== 'awaiting-approval') ?? 0) +
      (sumOf(series, 'bursar_deposits_open') ?? 0) +
      (sumOf(series, 'bursar_transfers_unsealed') ?? 0);
    if (open === 0) return;
    if (performance.now() > giveUpAt) throw new Error('the movements are not completed');
  }
}
