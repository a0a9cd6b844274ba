/** The fields that several operations about worlds have. */
import { milliseconds, Type } from '../../schema.ts';
import { oneOf, orNull } from '../fields.ts';

export const nameRules = {
  pattern: '^[a-z0-9][a-z0-9-]{0,39}$',
  patternInWords: '1 to 40 lower-case letters, digits and hyphens, of which the first is not a hyphen',
  maxLength: 40,
};
export const name = Type.String({ description: 'The world.', ...nameRules });
export const pathParameters = { name };

export const snapshotId = Type.String({
  description: 'The snapshot, for example `s_1`.',
  minLength: 1,
  maxLength: 20,
});

export const maxTimeToLiveMs = 8_640_000_000_000_000;

export const naming = {
  storage: Type.Optional(
    oneOf(
      ['memory', 'file', 'postgres'],
      '`memory`, also when absent: it ends with the process. `file`: SQLite files in the data folder, where the next start finds it. `postgres`: a database beside that of an exchange on PostgreSQL, which ends with the process.',
    ),
  ),
  name: Type.Optional(Type.String({ description: 'Absent: the lab makes one up.', ...nameRules })),
  timeToLive: Type.Optional(
    Type.Unsafe<number | string>({
      type: ['integer', 'string'],
      description:
        'Time without use after which the world is deleted: milliseconds of the machine, or a text such as "10m". Absent: never.',
      minimum: 1,
      maximum: maxTimeToLiveMs,
      pattern: '^([0-9]{1,9}(ms|s|m|h|d))+$',
      patternInWords: 'milliseconds, or a duration such as "2m", "1h30m" or "1d", which is not negative',
      maxLength: 50,
      examples: ['10m'],
    }),
  ),
};

export const view = {
  name,
  from: Type.String({
    description: 'What it is made of: the template demo or empty, or the world of which it is a copy.',
  }),
  seed: orNull(
    Type.Integer({
      description:
        'Repeats the ids of records and the choices of faults; null: the exchange itself has none.',
    }),
  ),
  timeToLiveMs: orNull(
    Type.Integer({ description: 'Time without use after which it is deleted, ms; null: never.' }),
  ),
  storage: oneOf(['memory', 'file', 'postgres'], 'Where it is.'),
  worldTime: milliseconds('World time now'),
  createdAt: milliseconds('Machine time of its creation'),
  usedAt: milliseconds('Machine time of its last use'),
  awake: Type.Boolean({
    description: 'Whether it has connections and timers. It sleeps while nobody uses it and nothing is due.',
  }),
  bytes: Type.Integer({ description: 'The size of its last image.' }),
  snapshots: Type.Integer({ description: 'Number of snapshots.' }),
  parked: Type.Integer({
    description:
      'Withdrawals that were under way when it was forked. Nothing of them is sent before it is used, and then only to its own chains.',
  }),
};

export const made = Type.Object({
  ...view,
  apiKeys: Type.Array(
    Type.Object({ email: Type.String(), apiKey: Type.String(), secretKey: Type.String() }),
    {
      description:
        'New keys of the accounts that have keys, at most 100. Requests with them go to this world. Shown only here.',
    },
  ),
});
