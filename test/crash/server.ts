/**
 * The process to be killed: a server with the given data folder, or the database given by further flags, with the small
 * test exchange in it. Once both listeners are ready it prints one line of JSON: their ports and the operator token.
 */
import { exitAfterReplies } from '../../src/cli/exit-after-replies.ts';
import { createLog } from '../../src/observability/log.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { startServer } from '../../src/runtime/server.ts';
import { buildStandardWorld } from '../support/standard-world.ts';

const [dataFolder = '', blockMs = '30', ...more] = process.argv.slice(2);
const flags = ['--port', '0', '--operator-port', '0', '--weight-per-minute', '0'];
const production = ['--demo', '0', '--chains', 'simulated'];
const given = ['--log-level', 'warn', '--block-ms', blockMs, '--data', dataFolder, ...more];
const config = readConfig([...flags, ...production, ...given], {});
const server = await startServer(config, createLog(config.BURSAR_LOG_LEVEL), exitAfterReplies);
await buildStandardWorld(server);
const { port, operatorPort, operatorToken } = server;
console.log(JSON.stringify({ port, operatorPort, operatorToken }));
process.on('SIGTERM', async () => {
  await server.close();
  process.exit(0);
});
