/**
 * A copy of the exchange itself, for a world that begins with it. It is made while the exchange runs: the chains are
 * copied after the books, as in a backup, because chains that are ahead of the books do no harm.
 */
import { rmSync, statSync } from 'node:fs';
import type { LabClock } from '../../clock/lab-clock.ts';
import { ImageFiles } from '../../engine/image-files.ts';
import { chainFile, databaseFile, type StoreLocation } from '../../engine/open-store.ts';
import { countUnderWay } from '../../lab/worlds/count-under-way.ts';
import type { CopiedExchange } from '../../lab/worlds/world.ts';
import { keyHolders } from '../../lab/worlds/world-keys.ts';
import { asNotDone } from '../../store/port.ts';
import type { Database } from '../../store/postgres/client.ts';
import { copyDatabase } from '../../store/sqlite/database-copy.ts';
import { storeFaultOf } from '../../store/sqlite/failure.ts';
import { inMemory, type SqliteImage, type WorldImage } from '../../store/world-image.ts';
import type { ProcessExchange } from './process-exchange.ts';

/** Larger ones are not read into memory. */
const maxBytes = 512 * 1024 * 1024;

/** @param createFolder for the files that are copied */
export async function copyExchange(
  exchange: ProcessExchange | undefined,
  createFolder: () => string,
): Promise<CopiedExchange | { readonly problem: string }> {
  if (exchange === undefined) return { problem: 'There is no exchange besides the worlds' };
  const { clock, location } = exchange;
  const { engine, lab } = exchange.opened();
  const holders = await keyHolders(engine.reads);
  const rest = { atMs: clock.time.now(), time: clock.time.state, drawn: 0, faults: lab.save() };
  const image = await imageOf(location, clock, createFolder);
  if ('problem' in image) return image;
  return { holders, parked: await countUnderWay(engine.reads), saved: { ...rest, image } };
}

async function imageOf(
  location: StoreLocation,
  { monotonic: timers }: LabClock,
  createFolder: () => string,
): Promise<WorldImage | { readonly problem: string }> {
  if ('folder' in location) return copyFiles(location.folder, createFolder);
  const { TooLargeToCopy } = await import('../../store/migration/postgres-copy.ts');
  try {
    return await onSqlite({ url: location.postgres, timers });
  } catch (error) {
    if (error instanceof TooLargeToCopy) return { problem: `The exchange is too large: ${error.message}` };
    throw error;
  }
}

/** The books and chains of a PostgreSQL database. @throws TooLargeToCopy, StoreFault */
export async function onSqlite(database: Database): Promise<SqliteImage> {
  const [{ copyPostgresBooks }, { copyPostgresChains }] = await Promise.all([
    import('../../store/migration/postgres-copy.ts'),
    import('../../chain/simulated/postgres-chain-image.ts'),
  ]);
  try {
    const store = await copyPostgresBooks(database);
    return { store, chains: await copyPostgresChains(database) };
  } catch (error) {
    throw asNotDone(error);
  }
}

async function copyFiles(
  folder: string,
  createFolder: () => string,
): Promise<WorldImage | { readonly problem: string }> {
  const bytes = statSync(databaseFile(folder)).size + statSync(chainFile(folder)).size;
  if (bytes > maxBytes)
    return {
      problem: `The exchange is too large: it has ${bytes} bytes, and at most ${maxBytes} are copied`,
    };
  const copy = createFolder();
  try {
    for (const fileOf of [databaseFile, chainFile])
      await copyDatabase(fileOf(folder), fileOf(copy), () => {});
    return inMemory(new ImageFiles(copy));
  } catch (error) {
    throw storeFaultOf(error);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
