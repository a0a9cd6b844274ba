/** The rehearsals of docs/lab.md with the packed program; in a file of their own, because they take their time. */
import { before, test } from 'node:test';
import { packProgram, runExample } from './packed.ts';

const limits = { timeout: 220_000 };
before(packProgram, limits);

test('the rehearsals of docs/lab.md', limits, () => runExample('rehearsals', 'npm', 'test'));
