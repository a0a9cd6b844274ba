/**
 * Fuzzed requests over the whole contract: every request is answered in time, with a reply that fits the contract or an
 * error that the operation lists, and the books balance afterwards.
 */
import assert from 'node:assert/strict';
import { Agent, request as openRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { api, type Dialect, dialectOfPath } from '../../src/contract/dialect.ts';
import { definitionOf } from '../../src/contract/error-table.ts';
import { errorsOf, type Operation, type ShownErrorId } from '../../src/contract/operation.ts';
import { createSchemaCheck, type SchemaCheck } from '../../src/contract/schema-check.ts';
import { storeUnderTest } from '../support/database.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { checkProperty } from '../support/seed.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import { type FuzzedRequest, type HttpRequest, requestsOf } from './request-arbitrary.ts';

const deadlineMs = 5000;
/** Requests are parsed the same on every store, so fewer runs suffice on PostgreSQL. */
const runsOfOperation = storeUnderTest === 'sqlite' ? 60 : 25;

type Reply = { readonly status: number; readonly text: string };

let exchange: Exchange;
const agent = new Agent({ keepAlive: true });

before(async () => {
  exchange = await startExchange();
  await buildStandardWorld(exchange.server);
});
after(async () => {
  agent.destroy();
  await exchange.close();
});

for (const operation of customerOperations) {
  test(`${operation.id}: no request gets an unlisted error, a 5xx or a reply outside the contract`, async (t) => {
    const property = fc.asyncProperty(requestsOf(operation), async (fuzzed) => {
      const reply = await send(fuzzed.request);
      if (fuzzed.request.method === 'HEAD') {
        assert.equal(reply.text, '');
        return;
      }
      const body = JSON.parse(reply.text);
      const meant = operationOf(fuzzed.request);
      if (reply.status !== 200) assertListed(meant, fuzzed, reply, body);
      else if (meant !== undefined) assert.equal(replyCheckOf(meant)(body), null, reply.text);
    });
    await checkProperty(t, 'property', property, { numRuns: runsOfOperation });
    await assertLedgerBalances(exchange.server);
  });
}

const formErrors: ReadonlySet<ShownErrorId> = new Set([
  'path-unknown',
  'method-not-allowed',
  'parameters-too-many',
  'parameter-missing',
  'parameter-empty',
  'parameter-illegal-characters',
  'signature-invalid',
  'key-malformed',
  'key-rejected',
  'timestamp-outside-window',
]);

/** Errors for requests that match no operation: routing, and errors at the HTTP level. */
const nobodysErrors: readonly ShownErrorId[] = [
  'path-unknown',
  'method-not-allowed',
  'parameters-too-many',
  'parameter-invalid',
];

const replyChecks = new Map<Operation, SchemaCheck>();

function replyCheckOf(operation: Operation): SchemaCheck {
  const known = replyChecks.get(operation) ?? createSchemaCheck(operation.reply);
  replyChecks.set(operation, known);
  return known;
}

const pathOf = ({ target }: HttpRequest) => target.slice(0, target.indexOf('?')).replace(/^\/+/, '/');
/** Other bytes are invalid in a URL and rejected at the HTTP level. */
const isAscii = ({ target }: HttpRequest) => /^[!-~]*$/.test(target);
const operationsOn = (path: string) => customerOperations.filter(({ paths }) => paths.includes(path));

/** A request with another method may mean another operation of the same path. */
function operationOf(request: HttpRequest): Operation | undefined {
  if (!isAscii(request)) return undefined;
  return operationsOn(pathOf(request)).find(({ method }) => method === request.method);
}

type ErrorBody = { success?: unknown; code?: unknown; msg?: unknown; error?: unknown };

function assertListed(
  meant: Operation | undefined,
  { request, fits }: FuzzedRequest,
  { status, text }: Reply,
  body: ErrorBody,
): void {
  assert.ok(status >= 400 && status < 500, `${status}: ${text}`);
  const path = pathOf(request);
  const ofPath = operationsOn(path)[0]?.dialect ?? dialectOfPath(path);
  const listed = new Set(meant ? errorsOf(meant) : nobodysErrors);
  const ids = errorsLike(body, isAscii(request) ? ofPath : api).filter((id) => listed.has(id));
  assert.ok(ids.length > 0, `${request.method} answers ${text}`);
  const refusesForm = ids.some((id) => formErrors.has(id)) && !namesOptional(meant, body);
  assert.ok(!fits || !refusesForm, `the form of the request is valid, but: ${text}`);
}

/** Whether the operation requires an optional parameter when others have certain values. */
function namesOptional(meant: Operation | undefined, { code, msg }: ErrorBody): boolean {
  const [, name = ''] = /^Mandatory parameter '(\w+)'/.exec(String(msg)) ?? [];
  return code === -1102 && meant?.parameters[name]?.mandatory === false;
}

/** Checks the fields of the body. @returns the errors that have its code; in some dialects several share one. */
function errorsLike(body: ErrorBody, { errors, errorBody }: Dialect): readonly ShownErrorId[] {
  if (body.error === 'Not Found') {
    assert.deepEqual(Object.keys(body), ['timestamp', 'status', 'error', 'message', 'path']);
    return ['path-unknown'];
  }
  const expected = Object.keys(errorBody({ success: false, code: 0, msg: '' }));
  assert.deepEqual(Object.keys(body), expected, JSON.stringify(body));
  assert.equal(typeof body.msg, 'string');
  return (Object.keys(errors) as ShownErrorId[]).filter((id) => definitionOf(errors, id)?.code === body.code);
}

function send({ method, target, headers, body }: HttpRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { port } = exchange.server;
    const framed = { ...headers, ...(body !== '' && { 'content-length': body.length }) };
    const options = { host: '127.0.0.1', port, path: target, method, headers: framed, agent };
    const sent = openRequest(options, (incoming) => {
      incoming.setEncoding('utf8');
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, text });
      });
    });
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end(Buffer.from(body, 'latin1'));
  });
}

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));
const headLine = fc.oneof(
  fc.constantFrom(
    'Host: x',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 5, 6',
    'Connection: close',
  ),
  fc.constantFrom(
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: x',
    'Expect: 100-continue',
    'Expect: more',
    'Bad Header',
  ),
  bytes.map((text) => `X-Fuzz: ${text}`),
);
const rawRequests = fc.oneof(
  bytes,
  fc
    .tuple(
      fc.constantFrom('GET', 'POST', 'get', 'CONNECT', 'PRI', 'G ET', ''),
      fc.constantFrom(
        '/api/v1/ping',
        '/wapi/v3/withdraw.html?asset=\u00ff',
        'http://else.where/',
        '*',
        '',
        '/ x',
      ),
      fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''),
      fc.array(headLine, { maxLength: 4 }),
      bytes,
    )
    .map(
      ([method, target, version, head, body]) =>
        `${[`${method} ${target} ${version}`, ...head].join('\r\n')}\r\n\r\n${body}`,
    ),
);

test('malformed HTTP is answered or disconnected in time, and the server keeps serving', async (t) => {
  const property = fc.asyncProperty(rawRequests, async (raw) => {
    for (const answer of (await sendRaw(raw)).split(/(?=HTTP\/1\.1 )/)) {
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
      assert.ok(answer === '' || (status !== undefined && Number(status) < 500), answer);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      if (Number(status) >= 400 && !/transfer-encoding/i.test(head))
        assert.equal(typeof JSON.parse(body).code, 'number', answer);
    }
    assert.equal((await send({ method: 'GET', target: '/api/v1/ping', headers: {}, body: '' })).status, 200);
  });
  await checkProperty(t, 'property', property, { numRuns: 150 });
  await assertLedgerBalances(exchange.server);
});

/** Sends the text, half-closes the connection, and reads until the end. */
function sendRaw(raw: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(exchange.server.port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(deadlineMs, () =>
      socket.destroy(new Error('neither answered nor disconnected in time')),
    );
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
    );
    socket.on('close', () => resolve(answer));
    socket.end(Buffer.from(raw, 'latin1'));
  });
}
