/** The travel rule: withdrawals that need a questionnaire, in both dialects, until they are sent. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  assertRejected,
  balance,
  credit,
  done,
  openCustomer,
  openNextCustomer,
  signed,
  strangerAddress,
  withdraw,
} from '../operator/operator-client.ts';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';

let exchange: Exchange;
let customer: Credentials;
let number: number;
let email: string;

before(async () => {
  exchange = await startExchange();
});
after(() => exchange.close());
beforeEach(async () => {
  ({ number, email, customer } = await openNextCustomer(exchange));
  await credit(exchange, email, 'ETH', '10');
  await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
});

const dubai = { isAddressOwner: 1, sendTo: 1, verifyMethod: 0 };
const tokyo = { isAddressOwner: 1, sendTo: 2, country: 'jp', city: 'Tokyo', txnPurpose: 1, isAttested: true };
const change = (account: object) => done(exchange, 'PATCH', `/accounts/${email}`, account);
const decide = (id: string, decision: string) =>
  exchange.operator('POST', `/withdrawals/${id}/${decision}`, { reason: 'a test' });
const order = { coin: 'ETH', address: strangerAddress(), amount: '1' };
const plain = (query: Record<string, string> = {}) =>
  exchange.signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', { ...order, ...query });
const answer = (questionnaire: object | string, query: Record<string, string> = {}) =>
  exchange.signed(customer, 'POST', '/sapi/v1/localentity/withdraw/apply', {
    ...order,
    ...query,
    questionnaire: typeof questionnaire === 'string' ? questionnaire : JSON.stringify(questionnaire),
  });
const read = (path: string, query: Record<string, string> = {}) =>
  signed(exchange, customer, 'GET', `/sapi/${path}`, query);
const history = (query: Record<string, string> = {}) => read('v2/localentity/withdraw/history', query);
const withdrawals = () => read('v1/capital/withdraw/history');

function assertTravelRule({ status, body, text }: Reply): void {
  assert.deepEqual([status, body.code], [400, -4104], text);
  assert.match(body.msg, /^Please note that withdrawals are not permitted due to travel rule restrictions\./);
}

function assertNotAccepted({ status, body, text }: Reply, info: string, detail?: RegExp): void {
  assert.deepEqual([status, body.accepted, body.info, body.trId], [200, false, info, undefined], text);
  if (detail !== undefined) assert.match(body.detail, detail);
}

async function accepted(reply: Promise<Reply>): Promise<number> {
  const { status, body, text } = await reply;
  assert.deepEqual([status, body.accepted, body.info], [200, true, 'Withdraw request accepted'], text);
  return body.trId;
}

test('without a travel rule no questionnaire is needed, and one that is sent is kept', async () => {
  const requirements = 'v1/localentity/questionnaire-requirements';
  assert.deepEqual(await read(requirements), { questionnaireCountryCode: 'NIL' });
  assert.equal((await plain()).status, 200);
  assert.deepEqual(await history(), []);
  const trId = await accepted(answer({ note: 'a gift' }));
  const [row, ...others] = await history();
  assert.deepEqual([row.trId, row.questionnaire, others], [trId, { note: 'a gift' }, []]);
  await change({ travelRuleCountry: 'JP' });
  assert.deepEqual(await read(requirements), { questionnaireCountryCode: 'JP' });
});

test('the country must be NIL or two capital letters', async () => {
  for (const travelRuleCountry of ['jp', 'JPN', '', null])
    assertRejected(
      await exchange.operator('PATCH', `/accounts/${email}`, { travelRuleCountry }),
      400,
      -9400,
      /^body\.travelRuleCountry: /,
    );
});

test('under a travel rule, plain withdrawals are rejected in both dialects, also within the exchange', async () => {
  const friend = await openCustomer(exchange, `friend${number}@x.com`);
  const { address } = await signed(exchange, friend, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH');
  await change({ travelRuleCountry: 'KZ' });
  assertTravelRule(await plain());
  assertTravelRule(await plain({ address }));
  assertRejected(await withdraw(exchange, customer), 400, -4015, /travel rule/);
  assertRejected(await withdraw(exchange, customer, { address }), 400, -4015, /travel rule/);
  assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '10', held: '0' });
  await accepted(answer({}, { address }));
  await change({ travelRuleCountry: 'NIL' });
  assert.equal((await plain()).status, 200);
});

test('a questionnaire that is blank, no JSON object or wrong is not accepted, and nothing is done', async () => {
  await change({ travelRuleCountry: 'AE' });
  for (const blank of ['', ' ']) assertNotAccepted(await answer(blank), 'Questionnaire must not be blank');
  for (const text of ['[object Object]', '{', '[]', 'null', '"text"', '7'])
    assertNotAccepted(await answer(text), 'Questionnaire format not valid.', /must be a JSON object/);
  const wrong = await answer({ isAddressOwner: 1 });
  assertNotAccepted(wrong, 'Questionnaire format not valid.', /^sendTo must be 1 or 2\.$/);
  assert.deepEqual(await history(), []);
  assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '10', held: '0' });
  const missing = await exchange.signed(customer, 'POST', '/sapi/v1/localentity/withdraw/apply', order);
  assert.deepEqual([missing.status, missing.body.code], [400, -1102], missing.text);
  await accepted(answer(dubai));
});

test('a questionnaire may be laid out with spaces, tabs and line breaks', async () => {
  await change({ travelRuleCountry: 'AE' });
  for (const indent of [2, '\t']) await accepted(answer(JSON.stringify(dubai, null, indent)));
  await accepted(answer(JSON.stringify(dubai, null, '\t').replaceAll('\n', '\r\n')));
  assert.deepEqual(
    (await history()).map((row: { questionnaire: object }) => row.questionnaire),
    [dubai, dubai, dubai],
  );
});

test('each country has its own questions', async () => {
  await change({ travelRuleCountry: 'JP' });
  assertNotAccepted(await answer(dubai), 'Questionnaire format not valid.', /^country must be/);
  await accepted(answer(tokyo));
  await change({ travelRuleCountry: 'EU' });
  assertNotAccepted(await answer(dubai), 'Questionnaire format not valid.', /^declaration must be/);
  await accepted(answer({ ...dubai, declaration: true }));
});

test('the rules of plain withdrawals apply', async () => {
  await change({ travelRuleCountry: 'AE' });
  const codes = async (query: Record<string, string>) => (await answer(dubai, query)).body.code;
  assert.equal(await codes({ coin: 'NOPE' }), -4018);
  assert.equal(await codes({ address: 'nowhere' }), -4007);
  assert.equal(await codes({ amount: '100' }), -4026);
  await change({ whitelistOnly: true });
  assert.equal(await codes({}), -4015);
});

test('an order id is one withdrawal, however it is sent', async () => {
  const id = { withdrawOrderId: 'one' };
  const first = (await plain(id)).body.id;
  assert.equal((await withdraw(exchange, customer, id)).body.id, first);
  await change({ travelRuleCountry: 'AE' });
  const added = await accepted(answer(dubai, id));
  assert.equal(await accepted(answer(dubai, id)), added);
  assert.equal((await answer({ ...dubai, sendTo: 2, vasp: 'X' }, id)).body.code, -4001);
  assert.equal((await withdrawals()).length, 1);
  assert.deepEqual(
    (await history()).map((row: { id: string; trId: number }) => [row.id, row.trId]),
    [[first, added]],
  );

  const next = { withdrawOrderId: 'two' };
  const trId = await accepted(answer(dubai, next));
  assert.equal(await accepted(answer({ verifyMethod: 0, sendTo: 1, isAddressOwner: 1 }, next)), trId);
  const [{ id: second }] = await history({ withdrawOrderId: 'two' });
  assert.equal((await plain(next)).body.id, second);
  assert.equal((await withdraw(exchange, customer, next)).body.id, second);
  assert.equal((await answer({ ...dubai, sendTo: 2, vasp: 'X' }, next)).body.code, -4001);
  assert.equal((await answer(dubai, { ...next, amount: '2' })).body.code, -4001);
  for (const [index, number] of ['-0', '1e400', '-1e400', '12345678901234567890'].entries()) {
    const odd = `{"isAddressOwner":1,"sendTo":1,"other":${number}}`;
    const repeated = { withdrawOrderId: `odd${index}`, amount: '0.1' };
    assert.equal(await accepted(answer(odd, repeated)), await accepted(answer(odd, repeated)), number);
  }
  assert.equal((await withdrawals()).length, 6);
});

test('confirming and approving check the travel rule again', async () => {
  await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });
  await change({ withdrawConfirmation: 'email' });
  const unanswered = (await plain()).body.id;
  await accepted(answer(dubai));
  const [{ id: answered }] = await history();
  await change({ travelRuleCountry: 'JP' });
  assertRejected(await decide(unanswered, 'confirm'), 409, -9409, /no questionnaire.*travel rule of JP/);
  assertRejected(await decide(answered, 'confirm'), 409, -9409, /does not meet the travel rule: country/);
  await change({ travelRuleCountry: 'AE' });
  assert.equal((await decide(answered, 'confirm')).body.stage, 'awaiting-approval');
  await change({ travelRuleCountry: 'EU' });
  assertRejected(await decide(answered, 'approve'), 409, -9409, /declaration/);
  await change({ travelRuleCountry: 'AE' });
  assert.equal((await decide(answered, 'approve')).body.stage, 'queued');
  assert.equal((await decide(unanswered, 'cancel')).body.stage, 'cancelled');
});

test('a withdrawal that waits when the rule is set can be answered by repeating it, and then be sent', async () => {
  await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });
  const [waiting, anonymous] = [{ withdrawOrderId: 'waits' }, {}];
  const { id } = (await plain(waiting)).body;
  const other = (await plain(anonymous)).body.id;
  await change({ travelRuleCountry: 'AE' });
  assertRejected(await decide(id, 'approve'), 409, -9409, /no questionnaire, which the travel rule of AE/);
  const status = async () => (await withdrawals()).map((row: { status: number }) => row.status);
  assert.deepEqual(await status(), [2, 2]);

  assert.equal((await plain(waiting)).body.id, id, 'the first reply, whatever rule was set since');
  assert.equal((await withdraw(exchange, customer, waiting)).body.id, id);
  const wrong = await answer({ isAddressOwner: 1 }, waiting);
  assertNotAccepted(wrong, 'Questionnaire format not valid.', /^sendTo/);
  assertRejected(await decide(id, 'approve'), 409, -9409, /no questionnaire/);
  const trId = await accepted(answer(dubai, waiting));
  const [row, ...rows] = await history();
  assert.deepEqual([row.id, row.trId, row.questionnaire, rows], [id, trId, dubai, []]);
  assert.equal((await decide(id, 'approve')).body.stage, 'queued');
  assert.equal((await decide(other, 'reject')).body.stage, 'rejected');
  assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
});

test('answers that are added later do not change the order of the history', async () => {
  await plain({ withdrawOrderId: 'first' });
  await accepted(answer(dubai, { withdrawOrderId: 'second' }));
  await accepted(answer(dubai, { withdrawOrderId: 'first' }));
  const rows = await history();
  assert.deepEqual(
    rows.map((row: { withdrawOrderId: string }) => row.withdrawOrderId),
    ['second', 'first'],
  );
});

test('the history has filters, shows the newest first, and version 1 has texts', async () => {
  const ids: number[] = [];
  for (const amount of ['1', '2', '3'])
    ids.push(await accepted(answer(dubai, { amount, withdrawOrderId: `a${amount}` })));
  const numbers = async (query: Record<string, string>) =>
    (await history(query)).map(({ trId }: { trId: number }) => trId);
  assert.deepEqual(await numbers({}), ids.toReversed());
  assert.deepEqual(await numbers({ limit: '1', offset: '1' }), [ids[1]]);
  assert.deepEqual(await numbers({ trId: `${ids[0]},${ids[2]},nothing` }), [ids[2], ids[0]]);
  assert.deepEqual(await numbers({ trId: 'nothing' }), []);
  assert.deepEqual(await numbers({ withdrawOrderId: 'a2' }), [ids[1]]);
  assert.deepEqual(await numbers({ coin: 'ETH', network: 'ETH', travelRuleStatus: '0' }), ids.toReversed());
  assert.deepEqual(await numbers({ network: 'BSC' }), []);
  assert.deepEqual(await numbers({ travelRuleStatus: '2' }), []);
  assert.deepEqual(await numbers({ endTime: '1000' }), []);
  assert.deepEqual(await numbers({ txId: 'unknown' }), []);
  const [row] = await history();
  assert.equal(typeof row.applyTime, 'number');
  const [text] = await read('v1/localentity/withdraw/history');
  assert.equal(text.questionnaire, JSON.stringify(dubai));
  assert.match(text.applyTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  const long = await exchange.signed(customer, 'GET', '/sapi/v2/localentity/withdraw/history', {
    startTime: '0',
  });
  assert.deepEqual([long.status, long.body.code], [400, -1127], long.text);
});
