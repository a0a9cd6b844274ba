/** The fields of a scenario. Those that are sent to an operation are the fields of that operation. */
import { createAccount, updateAccount } from '../contract/operator/accounts.ts';
import { patchAsset } from '../contract/operator/assets.ts';
import { amountInput, assetCode, emailText, networkCode, oneOf } from '../contract/operator/fields.ts';
import { changeLabChain } from '../contract/operator/lab/chains.ts';
import { advanceLabClock } from '../contract/operator/lab/clock.ts';
import { createLabFault } from '../contract/operator/lab/faults.ts';
import { patchNetwork } from '../contract/operator/networks.ts';
import { type TSchema, Type } from '../contract/schema.ts';

type Fields = Readonly<Record<string, TSchema>>;
export const closed = (fields: Fields) => Type.Object(fields, { additionalProperties: false });

function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

const object = (description: string) => Type.Optional(Type.Unsafe({ type: 'object', description }));
const list = (description: string) =>
  Type.Optional(Type.Array(Type.Unknown(), { description, maxItems: 10_000 }));

export const scenarioSchema = closed({
  name: Type.Optional(
    Type.String({ description: 'What it shows, for people.', minLength: 1, maxLength: 200 }),
  ),
  time: Type.Optional(
    Type.Unsafe({
      type: ['string', 'integer'],
      description: 'The time of the world at its start; absent: the time that it has.',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,3})?)?Z$',
      patternInWords: 'a time in UTC such as "2027-12-24T23:00:00Z", or milliseconds since the epoch',
      minimum: 0,
    }),
  ),
  seed: Type.Optional(
    Type.Integer({
      description:
        'For ids, API keys and transactions: the same scenario in a world of the same name has the same ones. Needs `time`.',
      minimum: 0,
      maximum: 2 ** 32 - 1,
    }),
  ),
  clock: Type.Optional(
    oneOf(
      ['running', 'frozen'],
      'Whether the clock of the world runs when the timeline has ended (the default), or stands still.',
    ),
  ),
  networks: object('By code; those that exist are changed.'),
  assets: object('By code; those that exist are changed.'),
  accounts: list('They are opened, each with an API key.'),
  faults: list('The rules of the lab.'),
  timeline: list('What happens, in this order.'),
});

/** The state of the chain of a network. */
export const chainFields: Fields = changeLabChain.body.properties;
export const networkSchema = closed({
  ...without(patchNetwork.body.properties, 'network', 'reason'),
  ...chainFields,
});
export const assetSchema = closed(without(patchAsset.body.properties, 'asset', 'reason'));
export const faultSchema: TSchema = createLabFault.body;

/** The fields that a change of an account takes; its opening gets all others. */
export const accountChanges: Fields = without(updateAccount.body.properties, 'reason');
export const accountSchema = closed({
  ...accountChanges,
  ...without(createAccount.body.properties, 'reason'),
  balances: object('Free balances by asset.'),
});

export const codes = { network: networkCode, asset: assetCode } as const;
export const balanceSchema = amountInput('A free balance.');

export const stepSchema = closed({
  at: Type.Optional({
    ...advanceLabClock.body.properties.by,
    description: 'How long after the start; absent: at the time of the step before it.',
  }),
  do: Type.String({ description: 'The id of an operation, or `deposit`.', minLength: 1, maxLength: 80 }),
  with: object('The path parameters, the query and the fields of the body of the operation together.'),
  as: Type.Optional({ ...emailText, description: 'The account that sends a request of customers.' }),
  name: Type.Optional(
    Type.String({
      description: 'By which later steps refer to fields of the reply: `$name.field`.',
      pattern: '^[A-Za-z][A-Za-z0-9_-]{0,39}$',
      patternInWords: 'a letter, then letters, digits, - and _, 40 characters at most',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({
      description: 'How long a request of customers waits for its reply (real time); default 10,000.',
      minimum: 1,
      maximum: 600_000,
    }),
  ),
});

/** A payment to the deposit address of an account. */
export const depositSchema = closed({
  account: emailText,
  asset: assetCode,
  amount: amountInput('What is sent.'),
  network: Type.Optional(networkCode),
});
