import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readScenario } from './read-scenario.ts';
import { ScenarioProblem } from './scenario.ts';
import { parseScenarioFile } from './scenario-file.ts';

/** @returns the line and the message of the problem of a file. */
function problemOf(text: string): string {
  let lineOf = (_place: string) => 1;
  try {
    const file = parseScenarioFile(text);
    lineOf = file.lineOf;
    readScenario(file.value);
  } catch (error) {
    assert.ok(error instanceof ScenarioProblem, String(error));
    return `${error.line ?? lineOf(error.at)} ${error.message}`;
  }
  return 'none';
}

test('a scenario has defaults, and JSON is a scenario file too', () => {
  assert.deepEqual(readScenario(parseScenarioFile('{"name": "empty"}').value), {
    name: 'empty',
    startsAt: null,
    seed: null,
    endsFrozen: false,
    networks: [],
    assets: [],
    accounts: [],
    faults: [],
    timeline: [],
  });
});

test('fields go to the operation that takes them', () => {
  const { networks, accounts, startsAt } = readScenario({
    time: '2031-01-01T00:00:00Z',
    networks: { ETH: { auto: false, name: 'Ethereum' } },
    accounts: [{ email: 'a@b.test', mobile: '1', whitelistOnly: true, balances: { ETH: '1' } }],
  });
  assert.equal(startsAt, Date.UTC(2031, 0, 1));
  assert.deepEqual(networks, [{ network: 'ETH', rules: { name: 'Ethereum' }, chain: { auto: false } }]);
  assert.deepEqual(accounts, [
    { email: 'a@b.test', opening: { mobile: '1' }, changes: { whitelistOnly: true }, balances: { ETH: '1' } },
  ]);
});

test('a seed needs a time, and is a number of 32 bits', () => {
  assert.equal(readScenario({ seed: 7, time: '2031-01-01T00:00:00Z' }).seed, 7);
  assert.equal(
    problemOf('name: x\nseed: 7'),
    '2 seed: needs time, because ids begin with the time of the world',
  );
  assert.match(problemOf('time: 2031-01-01T00:00:00Z\nseed: 4294967296'), /^2 seed: /);
  assert.match(problemOf('time: 2031-01-01T00:00:00Z\nseed: one'), /^2 seed: /);
});

test('a fault without a seed gets the same one each time', () => {
  const faults = [{ do: 'hang' }, { do: 'hang', seed: 7 }, { do: 'hang' }];
  assert.deepEqual(
    readScenario({ faults }).faults.map(({ seed }) => seed),
    [1, 7, 3],
  );
});

test('a step without a time has that of the step before', () => {
  const mine = { do: 'mineBlocks', with: { network: 'ETH', count: 1 } };
  const { timeline } = readScenario({ timeline: [mine, { ...mine, at: '1h30m' }, mine] });
  assert.deepEqual(
    timeline.map(({ atMs }) => atMs),
    [0, 5_400_000, 5_400_000],
  );
});

const problems: readonly (readonly [title: string, text: string, expected: string])[] = [
  ['text', 'nonsense', '1 the scenario must be an object'],
  ['an unknown field', 'name: x\ntimelin: []', '2 timelin: is not a field here; did you mean timeline?'],
  [
    'a field twice',
    'name: x\nname: y',
    '2 the scenario is not YAML: Map keys must be unique at line 2, column 1:',
  ],
  [
    'a time that is none',
    'time: yesterday',
    '1 time: must be a time in UTC such as "2027-12-24T23:00:00Z", or milliseconds since the epoch',
  ],
  ['a month that does not exist', 'time: 2027-13-24T23:00:00Z', '1 time: is not a time that exists'],
  ['a day that does not exist', 'time: 2031-02-30T00:00:00Z', '1 time: is not a time that exists'],
  ['a time that no world has', 'time: 9999-01-01T00:00:00Z', '1 time: is after 2100-01-01'],
  [
    'a step after all times',
    'timeline:\n  - { do: getSettings, at: 999999d }',
    '2 timeline[0].at: is beyond the latest time of a world',
  ],
  ['a tag that YAML does not know', 'name: !!js/function "x"', '1 the scenario is not YAML: Unresolved tag'],
  [
    'very many aliases',
    `a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]`,
    '1 the scenario has too many aliases',
  ],
  [
    'an amount that is a number',
    'accounts:\n  - email: a@b.test\n    balances:\n      ETH: 1',
    '4 accounts[0].balances.ETH: must be a string',
  ],
  [
    'an amount that is none',
    'accounts:\n  - email: a@b.test\n    balances: { ETH: "-1" }',
    '3 accounts[0].balances.ETH: must be a decimal of zero or more, for example "0.1"',
  ],
  ['an account without an e-mail', 'accounts:\n  - mobile: "1"', '2 accounts[0].email: is required'],
  [
    'an account twice',
    'accounts:\n  - email: a@b.test\n  - email: A@b.test',
    '3 accounts[1].email: is the same as that of an earlier account',
  ],
  ['a network without a code', 'networks:\n  "a b": {}', '2 networks.a b: must be 1 to 20'],
  [
    'a field that a network does not have',
    'networks:\n  ETH:\n    aut: true',
    '3 networks.ETH.aut: is not a field here; did you mean auto?',
  ],
  [
    'a preset that does not exist',
    'faults:\n  - do: hang\n  - do: hnag',
    "3 faults[1].do: 'hnag' is not a preset",
  ],
  [
    'a condition that does not exist',
    'faults:\n  - on: { opration: withdraw }\n    do: hang',
    '2 faults[0].on.opration: is not a field here; did you mean operation?',
  ],
  ['a step without an operation', 'timeline:\n  - at: 1h', '2 timeline[0].do: is required'],
  [
    'an operation that does not exist',
    'timeline:\n  - do: minBlocks',
    '2 timeline[0].do: there is no operation "minBlocks"; did you mean mineBlocks?',
  ],
  [
    'a parameter that an operation does not have',
    'timeline:\n  - do: mineBlocks\n    with:\n      network: ETH\n      cuont: 3\n',
    '4 timeline[0].with.count: is required',
  ],
  [
    'a parameter of another type',
    'timeline:\n  - do: mineBlocks\n    with:\n      network: ETH\n      count: many\n',
    '5 timeline[0].with.count: must be an integer',
  ],
  [
    'a time before that of the step before',
    'timeline:\n  - do: getSettings\n    at: 2m\n  - do: getSettings\n    at: 1m',
    '5 timeline[1].at: is earlier than the step before it',
  ],
  [
    'a time that is no duration',
    'timeline:\n  - { do: getSettings, at: soon }',
    '2 timeline[0].at: must be milliseconds, or a duration',
  ],
  [
    'a request of customers without an account',
    'timeline:\n  - do: capitalWithdrawApply',
    '2 timeline[0].as: is required: the account that sends capitalWithdrawApply',
  ],
  [
    'a request of operators with an account',
    'timeline:\n  - do: getSettings\n    as: a@b.test',
    '3 timeline[0].as: only requests of customers have one, and getSettings is none',
  ],
  [
    'a reference to nothing',
    'timeline:\n  - do: getDeposit\n    with: { id: $d.id }',
    '3 timeline[0].with.id: no earlier step is called d; give one this name',
  ],
  [
    'a name twice',
    'timeline:\n  - { do: getSettings, name: a }\n  - { do: getSettings, name: a }',
    '3 timeline[1].name: an earlier step is called a too',
  ],
  [
    'a deposit without an amount',
    'timeline:\n  - do: deposit\n    with: { account: a@b.test, asset: ETH }',
    '3 timeline[0].with.amount: is required',
  ],
];

for (const [title, text, expected] of problems) {
  test(`rejected with its line: ${title}`, () => {
    const problem = problemOf(text);
    assert.ok(problem.startsWith(expected), problem);
  });
}

test('a reference may stand for any value, also of a field with a rule', () => {
  const text =
    'timeline:\n  - { do: listWithdrawals, name: all }\n  - { do: getWithdrawal, with: { id: $all.withdrawals.0.id } }';
  assert.equal(problemOf(text), 'none');
});
