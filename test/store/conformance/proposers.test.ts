/** A proposed change is carried out only while its proposer may make such a change, as of the commit. */
import assert from 'node:assert/strict';
import { proposeChange } from '../../../src/command/approval/change-propose.ts';
import { putApprovalPolicy } from '../../../src/command/approval/policy-put.ts';
import { changeOperator } from '../../../src/command/operator/operator-change.ts';
import { revokeOperatorToken } from '../../../src/command/operator/token.ts';
import type { Operator } from '../../../src/command/unit-of-work.ts';
import { openManual } from '../../support/manual-world.ts';
import { admit, machine, onBehalf, person } from '../../support/people.ts';
import { decimal } from '../../support/world-plan.ts';
import { kindOf, runAll, writing } from './raw.ts';
import { conformance, shared } from './stores.ts';

const ann = person('ann', 'administrator');
const bob = person('bob', 'administrator');
const bot = machine('bot', 'ann', 'administrator');
const own = machine('own', null, 'administrator');

async function open(store: Parameters<typeof openManual>[0]) {
  const world = await openManual(store);
  await world.run(admit, { admitted: [ann, bob, bot, own] });
  await world.run(putApprovalPolicy, { operator: ann, rules: [], changes: [{ kind: 'prices' }] });
  const propose = (operator: Operator) =>
    world.run(proposeChange, { operator, kind: 'prices', subject: 'HAND', input: {} });
  const approve = async (proposed: Awaited<ReturnType<typeof propose>>, atMs = 1) => {
    const operator = onBehalf(proposed, 'change-rules', bob, atMs);
    const input = { operator, asset: 'HAND', price: decimal('2') };
    const outcome = await world.commands.submit('putPrice', input);
    return 'rejected' in outcome ? outcome.details : kindOf(outcome);
  };
  const refused = ({ id }: { readonly id: string }) => ({ id, why: 'proposer-not-allowed', role: null });
  return { world, propose, approve, refused };
}

conformance(
  'a change proposed by a token is not carried out after the token was revoked or has expired',
  async (_site, store) => {
    const { world, propose, approve, refused } = await open(store);
    const [first, second, third] = [await propose(bot), await propose(bot), await propose(own)];
    assert.deepEqual([first.proposer, first.proposerToken], ['ann', 'bot']);
    assert.deepEqual([third.proposer, third.proposerToken], ['token:own', 'own']);
    assert.equal(await approve(first), 'done');
    await runAll(store, [writing({ update: 'operator_tokens', key: { id: 'bot' }, set: { expiresAt: 10 } })]);
    assert.deepEqual(await approve(second, 10), refused(second));
    for (const id of ['bot', 'own']) await world.run(revokeOperatorToken, { operator: ann, id, atMs: 5 });
    assert.deepEqual(await approve(second, 9), refused(second));
    assert.deepEqual(await approve(third), refused(third));
  },
  shared,
);

conformance(
  'a proposal is not carried out after its proposer lost the role, or from before tokens were stored',
  async (_site, store) => {
    const { world, propose, approve, refused } = await open(store);
    const [byPerson, byToken, viewer] = [await propose(ann), await propose(bot), await propose(own)];
    const earlier = { ...byToken, proposerToken: null };
    assert.deepEqual(await approve(earlier), refused(earlier));
    const roles = ['viewer'] as const;
    await runAll(store, [writing({ update: 'operator_tokens', key: { id: 'own' }, set: { roles } })]);
    assert.deepEqual(await approve(viewer), refused(viewer));
    const change = { operator: bob, name: 'ann', roles };
    await world.run(changeOperator, change);
    assert.deepEqual(await approve(byPerson), refused(byPerson));
    // A token has roles of its own, but stops working with its creator.
    assert.equal(await approve(byToken), 'done');
  },
  shared,
);
