/** The wallet API of today under /sapi: a withdrawal, a page of history, and reads signed with each type of key. */
import { generateKeyPairSync } from 'node:crypto';
import { waitUntilCompleted } from '../backlog.ts';
import { type MeasurementContext, runAccepted, usualAccounts } from '../measurements/measurement.ts';
import { type Started, type Subject, withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { currentWithdrawalQuery, registerPublicKey } from '../world.ts';
import { loadPlan, measure, measureByTurns } from './yardstick.ts';

const rowsRead = 10;
/** Requests that are signed in advance for each second. */
const signedAhead = 200;

const apply = {
  method: 'POST',
  path: '/sapi/v1/capital/withdraw/apply',
  query: currentWithdrawalQuery,
} as const;
const history = {
  method: 'GET',
  path: '/sapi/v1/capital/withdraw/history',
  query: `limit=${rowsRead}`,
} as const;
const status = { method: 'GET', path: '/sapi/v1/account/status', query: '', repeated: signedAhead } as const;

export async function measureCurrentApi(subject: Subject, context: MeasurementContext): Promise<Table> {
  const reads = await subject.withServer(usualAccounts, async (started) => ({
    ...(await measureKeyTypes(started, context)),
    [`sapi: ${rowsRead} rows of withdraw/history`]: await measureHistory(started, context),
  }));
  const withdrawal = await subject.withServer(usualAccounts, ({ server, keys }) =>
    measure('withdraw/apply', loadPlan(apply, { ports: [server.port], keys }, context.durationMs), context),
  );
  return { ...reads, 'sapi: signed durable withdrawal': withdrawal };
}

/** All of them repeat their requests, so that the rates can be compared. */
async function measureKeyTypes({ server, keys }: Started, context: MeasurementContext): Promise<Table> {
  const ed25519 = await registerPublicKey(server, 0, generateKeyPairSync('ed25519'));
  const rsa = await registerPublicKey(server, 0, generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const types = Object.entries({ HMAC: keys.slice(0, 1), Ed25519: [ed25519], 'RSA 2048': [rsa] });
  const plans = types.map(
    ([type, ofType]) =>
      [
        `sapi: account/status, signed with ${type}`,
        loadPlan(status, { ports: [server.port], keys: ofType }, context.durationMs),
      ] as const,
  );
  const rows = await measureByTurns(plans, context);
  return Object.fromEntries(plans.map(([name], index) => [name, rows[index] as Row]));
}

async function measureHistory({ server, keys }: Started, context: MeasurementContext): Promise<Row> {
  await runAccepted({ ...withdrawals(server, keys, { requests: rowsRead * keys.length }), warmupMs: 0 });
  await context.progress.during('completing what will be read', waitUntilCompleted(server));
  const plan = loadPlan(history, { ports: [server.port], keys }, context.durationMs);
  return measure('withdraw/history', plan, context);
}
