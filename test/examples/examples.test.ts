/** The projects in `examples/` pass their own tests with the packed program. */
import { before, test } from 'node:test';
import { isInstalled, packProgram, runExample } from './packed.ts';

const limits = { timeout: 220_000 };
before(packProgram, limits);

test('node:test with plain fetch', limits, () => runExample('node-test', 'npm', 'test'));

/** Languages that a machine may lack: their examples run where they are installed. */
if (isInstalled('python3', '-m', 'pytest', '--version'))
  test('Python with pytest', limits, () => runExample('python-pytest', 'python3', '-m', 'pytest', '-q'));

if (isInstalled('go', 'version')) test('Go', limits, () => runExample('go', 'go', 'test', './...'));
