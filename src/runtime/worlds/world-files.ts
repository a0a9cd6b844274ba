/** Worlds as files: exported, and imported on this or another server. */
import type { Clock } from '../../clock/clock.ts';
import type { WorldState } from '../../clock/world-time.ts';
import { openSnapshot } from '../../engine/open-store.ts';
import type { SavedWorld } from '../../lab/worlds/saved-world.ts';
import type { ImportedWorld } from '../../lab/worlds/world.ts';
import { keyHolders } from '../../lab/worlds/world-keys.ts';
import { withoutLostKeys } from '../../maintenance/lost-keys.ts';
import { NotAWorldFile, readWorldFile, worldFile } from '../../maintenance/world-file.ts';
import { StoreFault } from '../../store/port.ts';
import { sqliteOf } from '../../store/world-image.ts';
import type { SecretBox } from '../secrets.ts';

/** What a file says besides books and chains. */
type Notes = { readonly time: WorldState; readonly drawn: number; readonly seed: number };

export function toFile({ image, atMs, time, drawn }: SavedWorld, seed: number): Uint8Array {
  const notes: Notes = { time, drawn, seed };
  return worldFile({ image: sqliteOf(image), atMs }, notes);
}

/** API keys whose secrets were encrypted by another server are dropped; their accounts get new ones. */
export async function fromFile(
  file: Uint8Array,
  { decrypt }: Pick<SecretBox, 'decrypt'>,
  { monotonic }: Pick<Clock, 'monotonic'>,
): Promise<ImportedWorld | { readonly problem: string }> {
  try {
    const { image, atMs, more } = readWorldFile(file);
    const { time, drawn, seed } = notesOf(atMs, more);
    const books = await openSnapshot({ image: image.store }, monotonic);
    const holders = await keyHolders(books.reads).finally(() => books.close());
    const store = withoutLostKeys(image.store, (encrypted) => canDecrypt(decrypt, encrypted));
    return { saved: { image: { ...image, store }, atMs, time, drawn }, holders, seed };
  } catch (error) {
    if (error instanceof NotAWorldFile) return { problem: error.message };
    // What its tables say cannot be read.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof StoreFault)
      return { problem: 'is damaged' };
    throw error;
  }
}

/** @throws NotAWorldFile */
function notesOf(atMs: unknown, more: unknown): Notes {
  const { time, drawn, seed } = (more ?? {}) as Partial<Notes>;
  const isTime = (value: unknown) => Number.isSafeInteger(value) && Math.abs(Number(value)) <= maxTimeMs;
  const isRight =
    [atMs, time?.aheadMs, time?.frozenAt ?? 0].every(isTime) &&
    (time?.wire === 'machine' || time?.wire === 'world') &&
    Number.isSafeInteger(drawn) &&
    Number(drawn) >= 0 &&
    Number.isInteger(seed) &&
    Number(seed) >= 0 &&
    Number(seed) < 2 ** 32;
  if (!isRight) throw new NotAWorldFile('is damaged: its notes on clock and seed are wrong');
  return more as Notes;
}

/** Of a date. */
const maxTimeMs = 8_640_000_000_000_000;

function canDecrypt(decrypt: SecretBox['decrypt'], encrypted: string): boolean {
  try {
    decrypt(encrypted);
    return true;
  } catch {
    return false;
  }
}
