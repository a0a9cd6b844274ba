/** Blocks of the simulated chains are mined by one process at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import { startOver, withPair } from './pair.ts';

const blockMs = 200;
const network = 'ETH';

async function heightAt({ server }: Exchange): Promise<number> {
  const heights = await server.chainService.heights();
  return heights.find((each) => each.network === network)?.height ?? 0;
}

test(
  'two processes mine no faster than one, and the other continues if the mining one has stopped',
  {
    skip: skipWithoutPostgres,
  },
  () =>
    withPair(
      async ({ a, b, url }) => {
        await buildStandardWorld(a.server);
        await eventually(
          () => heightAt(b),
          (height) => height > 0,
        );
        const [before, begunMs] = [await heightAt(b), performance.now()];
        await pause(10 * blockMs);
        const mined = (await heightAt(b)) - before;
        const expected = (performance.now() - begunMs) / blockMs;
        assert.ok(mined >= 1 && mined <= expected + 1, `${mined} blocks where ${expected} were due`);

        const assertMines = async (at: Exchange) => {
          const last = await heightAt(at);
          await eventually(
            () => heightAt(at),
            (height) => height > last + 1,
          );
        };
        await a.server.close();
        await assertMines(b);
        const c = await startOver(url, ['--block-ms', `${blockMs}`]);
        await b.server.close();
        await assertMines(c);
        await c.close();
      },
      ['--block-ms', `${blockMs}`],
    ),
);
