/**
 * The composition root of one process over SQLite: the engine on its thread, the readers, the caches, and the two
 * listeners.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ChainDesk } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import { customerOperations } from '../contract/customer/index.ts';
import { customerOpenApi } from '../contract/openapi.ts';
import type { BanRecord } from '../domain/rate-limit.ts';
import { createCustomerEdge, createCustomerRefuser } from '../edge/customer-edge.ts';
import { HttpListener } from '../edge/http-listener.ts';
import { KeyRing } from '../edge/key-ring.ts';
import { Limiter } from '../edge/limiter.ts';
import type { Reads } from '../store/reads.ts';
import { SqliteReader } from '../store/sqlite/sqlite-reader.ts';
import type { TableName } from '../store/tables.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { startDemoWorld } from './demo-start.ts';
import { EngineLink } from './engine-link.ts';
import { reportIntegrity } from './integrity-report.ts';
import type { Logger } from './log.ts';
import { createOperatorListener } from './operator-listener.ts';
import { createSecretBox, loadSecrets, type SecretBox } from './secrets.ts';

export type Server = {
  readonly port: number;
  readonly operatorPort: number;
  readonly operatorToken: string;
  readonly commands: Commands;
  readonly desk: ChainDesk;
  readonly reads: Reads;
  readonly secretBox: SecretBox;
  /** Answers what is under way, finishes the commits, closes the files. */
  close(): Promise<void>;
};

/** Starts everything; resolves when both listeners answer. */
export async function startServer(config: Config, log: Logger): Promise<Server> {
  const secrets = loadSecrets(config.BURSAR_DATA, {
    operatorToken: config.BURSAR_OPERATOR_TOKEN,
    masterKey: config.BURSAR_MASTER_KEY,
  });
  const secretBox = createSecretBox(secrets.masterKey);
  const caches: { onChanged(changed: readonly TableName[]): void } = { onChanged: () => {} };
  const link = await EngineLink.start({
    dataFolder: config.BURSAR_DATA,
    blockMs: config.BURSAR_BLOCK_MS,
    onChanged: (changed) => caches.onChanged(changed),
    onFault: (what, message) => log.error({ what }, message),
    onDeath: (error) => {
      log.fatal(error, 'the engine thread died');
      process.exit(1);
    },
  });
  const databasePath = join(config.BURSAR_DATA, 'bursar.sqlite');
  const reader = new SqliteReader(databasePath);
  const { reads } = reader;
  let catalog = reader.catalog();
  const keys = new KeyRing(reads, (sealed) => secretBox.open(sealed));
  const limiter = new Limiter(
    config.BURSAR_WEIGHT_PER_MINUTE,
    (ip, ban) => void recordBan(link.commands, ip, ban),
  );
  await loadBans(reads, limiter);
  caches.onChanged = (changed) => {
    if (changed.some((table) => referenceTables.has(table))) catalog = reader.catalog();
    if (changed.includes('api_keys') || changed.includes('accounts')) keys.forgetAll();
    if (changed.includes('bans')) void loadBans(reads, limiter);
  };
  const demoLife = await startDemoWorld(
    config.BURSAR_DEMO,
    { commands: link.commands, desk: link.desk, reads, sealSecret: (secret) => secretBox.seal(secret) },
    log,
  ).catch(async (error) => {
    await link.close();
    reader.close();
    throw error;
  });
  const onBug = (error: unknown) => {
    const incident = randomUUID();
    log.error({ incident, err: error }, 'bug');
    return incident;
  };
  const shared = {
    reads,
    commands: link.commands,
    desk: link.desk,
    catalog: () => catalog,
    nowMs: () => systemClock.nowMs(),
    onBug,
  };
  const customers = new HttpListener({
    host: config.BURSAR_HOST,
    port: config.BURSAR_PORT,
    trustProxy: config.BURSAR_TRUST_PROXY,
    handle: createCustomerEdge({
      ...shared,
      limiter,
      keys,
      weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
      errorStyle: config.BURSAR_ERROR_STYLE,
      openApi: JSON.stringify(
        customerOpenApi(Object.values(customerOperations), { title: 'Bursar', version: '0.1.0' }),
      ),
    }),
    refuse: createCustomerRefuser({ ...shared, limiter }),
  });
  const port = await customers.start();
  const operators = createOperatorListener(config, {
    ...shared,
    token: secrets.operatorToken,
    sealSecret: (secret) => secretBox.seal(secret),
    integrity: () => reportIntegrity(databasePath),
  });
  const operatorPort = await operators.start();
  log.info({ port, operatorPort }, 'listening');
  return {
    port,
    operatorPort,
    operatorToken: secrets.operatorToken,
    commands: link.commands,
    desk: link.desk,
    reads,
    secretBox,
    async close() {
      await Promise.all([customers.close(), operators.close()]);
      await demoLife.stop();
      await link.close();
      reader.close();
      log.info('stopped');
    },
  };
}

const referenceTables: ReadonlySet<TableName> = new Set(['assets', 'prices', 'symbols', 'settings']);

async function loadBans(reads: Reads, limiter: Limiter): Promise<void> {
  const rows = await reads.rows('bans', {});
  limiter.replaceBans(
    new Map(
      rows.map((row) => [
        row.ip,
        { bannedUntilMs: row.banned_until, offences: row.offences, lastOffenceMs: row.last_offence_at },
      ]),
    ),
  );
}

function recordBan(commands: Commands, ip: string, ban: BanRecord) {
  return commands.submit('recordBan', { ip, ...ban });
}
