/** The time of the world with several processes on one database. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { startOver, withPair } from './pair.ts';

const lab = ['--demo', '1', '--lab', '1'];

test(
  'the time is changed and the exchange is reset by one process alone, and not while another uses the database',
  {
    skip: skipWithoutPostgres,
  },
  () =>
    withPair(async ({ a, b, both, url }) => {
      for (const each of both) {
        for (const [action, body] of [
          ['freeze', {}],
          ['resume', {}],
          ['advance', { by: '1d' }],
        ] as const) {
          const reply = await each.operator('POST', `/lab/clock/${action}`, body);
          assert.equal(reply.status, 409, reply.text);
          assert.match(reply.body.msg, /^2 processes use this database/);
        }
        const reset = await each.operator('POST', '/lab/worlds/main/reset', {});
        assert.equal(reset.status, 409, reset.text);
        assert.match(
          reset.body.msg,
          /^2 processes use this database, and only one alone may have databases of the lab/,
        );
        const { body } = await each.operator('GET', '/lab/clock');
        assert.equal(body.frozen, false);
        assert.ok(body.now <= body.wireNow);
      }
      await b.server.close();
      const { body: before } = await a.operator('GET', '/lab/clock');
      const { body: advanced, text } = await a.operator('POST', '/lab/clock/advance', { by: '1d' });
      assert.ok(advanced.now >= before.now + 86_400_000, text);
      // A process that starts later continues with the same time.
      const later = await startOver(url, lab);
      try {
        const { body } = await later.operator('GET', '/lab/clock');
        assert.ok(body.now >= advanced.now, `${body.now} is before ${advanced.now}`);
        const reply = await a.operator('POST', '/lab/clock/freeze', {});
        assert.equal(reply.status, 409, reply.text);
      } finally {
        await later.close();
      }
    }, lab),
);
