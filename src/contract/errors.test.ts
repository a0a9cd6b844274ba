import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { apiErrors, type CustomerRejection } from './customer-errors.ts';
import { type Dialect, specifiedSapi, wapi } from './dialect.ts';
import { type AnyErrorTable, definitionOf, describeError } from './error-table.ts';
import { type ErrorId, reject } from './errors.ts';
import { examplesOf } from './openapi/openapi-errors.ts';
import { operatorErrors } from './operator-errors.ts';
import { sapiErrors } from './sapi-errors.ts';
import { wapiErrors } from './wapi-errors.ts';

const apis = { api: apiErrors, wapi: wapiErrors, sapi: sapiErrors, operator: operatorErrors };

/** The exchange has one code for several errors here; their texts differ. */
const sharedCodes: ReadonlySet<number> = new Set([-1130, -4001, -4018, -9000]);

for (const [api, table] of Object.entries<AnyErrorTable>(apis)) {
  const defined = Object.keys(table).flatMap((id) => {
    const definition = definitionOf(table, id);
    return definition === undefined ? [] : [{ id: id as ErrorId, definition }];
  });
  const replies = defined.flatMap(({ id, definition: { code, status, text } }) =>
    examplesOf(id).map((details) => ({
      id,
      code,
      status: typeof status === 'number' ? status : status(details),
      msg: text(details),
    })),
  );

  suite(api, () => {
    test('error ids consist of lower-case words, and codes are negative integers, one for each error', () => {
      const codes = defined.map(({ definition }) => definition.code);
      const own = codes.filter((code) => !sharedCodes.has(code));
      assert.equal(new Set(own).size, own.length);
      for (const id of Object.keys(table)) assert.match(id, /^[a-z]+(-[a-z]+)*$/);
      for (const code of codes) assert.ok(Number.isInteger(code) && code < 0);
    });

    test('every error text is complete: none is empty or has an unfilled placeholder', () => {
      for (const { id, msg } of replies) {
        assert.ok(msg.trim().length > 0, id);
        assert.doesNotMatch(msg, /undefined|NaN|\[object/, id);
      }
    });

    test('every error has the status of its kind: 4xx for the caller, 5xx for the server', () => {
      const ofServer: readonly ErrorId[] = [
        'unknown',
        'not-done',
        'outcome-unknown',
        'maintenance',
        'read-too-long',
      ];
      for (const { id, status } of replies) {
        assert.equal(Math.floor(status / 100), ofServer.includes(id) ? 5 : 4, `${id} ${status}`);
      }
    });

    test('only an unknown outcome advises to look it up before a retry', () => {
      for (const { id, definition } of defined) {
        assert.equal(definition.retry === 'look-up', id === 'outcome-unknown', id);
      }
    });
  });
}

test('an error body consists of success, code and msg, in this order', () => {
  const { body } = describeError(reject('asset-unknown', { asset: 'DOGE' }), wapiErrors);
  assert.equal(JSON.stringify(body), `{"success":false,"code":-4018,"msg":"We don't have this asset."}`);
});

test('too-many-requests answers 429, and 418 once the address is banned', () => {
  const statuses = [{ limit: 1200 }, { bannedUntilMs: 1 }].map(
    (details) => describeError(reject('too-many-requests', details), apiErrors).status,
  );
  assert.deepEqual(statuses, [429, 418]);
});

test('each API shows the same rejection with its own code and text', () => {
  const unknown = reject('network-unknown', { network: 'BSC', asset: 'ETH' });
  const { error, body } = describeError(unknown, wapiErrors);
  assert.deepEqual([error, body.code], ['network-unknown', -1130]);
  assert.equal(body.msg, "Data sent for parameter 'network' is not valid.");
  const shown = describeError(unknown, operatorErrors);
  assert.deepEqual([shown.error, shown.body.code], ['operator-not-found', -9404]);
  assert.equal(shown.body.msg, 'There is no network BSC of ETH.');
});

test('a disabled account is rejected differently in withdrawals and in other operations', () => {
  const shown = (rejection: CustomerRejection, dialect: Dialect) =>
    describeError(rejection, dialect.errors).body.msg;
  const disabled = reject('account-disabled');
  assert.equal(shown(reject('owner-disabled', { email: 'a@example.com' }), wapi), 'Withdraw is limited.');
  assert.equal(shown(disabled, wapi), "You don't have permission.");
  assert.equal(shown(disabled, specifiedSapi), 'You are not authorized to execute this request.');
});

test('a rejection without the details that its text needs does not compile', () => {
  // @ts-expect-error: without the parameter
  reject('parameter-missing');
  // @ts-expect-error: a misspelt detail
  reject('parameter-missing', { paramter: 'asset' });
  // @ts-expect-error: a detail that the error does not have
  reject('order-id-reused', { asset: 'BTC' });
  // @ts-expect-error: neither parameter nor reason
  reject('parameter-invalid', {});
  // @ts-expect-error: an error of operators' commands has no text for customers
  assert.throws(() => describeError(reject('operator-conflict', { reason: 'It exists.' }), wapiErrors));
  assert.deepEqual(reject('parameter-missing', { parameter: 'asset' }).details, { parameter: 'asset' });
  assert.deepEqual(reject('order-id-reused').details, {});
});
