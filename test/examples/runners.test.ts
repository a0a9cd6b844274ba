/** The examples that install a test runner and a client; in a file of their own, because that takes its time. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { installExample, packProgram, run, runExample } from './packed.ts';

const limits = { timeout: 220_000 };
before(packProgram, limits);

test('Vitest with ccxt', limits, () => runExample('vitest-ccxt', 'npm', 'test'));

test('Jest with binance', limits, () => runExample('jest-binance', 'npm', 'test'));

test('the first test of the README fails as it says, and passes with the same order id', limits, async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const story = /^```js\n(.*?)^```$/ms.exec(readme)?.[1] ?? '';
  assert.equal(story.match(/'invoice-7-again'/g)?.length, 1);
  // It has the client that the story uses.
  const place = await installExample('jest-binance');
  const runStory = async (text: string) => {
    writeFileSync(join(place, 'story.test.mjs'), text);
    await run(place, process.execPath, '--test', 'story.test.mjs');
  };
  await assert.rejects(
    runStory(story),
    /wrong, after commit-then-504: Request 1 \(capitalWithdrawApply\) was executed, and the reply was 504\. The same payment was submitted again under another order id \(invoice-7-again\) by request 2: it was paid twice/,
  );
  await runStory(story.replace('invoice-7-again', 'invoice-7'));
});
