/** The published bounds of every parameter are exactly those that the server enforces. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import type { Dialect } from '../../src/contract/dialect.ts';
import { isSigned, type Operation } from '../../src/contract/operation.ts';
import { accountStatus } from '../../src/contract/wapi/account-status.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { goodQueryOf } from './calls.ts';
import { ContractWorld, type Reply } from './contract-world.ts';

type Schema = {
  readonly type: string;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};
type Published = { readonly name: string; readonly schema: Schema };
/** Values within and beyond the published schema. */
type Probes = { readonly within: readonly string[]; readonly beyond: readonly string[] };

let world: ContractWorld;
let document: { paths: Record<string, Record<string, { parameters: readonly Published[] }>> };
before(async () => {
  world = await ContractWorld.start();
  const reply = await world.send({ method: 'GET', target: '/openapi.json' });
  document = reply.body as typeof document;
});
after(() => world.close());

const signedOperations = customerOperations.filter(({ security }) => isSigned(security));

function probesOfNumber({ minimum, maximum, enum: allowed }: Schema): Probes {
  if (allowed !== undefined) {
    const largest = Math.max(...allowed.map(Number));
    return { within: allowed.map(String), beyond: [String(largest + 1), '-1', '1.5'] };
  }
  assert.ok(minimum !== undefined && maximum !== undefined, 'both bounds are published');
  return {
    within: [String(minimum), String(maximum)],
    beyond: [String(BigInt(minimum) - 1n), String(BigInt(maximum) + 1n), '9'.repeat(40)],
  };
}

function probesOfText({ enum: allowed, minLength, maxLength }: Schema): Probes {
  assert.ok(minLength !== undefined && maxLength !== undefined, 'both bounds are published');
  const beyond = ['x'.repeat(maxLength + 1), ...(minLength > 0 ? [''] : [])];
  if (allowed !== undefined) return { within: allowed.map(String), beyond: [...beyond, 'x'] };
  // Percent-encoded, the text must fit into a URL of 8192 bytes.
  const wide = maxLength > 600 ? 'é' : '😀';
  return { within: ['x'.repeat(maxLength), wide.repeat(maxLength), 'x'.repeat(minLength)], beyond };
}

function probesOfList({ minItems, maxItems }: Schema): Probes {
  assert.ok(minItems !== undefined && maxItems !== undefined, 'both bounds are published');
  const items = (count: number) => Array.from({ length: count }, (_, index) => `A${index}`).join();
  return { within: [items(maxItems)], beyond: [items(maxItems + 1), ...(minItems > 0 ? [','] : [])] };
}

/** Decimal-like texts, classified by the published pattern. */
function probesOfDecimal({ pattern, maxLength }: Schema, random: Random): Probes {
  assert.ok(pattern !== undefined && maxLength !== undefined, 'pattern and length are published');
  const known = ['1', '.5', '1e-36', '1E+036', '1e37', '0', '0e5', '1.', '1e', '+1', '-1', '1e0036', '0.0e1'];
  const long = [`0.${'1'.repeat(maxLength - 2)}`, `0.${'1'.repeat(maxLength - 1)}`];
  const made = Array.from({ length: 150 }, () =>
    Array.from({ length: 1 + random.below(7) }, () => random.pick([...'0012379..eE+-'])).join(''),
  );
  const texts = [...known, ...long, ...made];
  const isAllowed = (text: string) => text.length <= maxLength && new RegExp(pattern).test(text);
  return { within: texts.filter(isAllowed), beyond: texts.filter((text) => !isAllowed(text)) };
}

function probesOfBoolean({ booleansInAnyCase }: Dialect): Probes {
  const otherCase = ['TRUE', 'False'];
  return booleansInAnyCase
    ? { within: ['true', 'false', ...otherCase], beyond: ['1', 'yes'] }
    : { within: ['true', 'false'], beyond: ['1', ...otherCase] };
}

function probesOf(schema: Schema, random: Random, dialect: Dialect): Probes {
  if (schema.type === 'integer') return probesOfNumber(schema);
  if (schema.type === 'array') return probesOfList(schema);
  if (schema.type === 'boolean') return probesOfBoolean(dialect);
  return schema.pattern === undefined ? probesOfText(schema) : probesOfDecimal(schema, random);
}

/** A text within its length and form may still name nothing, which is also -1130 but not a violation of bounds. */
const codesOfText = [-1100, -1102, -1105, -1108];
const codesOfBounds = [...codesOfText, -1130, -1131];

/** Whether a reply reports that the parameter is out of bounds, whatever else is wrong with the request. */
function breaksRuleOf(name: string, { body }: Reply, codes = codesOfBounds): boolean {
  return codes.includes(Number(body.code)) && String(body.msg).includes(name);
}

function without(query: string, name: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith(`${name}=`))
    .join('&');
}

/** Long values are sent in the body, because URLs are limited. */
function replaced({ method }: Operation, query: string, name: string, value: string) {
  const pair = `${name}=${encodeURIComponent(value)}`;
  if (method !== 'GET' && pair.length > longestInUrl) return { query: without(query, name), body: pair };
  return { query: [without(query, name), pair].filter(Boolean).join('&') };
}

const longestInUrl = 4000;

function parametersOf({ paths, method }: Operation): readonly Published[] {
  return document.paths[paths[0] as string]?.[method.toLowerCase()]?.parameters ?? [];
}

for (const operation of signedOperations) {
  suite(operation.id, () => {
    test('each parameter accepts exactly the values within its published bounds', async (t) => {
      announceSeed(t, 'contract');
      const random = createRandom(seed);
      const good = goodQueryOf(operation);
      const own = parametersOf(operation).filter((each) => each.name in operation.parameters);
      assert.equal(own.length, Object.keys(operation.parameters).length);
      for (const { name: parameter, schema } of own) {
        const { within, beyond } = probesOf(schema, random, operation.dialect);
        const isFreeText = ['string', 'array'].includes(schema.type) && !schema.enum && !schema.pattern;
        const codes = isFreeText ? codesOfText : codesOfBounds;
        const absent = await world.call({ operation, query: without(good, parameter) });
        for (const value of within) {
          const reply = await world.call({ operation, ...replaced(operation, good, parameter, value) });
          // Without a value most count as absent, which other parameters may not allow.
          const countsAsAbsent = value === '' && operation.parameters[parameter]?.mayBeEmpty !== true;
          const isRejected = countsAsAbsent && breaksRuleOf(`'${parameter}'`, absent, codes);
          const breaksRule = breaksRuleOf(`'${parameter}'`, reply, codes);
          assert.equal(breaksRule, isRejected, `${parameter}=${value}: ${reply.text}`);
        }
        for (const value of beyond) {
          const reply = await world.call({ operation, ...replaced(operation, good, parameter, value) });
          assert.ok(breaksRuleOf(`'${parameter}'`, reply, codes), `${parameter}=${value}: ${reply.text}`);
        }
      }
    });
  });
}

test('recvWindow, timestamp and signature accept exactly the values within their published bounds', async () => {
  const operation = accountStatus;
  const schemaOf = (name: string) => parametersOf(operation).find((each) => each.name === name)?.schema;
  const ask = (timing: string) => world.call({ operation, timing });
  for (const value of [0, schemaOf('recvWindow')?.maximum]) {
    const reply = await ask(`recvWindow=${value}&timestamp=${Date.now()}`);
    assert.ok(!breaksRuleOf('recvWindow', reply), reply.text);
  }
  const larger = Number(schemaOf('recvWindow')?.maximum) + 1;
  assert.equal((await ask(`recvWindow=${larger}&timestamp=${Date.now()}`)).body.code, -1131);
  const { minimum, maximum } = schemaOf('timestamp') as { minimum: number; maximum: number };
  for (const value of [minimum, maximum]) assert.equal((await ask(`timestamp=${value}`)).body.code, -1021);
  for (const value of [minimum - 1, BigInt(maximum) + 1n])
    assert.ok(breaksRuleOf("'timestamp'", await ask(`timestamp=${value}`)));
  const pattern = new RegExp(schemaOf('signature')?.pattern ?? '');
  for (const signature of ['a'.repeat(63), 'a'.repeat(65), 'g'.repeat(64)]) {
    assert.doesNotMatch(signature, pattern);
    assert.equal((await world.call({ operation, signature })).body.code, -1022);
  }
});

test('the legal range that -1100 reports for decimals is the enforced one', async () => {
  const operation = withdraw;
  const ask = (amount: string) =>
    world.call({ operation, ...replaced(operation, goodQueryOf(withdraw), 'amount', amount) });
  const range = /legal range is '(.*)'\.$/.exec(String((await ask('1,5')).body.msg))?.[1] ?? '';
  for (const text of ['1', '0.1', '.5', '1e-05', '1E5', '123456789012345678901.5'])
    assert.deepEqual(
      [new RegExp(range).test(text), (await ask(text)).body.code === -1100],
      [true, false],
      text,
    );
  for (const text of ['1.', '+1', '1e99', 'x', '0x1', '1_000', '1 '])
    assert.deepEqual(
      [new RegExp(range).test(text), (await ask(text)).body.code === -1100],
      [false, true],
      text,
    );
});
