import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainRequests } from './explain.ts';
import type { LoggedRequest } from './logged-request.ts';

test('other work runs before each search for a mistake, and the keys of an account are read once', async () => {
  const key = {
    apiKey: 'k',
    account: { id: 1, email: 'a@b' },
    signatureKey: { type: 'hmac', verify: () => false },
  };
  const request = (number: number) =>
    ({
      number,
      key,
      rejectedBy: 'signature',
      isSigned: true,
      sent: { query: 'timestamp=1&signature=00', body: '' },
      method: 'GET',
      path: '/',
    }) as unknown as LoggedRequest;
  let turns = 0;
  let reads = 0;
  const explain = (requests: readonly LoggedRequest[]) =>
    explainRequests(requests, { limit: 10 }, {
      reads: {
        rows: async () => {
          reads += 1;
          return [];
        },
      },
      keys: { find: async () => undefined },
      strictSignatures: true,
      yieldNow: async () => {
        turns += 1;
      },
    } as unknown as Parameters<typeof explainRequests>[2]);
  const requests = [request(1), request(2), request(3)];
  assert.deepEqual(
    (await explain(requests)).map(({ hint }) => hint),
    [null, null, null],
  );
  assert.deepEqual([turns, reads], [3, 2]);
  await explain(requests);
  assert.deepEqual([turns, reads], [3, 2]);
});
