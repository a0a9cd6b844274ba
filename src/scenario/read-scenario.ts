/** Reads a scenario from a value, such as the content of a file or a field of a request. */
import type { TSchema } from '../contract/schema.ts';
import { isoTime } from '../contract/text.ts';
import { maxWorldMs } from '../lab/duration.ts';
import { RuleProblem } from '../lab/grammar.ts';
import { type RuleInput, readRule } from '../lab/rule-grammar.ts';
import { checkValue } from './check-value.ts';
import { readTimeline } from './read-timeline.ts';
import {
  type Scenario,
  type ScenarioAccount,
  type ScenarioNetwork,
  ScenarioProblem,
  type Values,
} from './scenario.ts';
import {
  accountChanges,
  accountSchema,
  assetSchema,
  balanceSchema,
  chainFields,
  codes,
  faultSchema,
  networkSchema,
  scenarioSchema,
} from './schema.ts';

/** @throws ScenarioProblem for the first rule that it violates. */
export function readScenario(value: unknown): Scenario {
  checkValue(scenarioSchema, value, '');
  const given = value as Values & { readonly name?: string; readonly seed?: number; readonly clock?: string };
  const startsAt = startOf(given.time);
  if (given.seed !== undefined && startsAt === null)
    throw new ScenarioProblem('seed', 'needs time, because ids begin with the time of the world');
  return {
    name: given.name ?? null,
    startsAt,
    seed: given.seed ?? null,
    endsFrozen: given.clock === 'frozen',
    networks: entriesOf(given, 'networks', codes.network, networkSchema).map(readNetwork),
    assets: entriesOf(given, 'assets', codes.asset, assetSchema).map(([asset, fields]) => ({
      asset,
      fields,
    })),
    accounts: readAccounts(itemsOf(given, 'accounts')),
    faults: itemsOf(given, 'faults').map(readFault),
    timeline: readTimeline(itemsOf(given, 'timeline')),
  };
}

function startOf(time: unknown): number | null {
  if (time === undefined) return null;
  // biome-ignore lint/style/noRestrictedGlobals: a time that is given
  const at = typeof time === 'number' ? time : Date.parse(String(time));
  // A day that the month does not have is taken for one of the next month.
  const exists =
    !Number.isNaN(at) && (typeof time === 'number' || isoTime(at).startsWith(String(time).slice(0, 10)));
  if (!exists) throw new ScenarioProblem('time', 'is not a time that exists');
  if (at > maxWorldMs)
    throw new ScenarioProblem('time', `is after ${isoTime(maxWorldMs)}, the latest time of a world`);
  return at;
}

const itemsOf = (given: Values, field: string) => (given[field] ?? []) as readonly unknown[];

/** The entries of an object whose fields are codes. */
function entriesOf(
  given: Values,
  field: string,
  code: TSchema,
  schema: TSchema,
): (readonly [string, Values])[] {
  const entries = Object.entries((given[field] ?? {}) as Values);
  for (const [name, value] of entries) {
    checkValue(code, name, `${field}.${name}`);
    checkValue(schema, value, `${field}.${name}`);
  }
  return entries as (readonly [string, Values])[];
}

function readNetwork([network, fields]: readonly [string, Values]): ScenarioNetwork {
  const [chain, rules] = split(fields, chainFields);
  return { network, rules, chain };
}

/** @returns the fields that are among the names, and the others. */
function split(fields: Values, names: object): readonly [Values, Values] {
  const entries = Object.entries(fields);
  const isNamed = ([name]: readonly [string, unknown]) => Object.hasOwn(names, name);
  return [
    Object.fromEntries(entries.filter(isNamed)),
    Object.fromEntries(entries.filter((entry) => !isNamed(entry))),
  ];
}

function readAccounts(items: readonly unknown[]): readonly ScenarioAccount[] {
  const accounts = items.map((item, index) => readAccount(item, `accounts[${index}]`));
  const emails = accounts.map(({ email }) => email.trim().toLowerCase());
  const again = emails.findIndex((email, index) => emails.indexOf(email) < index);
  if (again >= 0)
    throw new ScenarioProblem(`accounts[${again}].email`, 'is the same as that of an earlier account');
  return accounts;
}

function readAccount(item: unknown, at: string): ScenarioAccount {
  checkValue(accountSchema, item, at);
  const {
    email,
    balances = {},
    ...fields
  } = item as Values & {
    readonly email: string;
    readonly balances?: Readonly<Record<string, string>>;
  };
  for (const [asset, amount] of Object.entries(balances)) {
    checkValue(codes.asset, asset, `${at}.balances.${asset}`);
    checkValue(balanceSchema, amount, `${at}.balances.${asset}`);
  }
  const [changes, opening] = split(fields, accountChanges);
  return { email, opening, changes, balances };
}

/** A rule without a seed gets one that is always the same. */
function readFault(item: unknown, index: number): Values {
  const at = `faults[${index}]`;
  checkValue(faultSchema, item, at);
  const rule = readRule(item as RuleInput, () => index + 1);
  if (rule instanceof RuleProblem) throw problemOfRule(at, rule);
  return { seed: rule.seed, ...(item as Values) };
}

/** The lab names the field of a request. */
function problemOfRule(at: string, { message }: RuleProblem): ScenarioProblem {
  const [, field = '', rule = message] = /^body((?:\.[^:]*)?): (.*)$/s.exec(message) ?? [];
  return new ScenarioProblem(`${at}${field}`, rule);
}
