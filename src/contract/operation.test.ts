import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { customerOperations } from './customer-operations.ts';
import { parseDecimal } from './decimal.ts';
import { definitionOf } from './error-table.ts';
import { errorsOf, isSigned } from './operation.ts';
import { amountInput } from './operator/fields.ts';
import { operatorErrors } from './operator-errors.ts';
import { errorsOfOperator, isOfLab } from './operator-operation.ts';
import { operatorOperations } from './operator-operations.ts';

function assertUnique(values: readonly string[]) {
  const twice = values.filter((value, index) => values.indexOf(value) !== index);
  assert.deepEqual(twice, []);
}

test('no two operations share an id', () => {
  assertUnique(customerOperations.map(({ id }) => id));
  assertUnique(operatorOperations.map(({ id }) => id));
});

test('no two operations share a method and path', () => {
  assertUnique(customerOperations.flatMap(({ method, paths }) => paths.map((path) => `${method} ${path}`)));
  assertUnique(operatorOperations.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`));
});

test('every error that an operation may return is defined by its API, and listed once', () => {
  const listed = [
    ...customerOperations.map((each) => [each.id, errorsOf(each), each.dialect.errors] as const),
    ...operatorOperations.map((each) => [each.id, errorsOfOperator(each), operatorErrors] as const),
  ];
  for (const [operationId, ids, table] of listed) {
    assert.ok(ids.length > 0, operationId);
    assertUnique(ids);
    for (const id of ids) assert.ok(definitionOf(table, id), `${operationId}: ${id}`);
  }
});

test('an operation that changes state can report an unknown outcome', () => {
  for (const each of customerOperations) {
    if (each.writes) assert.ok(errorsOf(each).includes('outcome-unknown'), each.id);
  }
  for (const each of operatorOperations) {
    assert.equal(errorsOfOperator(each).includes('outcome-unknown'), each.method !== 'GET', each.id);
  }
});

test('every customer path begins with the name of its dialect, and no declared parameter shadows one of signing', () => {
  for (const { id, dialect, paths, parameters, security } of customerOperations) {
    assert.ok(['api', 'wapi', 'sapi'].includes(dialect.name), id);
    // Clients load these together with the markets of /api, from other hosts.
    const first = /FuturesExchangeInfo$/i.test(id) ? '[fd]api' : dialect.name;
    for (const path of paths) assert.match(path, new RegExp(`^/${first}/`));
    if (!isSigned(security)) continue;
    for (const name of ['timestamp', 'recvWindow', 'signature']) {
      assert.ok(!Object.hasOwn(parameters, name), `${id}: ${name}`);
    }
  }
});

test('the path of an operator operation contains each of its path parameters, and each is required', () => {
  for (const { id, path, pathParameters } of operatorOperations) {
    assert.match(path, /^\/operator\/v1\/[a-z/{}A-Z-]+$/);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.deepEqual(Object.keys(pathParameters.properties), named, id);
    assert.deepEqual(pathParameters.required ?? [], named, id);
  }
});

test('bodies of the operator API allow no undeclared fields, and reads take no body', () => {
  for (const { id, method, body } of operatorOperations) {
    assert.equal((body as { additionalProperties?: boolean }).additionalProperties, false, id);
    if (method === 'GET' || method === 'DELETE') assert.deepEqual(body.properties, {}, id);
  }
});

test('every state change by an operator accepts a reason, except in the lab and of the own access', () => {
  for (const operation of operatorOperations) {
    const { id, method, body, query, permission } = operation;
    const { properties } = method === 'DELETE' ? query : body;
    const isOwn = permission === 'session' || permission === 'public';
    assert.equal(Object.hasOwn(properties, 'reason'), method !== 'GET' && !isOfLab(operation) && !isOwn, id);
  }
});

/** Operations that are not GET and that everyone who may view may call, and why. */
const forViewers: Readonly<Record<string, string>> = {
  rehearsePolicy: 'tries a draft, which only a body can contain, and writes nothing',
};

test('an operation that is not GET needs more than the permission to view, except those listed with a reason', () => {
  const weak = new Map(
    operatorOperations
      .filter(({ method, permission }) => method !== 'GET' && ['view', 'anyone'].includes(permission))
      .map(({ id, permission }) => [id, permission]),
  );
  const unlisted = [...weak].filter(([id]) => !Object.hasOwn(forViewers, id));
  const stale = Object.keys(forViewers).filter((id) => !weak.has(id));
  assert.deepEqual(
    [
      ...unlisted.map(
        ([id, permission]) =>
          `${id} needs only ${permission}: give it another permission, or add it to forViewers with a reason`,
      ),
      ...stale.map(
        (id) => `${id} needs more than view, is a GET or does not exist: remove it from forViewers`,
      ),
    ],
    [],
  );
});

test('the amount pattern of the operator API accepts exactly what parses as a decimal of zero or more', () => {
  // TypeBox's type of a text schema does not show its options.
  const { pattern } = amountInput('') as unknown as { pattern: string };
  const accepted = new RegExp(pattern);
  for (const text of ['0', '0.1', '1', '.5', '1e-05', '1E+3', '00.10']) assert.match(text, accepted);
  for (const text of ['', '.', '1.', '+1', '-1', '1e', '0x10', ' 1', '1\n', '1,5', 'NaN', 'Infinity']) {
    assert.doesNotMatch(text, accepted, JSON.stringify(text));
  }
  const written = fc.stringMatching(/^-?[0-9]{0,3}(\.[0-9]{0,3})?(e-?[0-9]{0,2})?$/);
  fc.assert(
    fc.property(written, (text) => {
      const value = parseDecimal(text);
      const exponent = Math.abs(Number(/e(.*)$/.exec(text)?.[1] ?? 0));
      if (exponent <= 36) assert.equal(accepted.test(text), value !== null && !text.startsWith('-'), text);
    }),
  );
});

test('every integer that an operator may send has bounds, and no number within them is rounded', () => {
  let seen = 0;
  const walk = (where: string, schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { type, minimum, maximum, ...rest } = schema as {
      type?: unknown;
      minimum?: number;
      maximum?: number;
    };
    if ([type].flat().includes('integer')) {
      seen += 1;
      assert.ok('enum' in rest || (Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum)), where);
    }
    for (const [name, inner] of Object.entries(schema)) walk(`${where}.${name}`, inner);
  };
  for (const { id, body, query } of operatorOperations) walk(id, { body, query });
  assert.ok(seen > 0);
});
