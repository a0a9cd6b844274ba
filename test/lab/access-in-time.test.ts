/**
 * The access of operators ends by the time on the wire, to the millisecond: a leap of the world signs nobody out,
 * unless the wire follows the world.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { becomeAdministrator, Page, password } from '../operator/page.ts';
import type { Reply } from '../support/exchange.ts';
import { letMachineTimePass, restoreMachineTime } from '../support/machine-time.ts';
import { type LabWorld, openLab } from './lab-world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

afterEach(restoreMachineTime);

describe('in the time on the wire', () => {
  let world: LabWorld;
  let olga: Page;

  before(async () => {
    world = await openLab();
    olga = await becomeAdministrator(world.exchange);
  });
  after(() => world.exchange.close());

  /** The bootstrap token is only for recovery now. */
  async function clock(action: string, body: object): Promise<void> {
    olga = new Page(world.exchange);
    await olga.done('POST', '/sign-in', { name: 'olga', password });
    await olga.done('POST', `/lab/clock/${action}`, body);
  }

  /** @param begin begins the access. @returns a function that reads whether it is over. */
  async function assertEnds(lifeMs: number, begin: () => Promise<() => Promise<boolean>>): Promise<void> {
    await clock('freeze', { wire: 'machine' });
    const isOver = await begin();
    await clock('advance', { by: 10 * lifeMs });
    assert.equal(await isOver(), false, 'it follows the world');
    letMachineTimePass(lifeMs);
    assert.equal(await isOver(), true, 'it does not follow the machine');
    await clock('freeze', { wire: 'world' });
    const isOverInWorld = await begin();
    await clock('advance', { by: lifeMs - 1 });
    assert.equal(await isOverInWorld(), false, 'it ends too early');
    await clock('advance', { by: 1 });
    assert.equal(await isOverInWorld(), true, 'it ends too late');
  }

  async function signIn(): Promise<Page> {
    const page = new Page(world.exchange);
    await page.done('POST', '/sign-in', { name: 'olga', password });
    return page;
  }

  async function isAnswered(status: number, reply: Promise<Reply>): Promise<boolean> {
    const { status: answered, text } = await reply;
    assert.ok(answered < 300 || answered === status, text);
    return answered === status;
  }

  test('a session ends after half an hour without a request', async () => {
    await assertEnds(30 * minuteMs, async () => {
      // Each request prolongs its session, so each answer is that of another session.
      const pages = [await signIn(), await signIn()];
      return () => isAnswered(401, (pages.pop() as Page).send('GET', '/me'));
    });
  });

  test('a session ends after twelve hours, however often it is used', async () => {
    await clock('freeze', { wire: 'world' });
    const page = await signIn();
    const advance = (ms: number) => page.send('POST', '/lab/clock/advance', { by: ms });
    for (let hour = 0; hour < 12; hour += 1)
      for (const ms of [29 * minuteMs, 29 * minuteMs]) assert.equal((await advance(ms)).status, 200);
    assert.equal((await advance(24 * minuteMs - 1)).status, 200);
    assert.equal((await page.send('GET', '/me')).status, 200);
    await clock('advance', { by: 1 });
    assert.equal((await page.send('GET', '/me')).status, 401);
  });

  test('an API token is valid until it expires', async () => {
    let count = 0;
    await assertEnds(dayMs, async () => {
      count += 1;
      const page = await signIn();
      const { wireNow } = await page.done('GET', '/lab/clock');
      const wanted = { name: `token-${count}`, roles: ['viewer'], expiresAt: wireNow + dayMs };
      const { token } = await page.done('POST', '/tokens', { ...wanted, reason: 'a test' });
      const headers = { authorization: `Bearer ${token}` };
      return async () => {
        const { status } = await fetch(`${world.exchange.operatorUrl}/operator/v1/me`, { headers });
        assert.ok(status === 200 || status === 401, `${status}`);
        return status === 401;
      };
    });
  });

  test('a link can be accepted for a day', async () => {
    let count = 0;
    await assertEnds(dayMs, async () => {
      const page = await signIn();
      const secrets: string[] = [];
      // A link can be accepted only once.
      for (let each = 0; each < 2; each += 1) {
        count += 1;
        const invited = { name: `invited-${count}`, roles: ['viewer'], reason: 'a test' };
        secrets.push((await page.done('POST', '/operators', invited)).link.secret);
      }
      return () =>
        isAnswered(
          404,
          new Page(world.exchange).send('POST', '/links/accept', { secret: secrets.pop(), password }),
        );
    });
  });

  test('a proof of identity is fresh for two minutes', async () => {
    let count = 0;
    await assertEnds(2 * minuteMs + 1, async () => {
      const page = await signIn();
      return () => {
        count += 1;
        const operator = { name: `viewer-${count}`, roles: ['viewer'], reason: 'a test' };
        return isAnswered(403, page.send('POST', '/operators', operator));
      };
    });
  });
});
