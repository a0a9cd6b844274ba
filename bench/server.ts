/**
 * The server under test, in a process of its own: starts over the given data folder, or the PostgreSQL database that is
 * named after it, seeds `accounts` accounts with a key and money where there are none, and prints one line of JSON.
 */
import { readConfig } from '../src/runtime/config.ts';
import { createLog } from '../src/runtime/log.ts';
import { startServer } from '../src/runtime/server.ts';
import { seedAccounts } from './world.ts';

const [dataFolder, accounts, databaseUrl = ''] = process.argv.slice(2) as [string, string, string?];
const flags = [
  '--port',
  '0',
  '--operator-port',
  '0',
  '--weight-per-minute',
  '0',
  '--demo',
  '0',
  '--chains',
  'simulated',
  '--log-level',
  'error',
];
const config = readConfig([...flags, '--data', dataFolder, '--database-url', databaseUrl], {});
const server = await startServer(config, createLog(config.BURSAR_LOG_LEVEL));
const keys = await seedAccounts(server, Number(accounts));
console.log(JSON.stringify({ port: server.port, operatorPort: server.operatorPort, keys }));
process.on('SIGTERM', async () => {
  await server.close();
  process.exit(0);
});
