/** Calls of the operations of the travel rule. */
import { localentityWithdrawApply } from '../../../src/contract/sapi/localentity/withdraw-apply.ts';
import { calls } from '../operation-calls.ts';
import type { Provocation } from '../shared-calls.ts';
import { goodWithdrawal, withdrawalProvocations } from '../withdrawal-calls.ts';

const questionnaire = '&questionnaire=%7B%7D';
const withdrawal = `${goodWithdrawal('coin')}${questionnaire}`;

const { 'questionnaire-missing': _, ...provocations } = withdrawalProvocations('coin', (world) =>
  world.call({ operation: localentityWithdrawApply, query: `${withdrawal}&withdrawOrderId=two` }),
);

const answered = ({ call, ...rest }: Provocation): Provocation => ({
  ...rest,
  call: (world) => {
    const given = call(world);
    return { ...given, query: `${given.query}${questionnaire}`.replace('OrderId=one', 'OrderId=two') };
  },
});

export const sapiLocalentityCalls = [
  calls(
    localentityWithdrawApply,
    withdrawal,
    Object.fromEntries(Object.entries(provocations).map(([id, each]) => [id, answered(each)])),
  ),
];
