import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { customerOperations } from '../customer-operations.ts';
import { bodyOfError, sapi } from '../dialect.ts';
import { describeError, type ErrorReply, type ErrorTable } from '../error-table.ts';
import type { ErrorId } from '../errors.ts';
import { errorsOf, isSigned, type Operation, operation } from '../operation.ts';
import { operatorErrors } from '../operator-errors.ts';
import { errorsOfOperator } from '../operator-operation.ts';
import { operatorOperations } from '../operator-operations.ts';
import { Type } from '../schema.ts';
import { customerOpenApi, type OpenApiDocument, operatorOpenApi } from './openapi.ts';
import { examplesOf } from './openapi-errors.ts';

const served = (document: OpenApiDocument): OpenApiDocument => JSON.parse(JSON.stringify(document));
const customer = served(customerOpenApi(customerOperations, { title: 'Wallet API', version: '1.0.0' }));
const operator = served(operatorOpenApi(operatorOperations, { title: 'Operator API', version: '1.0.0' }));

type Shown = { content: { 'application/json': { examples: Record<string, { value: unknown }> } } };
const described = (document: OpenApiDocument, path: string, method: string) => {
  const found = document.paths[path]?.[method.toLowerCase()];
  assert.ok(found, `${method} ${path}`);
  return found;
};
const methodsOf = (document: OpenApiDocument) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

for (const [name, document] of Object.entries({ customer, operator })) {
  test(`the document of the ${name} API is valid OpenAPI 3.1`, async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 2));
    assert.equal(document.openapi, '3.1.0');
  });

  test(`every operation in the document of the ${name} API has a unique id`, () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    assert.equal(new Set(ids).size, ids.length, ids.join(' '));
  });

  test(`every reference in the document of the ${name} API resolves`, () => {
    const references = JSON.stringify(document).match(/(?<="\$ref":")#[^"]+/g) ?? [];
    assert.ok(references.length > 0);
    for (const reference of new Set(references)) {
      const keys = reference.split('/').slice(1);
      const target = keys.reduce<unknown>(
        (node, key) => (node as Record<string, unknown> | undefined)?.[key],
        document,
      );
      assert.ok(target !== undefined, reference);
    }
  });
}

test('the documents contain exactly the declared methods and paths', () => {
  const ofCustomer = customerOperations.flatMap(({ method, paths }) =>
    paths.map((path) => `${method} ${path}`),
  );
  const ofOperator = operatorOperations.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(methodsOf(customer).sort(), ofCustomer.sort());
  assert.deepEqual(methodsOf(operator).sort(), ofOperator.sort());
});

test('a customer operation lists its own parameters, those of signing, its key, weight and security type', () => {
  for (const declared of customerOperations) {
    for (const path of declared.paths) {
      const shown = described(customer, path, declared.method);
      const expected = [
        ...Object.keys(declared.parameters),
        ...(isSigned(declared.security) ? ['recvWindow', 'timestamp', 'signature'] : []),
        ...(declared.dialect.timing.hasTimeUnit ? ['X-MBX-TIME-UNIT'] : []),
      ];
      assert.deepEqual(
        shown.parameters.map(({ name }) => name),
        expected,
        path,
      );
      assert.equal(shown.security === undefined, declared.security !== 'NONE', path);
      assertWeightsShown(shown, declared);
      assert.equal(shown['x-security-type'], declared.security);
    }
  }
  assert.deepEqual(customer.security, [{ apiKey: [] }]);
});

function assertWeightsShown(shown: ReturnType<typeof described>, declared: Operation) {
  const { weight, weights } = declared;
  assert.equal(shown['x-weight'], weights === null ? weight : undefined, declared.id);
  const own = (shown['x-weights'] ?? []) as readonly { per: 'address' | 'account'; weight: number }[];
  assert.deepEqual(
    Object.fromEntries(own.map((each) => [each.per, each.weight])),
    Object.fromEntries(Object.entries(weights ?? {}).filter(([key]) => key !== 'per')),
    declared.id,
  );
}

test('an operation with counters of its own shows its weights, limits and headers', () => {
  const perSecond = operation({
    id: 'both',
    dialect: sapi,
    method: 'GET',
    paths: ['/sapi/v1/both'],
    summary: 'Both.',
    weights: { address: 2, account: 18_000, per: 'second' },
    reply: Type.Object({}),
  });
  const shown = described(
    customerOpenApi([perSecond], { title: 'Wallet API', version: '1.0.0' }),
    '/sapi/v1/both',
    'GET',
  );
  assert.deepEqual(shown['x-weights'], [
    { per: 'address', interval: 'second', weight: 2, limit: 12_000, header: 'X-SAPI-USED-IP-WEIGHT-1S' },
    {
      per: 'account',
      interval: 'second',
      weight: 18_000,
      limit: 180_000,
      header: 'X-SAPI-USED-UID-WEIGHT-1S',
    },
  ]);
});

test('every operation of the current /sapi has counters of its own', () => {
  for (const { id, dialect, weights } of customerOperations)
    if (dialect === sapi) assert.ok((weights?.address ?? 0) > 0 || (weights?.account ?? 0) > 0, id);
});

test('a POST takes each parameter in the query or in a form body, so the document requires it in neither place', () => {
  const shown = described(customer, '/wapi/v3/withdraw.html', 'POST');
  const form = shown.requestBody?.content['application/x-www-form-urlencoded']?.schema as
    | { properties: object; required?: unknown }
    | undefined;
  assert.deepEqual(
    Object.keys(form?.properties ?? {}),
    shown.parameters.map(({ name }) => name),
  );
  assert.equal(form?.required, undefined);
  assert.equal(shown.requestBody?.required, false);
  assert.ok(shown.parameters.every(({ required }) => !required));
  const mandatory = shown.parameters.filter((each) => each['x-mandatory']).map(({ name }) => name);
  assert.deepEqual(mandatory, ['asset', 'address', 'amount', 'timestamp', 'signature']);
});

test('a mandatory parameter of a GET is required', () => {
  const { parameters, requestBody } = described(customer, '/wapi/v3/depositAddress.html', 'GET');
  assert.equal(requestBody, undefined);
  assert.deepEqual(
    parameters.filter(({ required }) => required).map(({ name }) => name),
    ['asset', 'timestamp', 'signature'],
  );
});

function assertErrorsShown<I extends ErrorId>(
  responses: Readonly<Record<string, unknown>>,
  ids: readonly I[],
  table: ErrorTable<I>,
  bodyOf: (reply: Pick<ErrorReply, 'error' | 'body'>) => object = ({ body }) => body,
) {
  const shown = Object.entries(responses).flatMap(([status, response]) =>
    Object.values((response as Shown).content['application/json'].examples ?? {}).map(({ value }) =>
      JSON.stringify({ status: Number(status), body: value }),
    ),
  );
  const expected = ids.flatMap((id) =>
    examplesOf(id).map((details) => {
      const { error, status, body } = describeError({ rejected: id, details }, table);
      return JSON.stringify({ status, body: bodyOf({ error, body }) });
    }),
  );
  assert.deepEqual(shown.sort(), [...new Set(expected)].sort());
}

test('an operation documents exactly the errors that it lists, by HTTP status', () => {
  for (const declared of customerOperations) {
    for (const path of declared.paths) {
      const { responses } = described(customer, path, declared.method);
      const { dialect } = declared;
      const where = { path: `${path}/more`, nowMs: 1_570_000_000_000 };
      assertErrorsShown(responses, errorsOf(declared), dialect.errors, (reply) =>
        bodyOfError(dialect, reply, where),
      );
    }
  }
  for (const declared of operatorOperations) {
    const { responses } = described(operator, declared.path, declared.method);
    assertErrorsShown(responses, errorsOfOperator(declared), operatorErrors);
  }
});

test('an operator operation lists its parameters, its body and its success status', () => {
  const credit = described(operator, '/operator/v1/accounts/{email}/credit', 'POST');
  assert.deepEqual(
    credit.parameters.map((each) => [each.name, each.in, each.required]),
    [
      ['email', 'path', true],
      ['Idempotency-Key', 'header', false],
    ],
  );
  assert.equal(credit.requestBody?.required, true);
  const approve = described(operator, '/operator/v1/withdrawals/{id}/approve', 'POST');
  assert.equal(approve.requestBody?.required, false);
  const events = described(operator, '/operator/v1/order-events', 'POST');
  for (const [operation, bytes] of [
    [credit, 65_536],
    [events, 4_194_304],
  ] as const)
    assert.equal(operation.requestBody?.description, `At most ${bytes} bytes.`);
  const optional = (name: string) => [name, 'query', false];
  const list = described(operator, '/operator/v1/withdrawals', 'GET');
  assert.deepEqual(
    list.parameters.map((each) => [each.name, each.in, each.required]),
    [
      ...['account', 'asset', 'network', 'status', 'stage', 'address', 'txId', 'orderId'].map(optional),
      ...['minAmount', 'maxAmount', 'startTime', 'endTime', 'limit', 'cursor', 'offset', 'format'].map(
        optional,
      ),
    ],
  );
  for (const declared of operatorOperations) {
    const statuses = Object.keys(described(operator, declared.path, declared.method).responses);
    assert.deepEqual(
      statuses.filter((status) => status.startsWith('2')),
      [`${declared.status}`],
    );
  }
});
