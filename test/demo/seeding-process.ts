/**
 * Seeds the demo world in a separate process that kills itself with SIGKILL while seeding. Arguments: the data folder,
 * the number of calls until it dies, and `sent` or `answered`: whether it dies during the last call or just after it.
 * Exits with code 0 if the world is complete before that.
 */
import { join } from 'node:path';
import type { ChainService } from '../../src/chain/service.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { seedDemoWorld } from '../../src/demo/demo-world.ts';
import { EngineLink } from '../../src/engine/engine-link.ts';
import { createSecretBox, loadSecrets } from '../../src/runtime/secrets.ts';
import { SqliteReader } from '../../src/store/sqlite/sqlite-reader.ts';

const [dataFolder = '', budget = '', moment = ''] = process.argv.slice(2);
let left = Number(budget);

const link = await EngineLink.start({
  clock: systemClock,
  location: { folder: dataFolder },
  blockMs: 0,
  onChanged: () => {},
  onFault: (what, message) => console.error(what, message),
  onFatal: (error) => {
    throw error;
  },
});
const { masterKey } = loadSecrets(dataFolder, { operatorToken: null, masterKey: null });
const reader = new SqliteReader(join(dataFolder, 'bursar.sqlite'));

async function counted<T>(call: () => Promise<T>): Promise<T> {
  const last = --left === 0;
  const answer = call();
  if (last && moment === 'sent') setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  await answer;
  if (last) process.kill(process.pid, 'SIGKILL');
  return answer;
}

const chainService: ChainService = {
  ...link.chainService,
  receiveDeposit: (transaction) => counted(() => link.chainService.receiveDeposit(transaction)),
  mineBlocks: (network, count) => counted(() => link.chainService.mineBlocks(network, count)),
};

await seedDemoWorld({
  clock: systemClock,
  commands: { submit: (...args) => counted(() => link.commands.submit(...args)) },
  chainService,
  reads: reader.reads,
  encryptSecret: (secret) => createSecretBox(masterKey).encrypt(secret),
});
await link.close();
reader.close();
