import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError } from '../engine/config-error.ts';
import {
  allowsSimulation,
  type Config,
  hasLab,
  readConfig,
  readSetting,
  refuseImplicitSimulation,
  unknownVariables,
} from './config.ts';

const read = (args: string, environment: NodeJS.ProcessEnv = {}) =>
  readConfig(args.split(' ').filter(Boolean), environment);

function assertRefused(rule: RegExp, args: string, environment: NodeJS.ProcessEnv = {}): void {
  assert.throws(
    () => read(args, environment),
    (error: Error) => {
      assert.ok(error instanceof ConfigError, `${args}: ${error.stack}`);
      assert.match(error.message, rule);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    },
  );
}

test('an option takes precedence over its variable, a variable over the default; an empty variable counts as not set', () => {
  const environment = { BURSAR_PORT: ' 9000 ', BURSAR_HOST: '', BURSAR_DATA: '', BURSAR_DEMO: '' };
  const config = read('', environment);
  assert.deepEqual(
    [config.BURSAR_PORT, config.BURSAR_HOST, config.BURSAR_DATA, config.BURSAR_DEMO],
    [9000, 'localhost', './data', true],
  );
  assert.equal(read('--port 1', environment).BURSAR_PORT, 1);
  assert.equal(readSetting('BURSAR_DATA', undefined, environment), './data');
});

describe('production with simulated chains is an explicit choice', () => {
  test('without the explicit choice production explains what simulated chains mean', () => {
    const explains = /production.*ETH is simulated.*nobody holds keys.*not real.*BURSAR_CHAINS=simulated/;
    const check = (config: Config, kind: 'simulated' | 'manual') =>
      refuseImplicitSimulation(config, { connectors: new Map([['ETH', kind]]) });
    for (const config of [
      read('--demo 0'),
      read('--demo=false'),
      read('', { BURSAR_DEMO: '0' }),
      read('', { BURSAR_DEMO: '0', BURSAR_CHAINS: '' }),
    ]) {
      assert.throws(() => check(config, 'simulated'), explains);
      check(config, 'manual');
      assert.equal(allowsSimulation(config), false);
    }
    for (const config of [read(''), read('--demo 0 --chains simulated')]) check(config, 'simulated');
  });

  test('with the explicit choice production starts, and the demo world never needs it', () => {
    assert.equal(read('--demo 0 --chains simulated').BURSAR_CHAINS, 'simulated');
    assert.equal(read('', { BURSAR_DEMO: '0', BURSAR_CHAINS: 'simulated' }).BURSAR_DEMO, false);
    assert.equal(read('').BURSAR_CHAINS, null);
    assert.equal(read('--chains simulated').BURSAR_DEMO, true);
  });

  test('other chains are rejected by name', () => {
    assertRefused(/^--chains must be simulated, not 'real'$/, '--chains real');
    assertRefused(/^BURSAR_CHAINS must be simulated, not '1'$/, '', { BURSAR_CHAINS: '1' });
  });
});

describe('the rehearsal lab', () => {
  const lab = (args: string, environment: NodeJS.ProcessEnv = {}) => hasLab(read(args, environment));
  const production = { BURSAR_DEMO: '0', BURSAR_CHAINS: 'simulated' };

  test('is open with the demo world unless it is closed, and closed in production', () => {
    assert.deepEqual([lab(''), lab('--demo 1'), lab('--lab'), lab('--lab 1')], [true, true, true, true]);
    assert.deepEqual([lab('--lab 0'), lab('--lab=0'), lab('', { BURSAR_LAB: '0' })], [false, false, false]);
    assert.deepEqual([lab('', production), lab('--lab 0', production)], [false, false]);
  });

  test('the option needs no value, whatever follows', () => {
    const config = read('--lab --port 9000', { BURSAR_LAB: '0' });
    assert.deepEqual([hasLab(config), config.BURSAR_PORT], [true, 9000]);
  });

  test('is refused in production by name', () => {
    assertRefused(/^--lab is 1, but BURSAR_DEMO is 0, which means production/, '--lab', production);
    assertRefused(/^BURSAR_LAB is 1, but --demo is 0/, '--demo 0 --chains simulated', { BURSAR_LAB: '1' });
    assertRefused(/^--lab must be 1 or 0, not 'maybe'$/, '--lab=maybe');
  });
});

describe('exposure to other machines', () => {
  test("the operator's listener stays on loopback, whatever the customers' one does", () => {
    const config = read('--host 0.0.0.0 --demo 1');
    assert.deepEqual([config.BURSAR_HOST, config.BURSAR_OPERATOR_HOST], ['0.0.0.0', 'localhost']);
    assert.equal(read('--operator-host 10.0.0.1').BURSAR_OPERATOR_HOST, '10.0.0.1');
  });

  test('the demo world is served beyond loopback only if configured', () => {
    for (const host of [
      '0.0.0.0',
      '::',
      '[::]',
      '10.1.2.3',
      'bursar.internal',
      '::ffff:10.0.0.1',
      '1.127.0.0',
    ]) {
      assertRefused(/^--host .* demo world .*BURSAR_DEMO=1/, `--host ${host}`);
      assertRefused(/^BURSAR_HOST .* demo world .*BURSAR_DEMO=1/, '', { BURSAR_HOST: host });
      assert.equal(read(`--host ${host} --demo 1`).BURSAR_DEMO, true);
      assert.equal(read('', { BURSAR_HOST: host, BURSAR_DEMO: 'true' }).BURSAR_DEMO, true);
      assert.equal(read(`--host ${host} --demo 0 --chains simulated`).BURSAR_DEMO, false);
    }
    for (const host of [
      '127.0.0.1',
      '127.8.9.1',
      '::1',
      '0:0:0:0:0:0:0:1',
      '[::1]',
      '::ffff:127.0.0.1',
      'localhost',
    ])
      assert.equal(read(`--host ${host}`).BURSAR_DEMO, true, host);
  });

  test('a text that is not an address is rejected', () => {
    for (const host of ['http://x', '127.0.0.1:80', 'a,b', '*', '[::1', 'x_y/']) {
      assertRefused(/^--host must be an IP address or a host name/, `--host ${host}`);
      assertRefused(/^--operator-host must be an IP address/, `--operator-host ${host}`);
    }
    assert.throws(() => readConfig(['--host', ''], {}), /--host must be an IP address/);
    assert.throws(() => readConfig(['--data', ''], {}), /--data must not be empty/);
  });
});

describe('a misspelt or misused option is reported with its name and rule', () => {
  test('options', () => {
    assertRefused(/^there is no option --prot; did you mean --port\?$/, '--prot 1');
    assertRefused(/^there is no option --blok-ms; did you mean --block-ms\?$/, '--blok-ms=1');
    assertRefused(/^there is no option -p; there are --host, --port/, '-p 1');
    assertRefused(/^there is no option --__proto__; /, '--__proto__ 1');
    assertRefused(/^--block-ms must be a whole number from 0 to 86400000, not '-1'$/, '--block-ms -1');
    assertRefused(/^--block-ms must be a whole number from 0 to 86400000, not '-1'$/, '--block-ms=-1');
    assertRefused(/^--port must be a whole number from 0 to 65535, not '65536'$/, '--port 65536');
    assertRefused(/^--port must be a whole number from 0 to 65535, not 'abc'$/, '--port=abc');
    assertRefused(/^--port must be a whole number from 0 to 65535, not ''$/, '--port=');
    assertRefused(/^--port needs a value/, '--port');
    assertRefused(/^--port needs a value/, '--port --demo 1');
    assertRefused(/^--demo needs a value/, '--demo');
    assertRefused(/^--demo must be 1 or 0, not 'yes'$/, '--demo yes');
    assertRefused(/^unexpected argument '8080'/, '8080');
    assertRefused(/^unexpected argument 'x'/, '-- x');
    assertRefused(/^--trust-proxy must be 0, 1 or a list/, '--trust-proxy 300.1.1.1');
    assertRefused(/^--trust-proxy must be 0, 1 or a list/, '--trust-proxy 10.0.0.0/33');
    assert.equal(read('--trust-proxy 10.0.0.0/8,::1').BURSAR_TRUST_PROXY, '10.0.0.0/8,::1');
    assert.equal(read('--port 1 --port=2').BURSAR_PORT, 2);
  });

  test('variables', () => {
    assertRefused(/^BURSAR_PORT must be a whole number from 0 to 65535, not '80a'$/, '', {
      BURSAR_PORT: '80a',
    });
    const meant = (name: string) => unknownVariables({ [name]: '1', PATH: '/' });
    for (const [name, setting] of [
      ['BURSAR_PROT', 'BURSAR_PORT'],
      ['bursar_port', 'BURSAR_PORT'],
      ['BURSAR_OPERATORPORT', 'BURSAR_OPERATOR_PORT'],
      ['BURSAR_DATABASE_URL', 'DATABASE_URL'],
      ['BURSAR_LOGLEVEL', 'BURSAR_LOG_LEVEL'],
      ['BURSAR_QQQQQQ', undefined],
    ] as const)
      assert.deepEqual(meant(name), [{ name, meant: setting }]);
    assert.deepEqual(unknownVariables({ BURSAR_PORT: '1', DATABASE_URL: 'x', OTHER: '' }), []);
  });
});
