/**
 * The composition root of one process: the engine on its thread, the reads, the caches, and the two listeners.
 */
import { randomUUID } from 'node:crypto';
import type { ChainDesk } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import { customerOperations } from '../contract/customer/index.ts';
import { customerOpenApi } from '../contract/openapi.ts';
import type { Catalog } from '../domain/catalog.ts';
import { createCustomerEdge, createCustomerRefuser } from '../edge/customer-edge.ts';
import { HttpListener } from '../edge/http-listener.ts';
import type { KeyRing } from '../edge/key-ring.ts';
import type { Limiter } from '../edge/limiter.ts';
import type { Reads } from '../store/reads.ts';
import { type BooksLocation, openReader } from './books.ts';
import { Caches } from './caches.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { startDemoWorld } from './demo-start.ts';
import { EngineLink } from './engine-link.ts';
import type { EngineChange } from './engine-thread.ts';
import { reportIntegrity } from './integrity-report.ts';
import { lazily } from './lazily.ts';
import type { Logger } from './log.ts';
import { checkMasterKey } from './master-key-check.ts';
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

/** Starts everything; resolves when both listeners answer. What fails on the way leaves nothing open. */
export async function startServer(config: Config, log: Logger): Promise<Server> {
  await using opening = new AsyncDisposableStack();
  const location = locationOf(config);
  if ('folder' in location) opening.defer(lockDataFolder(location.folder));
  const secrets = loadSecrets(config.BURSAR_DATA, {
    operatorToken: config.BURSAR_OPERATOR_TOKEN,
    masterKey: config.BURSAR_MASTER_KEY,
  });
  const secretBox = createSecretBox(secrets.masterKey);
  const { link, caches, reads } = await openCore(config, location, secretBox, log, opening);
  const { commands, desk, leases } = link;
  await checkMasterKey(commands, secretBox);
  const sealSecret = (secret: string) => secretBox.seal(secret);
  const demoLife = await startDemoWorld(
    config.BURSAR_DEMO,
    { commands, desk, reads, sealSecret },
    leases,
    log,
  );
  opening.defer(() => demoLife.stop());
  const shared: SharedParts = {
    reads,
    commands,
    desk,
    catalog: () => caches.catalog(),
    nowMs: () => systemClock.nowMs(),
    onBug: (error) => reportBug(log, error),
  };
  const customers = createCustomerListener(config, { ...shared, limiter: caches.limiter, keys: caches.keys });
  opening.defer(() => customers.close());
  const port = await customers.start();
  const operators = createOperatorListener(config, {
    ...shared,
    token: secrets.operatorToken,
    sealSecret,
    integrity: () => reportIntegrity(location),
  });
  opening.defer(() => operators.close());
  const operatorPort = await operators.start();
  log.info({ port, operatorPort }, 'listening');
  const open = opening.move();
  return {
    port,
    operatorPort,
    operatorToken: secrets.operatorToken,
    commands,
    desk,
    reads,
    secretBox,
    async close() {
      await open.disposeAsync();
      log.info('stopped');
    },
  };
}

export function locationOf(config: Pick<Config, 'DATABASE_URL' | 'BURSAR_DATA'>): BooksLocation {
  return config.DATABASE_URL === null ? { folder: config.BURSAR_DATA } : { postgres: config.DATABASE_URL };
}

/** The engine, and what the serving thread reads and remembers beside it. */
async function openCore(
  config: Config,
  location: BooksLocation,
  secretBox: SecretBox,
  log: Logger,
  opening: AsyncDisposableStack,
): Promise<{ readonly link: EngineLink; readonly caches: Caches; readonly reads: Reads }> {
  let caches: Caches | undefined;
  const link = await startEngine(config, location, log, (change) => caches?.onChanged(change));
  opening.defer(() => link.close());
  const reader = await openReader(location);
  opening.defer(() => {
    // The engine closes after the reader, and may tell of changes until then.
    caches = undefined;
    return reader.close();
  });
  caches = await Caches.load({
    reader,
    catalog: link.catalogAtStart,
    commands: link.commands,
    openSecret: (sealed) => secretBox.open(sealed),
    weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
  });
  return { link, caches, reads: reader.reads };
}

type SharedParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly desk: ChainDesk;
  readonly catalog: () => Catalog;
  readonly nowMs: () => number;
  readonly onBug: (error: unknown) => string;
};

function startEngine(
  config: Config,
  location: BooksLocation,
  log: Logger,
  onChanged: (change: EngineChange) => void,
): Promise<EngineLink> {
  return EngineLink.start({
    location,
    blockMs: config.BURSAR_BLOCK_MS,
    onChanged,
    onFault: (what, message) => log.error({ what }, message),
    onDeath: (error) => {
      log.fatal(error, 'the engine thread died');
      process.exit(1);
    },
  });
}

function createCustomerListener(
  config: Config,
  parts: SharedParts & { readonly limiter: Limiter; readonly keys: KeyRing },
): HttpListener {
  return new HttpListener({
    host: config.BURSAR_HOST,
    port: config.BURSAR_PORT,
    trustProxy: config.BURSAR_TRUST_PROXY,
    handle: createCustomerEdge({
      ...parts,
      weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
      errorStyle: config.BURSAR_ERROR_STYLE,
      openApi: lazily(describeCustomerApi),
    }),
    refuse: createCustomerRefuser(parts),
  });
}

function describeCustomerApi(): string {
  return JSON.stringify(
    customerOpenApi(Object.values(customerOperations), { title: 'Bursar', version: '0.1.0' }),
  );
}

/** @returns the incident id that the caller is told; the log has the cause. */
function reportBug(log: Logger, error: unknown): string {
  const incident = randomUUID();
  log.error({ incident, err: error }, 'bug');
  return incident;
}
