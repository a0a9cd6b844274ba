/** The clock of the world: locks, bans, daily maxima, confirmations and all else that customers see follow it. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { millisecondsInput, oneOf, orNull } from '../fields.ts';

const work = {
  at: milliseconds('World time'),
  what: Type.String({
    description:
      'For example block, sweep, closing-balances, event-log, ban or effect; docs/lab.md has the list.',
  }),
  id: orNull(
    Type.String({
      description:
        'What it concerns: the networks of a block, the day, the address of a ban, the effect; null: nothing by itself.',
    }),
  ),
};

const clock = {
  now: milliseconds('The time of the world'),
  frozen: Type.Boolean({ description: 'Whether the time of the world stands still.' }),
  wire: oneOf(
    ['machine', 'world'],
    'Which time the timestamps of signed requests are compared with, and `/time` shows: that of the machine, or that of the world.',
  ),
  wireNow: milliseconds('That time'),
  nextDue: Type.Unsafe<{ readonly at: number; readonly what: string; readonly id: string | null } | null>({
    type: ['object', 'null'],
    required: ['at', 'what', 'id'],
    properties: work,
    description:
      'What is due next: work, or the end of what is only checked when it is used, such as a ban; null: nothing, however far the time is moved.',
  }),
};

const wire = {
  wire: Type.Optional(
    oneOf(
      ['machine', 'world'],
      'From now on compare the timestamps of signed requests with this time. Absent: as before; at first, machine.',
    ),
  ),
};

/** One of several processes cannot change the time. */
const errors = ['operator-conflict'] as const;

export const getLabClock = operatorOperation({
  id: 'getLabClock',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/clock',
  summary: 'Get the time of the world, and what is due next.',
  reply: Type.Object(clock),
});

export const freezeLabClock = operatorOperation({
  id: 'freezeLabClock',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/clock/freeze',
  summary:
    'Let the time of the world stand still. No blocks are made, and nothing becomes due, until it is advanced or resumed.',
  body: wire,
  reply: Type.Object(clock),
  errors,
});

export const resumeLabClock = operatorOperation({
  id: 'resumeLabClock',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/clock/resume',
  summary: 'Let the clock of the world run again, from the time at which it stopped.',
  body: wire,
  reply: Type.Object(clock),
  errors,
});

export const advanceLabClock = operatorOperation({
  id: 'advanceLabClock',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/clock/advance',
  summary:
    'Move the time of the world forward, and do all work that becomes due meanwhile, in order of its due time. The reply comes when it is done. A running clock stands still meanwhile, and runs on afterwards.',
  body: {
    by: Type.Optional(
      Type.Unsafe<number | string>({
        type: ['integer', 'string'],
        description:
          'How far: milliseconds, or a text such as "2m", "1h30m" or "1d", with the units d, h, m, s and ms.',
        minimum: 0,
        maximum: 8_640_000_000_000_000,
        pattern: '^([0-9]{1,9}(ms|s|m|h|d))+$',
        patternInWords: 'milliseconds, or a duration such as "2m", "1h30m" or "1d", which is not negative',
        maxLength: 50,
        examples: ['2m'],
      }),
    ),
    to: Type.Optional(millisecondsInput('Up to which world time, instead of `by` (ms since the epoch).')),
    ...wire,
  },
  reply: Type.Object({
    ...clock,
    ran: Type.Array(Type.Object(work), {
      description: 'The work that changed something and the limits that ended, in order; the newest 1000.',
    }),
    omitted: Type.Integer({ description: 'How many entries before those of `ran` are left out.' }),
  }),
  errors,
});
