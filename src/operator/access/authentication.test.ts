/** When sessions and tokens end, and proofs become stale: by wire time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Commands } from '../../command/registry.ts';
import { endsOfNew } from '../../domain/operator/session.ts';
import type { Reads } from '../../store/reads.ts';
import { rejectUnpermitted } from '../operation-permission.ts';
import { AdministratorCheck } from './administrator-check.ts';
import { Authentication } from './authentication.ts';

const minuteMs = 60_000;

function create() {
  let nowMs = 1_700_000_000_000;
  const uses: string[] = [];
  const operator = { id: 'o1', name: 'olga', roles: ['administrator'], state: 'active' };
  const session = {
    id: 's1',
    operatorId: 'o1',
    seenAt: nowMs,
    provedAt: nowMs,
    provedBy: 'password',
    ...endsOfNew(nowMs),
  };
  const token = {
    id: 't1',
    name: 'reports',
    roles: [],
    ipAllowList: [],
    revokedAt: null,
    lastUsedAt: nowMs,
    expiresAt: nowMs + minuteMs,
  };
  const rows: Record<string, object> = {
    operators: operator,
    operator_sessions: session,
    operator_tokens: token,
  };
  const reads = {
    row: async (table: string) => rows[table],
    rows: async () => [],
  } as unknown as Reads;
  const commands = {
    submit: async (name: string) => {
      uses.push(name);
      return { done: {} };
    },
  } as unknown as Commands;
  const clock = { wire: { now: () => nowMs } };
  const administrators = new AdministratorCheck(reads, clock.wire);
  const authentication = new Authentication({ reads, commands, clock, token: 'bootstrap', administrators });
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  return { authentication, uses, session, operator, passMs };
}

test('a session ends when it was idle for half an hour, and its use is recorded once a minute', async () => {
  const { authentication, uses, passMs } = create();
  passMs(minuteMs - 1);
  assert.equal((await authentication.bySession('secret'))?.kind, 'operator');
  assert.deepEqual(uses, []);
  passMs(1);
  await authentication.bySession('secret');
  assert.deepEqual(uses, ['noteOperatorSessionUse']);
  passMs(29 * minuteMs - 1);
  assert.ok(await authentication.bySession('secret'));
  passMs(1);
  assert.equal(await authentication.bySession('secret'), undefined);
});

test('a read that nobody asked for does not keep a session alive', async () => {
  const { authentication, uses, passMs } = create();
  passMs(29 * minuteMs);
  assert.ok(await authentication.bySession('secret', { isUse: false }));
  assert.deepEqual(uses, []);
  passMs(minuteMs);
  assert.equal(await authentication.bySession('secret', { isUse: false }), undefined);
});

test('a session of an operator who is not active counts for nothing', async () => {
  const { authentication, operator } = create();
  operator.state = 'disabled';
  assert.equal(await authentication.bySession('secret'), undefined);
});

test('a proof is fresh for two minutes, and then operations that need one are refused', async () => {
  const { authentication, passMs } = create();
  const needed = { permission: 'manage-operators', needsProof: true } as const;
  const refusal = async () => {
    const principal = (await authentication.bySession('secret')) ?? null;
    return rejectUnpermitted(needed, { principal })?.rejected;
  };
  passMs(2 * minuteMs);
  assert.equal(await refusal(), undefined);
  passMs(1);
  assert.equal(await refusal(), 'proof-missing');
});

test('a token ends at its expiry', async () => {
  const { authentication, passMs } = create();
  passMs(minuteMs - 1);
  assert.ok(await authentication.byBearer('Bearer bursar_token_x', '192.0.2.1'));
  passMs(1);
  assert.equal(await authentication.byBearer('Bearer bursar_token_x', '192.0.2.1'), undefined);
});
