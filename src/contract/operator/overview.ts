/** The state of the exchange at a glance: reads of bounded size, unlike the integrity report. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { openStages } from '../withdrawal-stages.ts';
import { oneOf, orNull } from './fields.ts';

const count = (description: string) => Type.Integer({ description, minimum: 0 });

const stage = Type.Object({
  stage: oneOf(openStages, 'A stage in which a withdrawal is open.'),
  count: count('Number of withdrawals; at most 1000 are counted.'),
  isMore: Type.Boolean({ description: 'Whether there are more than were counted.' }),
  oldest: orNull(milliseconds('Time of the oldest request; null: there is none')),
});

const hour = Type.Object({
  start: milliseconds('Start of the hour'),
  withdrawals: count('Withdrawals requested in it.'),
  deposits: count('Deposits first seen in it.'),
});

export const getOverview = operatorOperation({
  id: 'getOverview',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/overview',
  summary:
    'Get open withdrawals by stage, with the age of the oldest, and the movements of the last 24 hours.',
  reply: Type.Object({
    now: milliseconds('Time of the reply'),
    stages: Type.Array(stage),
    hours: Type.Array(hour, { description: 'The last 24 hours, oldest first; the last one is not over.' }),
    since: milliseconds(
      'Movements are counted from this time on: the latest 2000 withdrawals and the latest 2000 deposits at most',
    ),
  }),
});
