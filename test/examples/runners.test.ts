/** The examples that install a test runner and a client; in a file of their own, because that takes its time. */
import { before, test } from 'node:test';
import { packProgram, runExample } from './packed.ts';

const limits = { timeout: 220_000 };
before(packProgram, limits);

test('Vitest with ccxt', limits, () => runExample('vitest-ccxt', 'npm', 'test'));

test('Jest with binance', limits, () => runExample('jest-binance', 'npm', 'test'));
