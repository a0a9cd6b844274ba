/** Worlds as files: exported, and imported on this or another server. */
import type { WorldState } from '../../clock/world-time.ts';
import type { SavedWorld } from '../../lab/worlds/saved-world.ts';
import type { ImportedWorld } from '../../lab/worlds/world.ts';
import { worldFile } from '../../maintenance/world-file.ts';
import { sqliteOf } from '../../store/world-image.ts';
import type { SecretBox } from '../secrets.ts';
import type { WorldFileReader } from './world-file-reader.ts';

/** The content of a file besides books and chains. */
type Notes = { readonly time: WorldState; readonly drawn: number; readonly seed: number };

export function toFile({ image, atMs, time, drawn }: SavedWorld, seed: number): Uint8Array {
  const notes: Notes = { time, drawn, seed };
  return worldFile({ image: sqliteOf(image), atMs }, notes);
}

export async function fromFile(
  file: Uint8Array,
  reader: WorldFileReader,
): Promise<ImportedWorld | { readonly problem: string }> {
  const read = await reader.read(file);
  if ('problem' in read) return read;
  const { image, atMs, more, holders } = read.content;
  if (!areNotes(atMs, more)) return { problem: 'is damaged: its notes on clock and seed are wrong' };
  const { time, drawn, seed } = more;
  return { saved: { image, atMs, time, drawn }, holders, seed };
}

function areNotes(atMs: unknown, more: unknown): more is Notes {
  // cast: any part may be missing or of another type.
  const { time, drawn, seed } = (more ?? {}) as Partial<Notes>;
  const isTime = (value: unknown) => Number.isSafeInteger(value) && Math.abs(Number(value)) <= maxTimeMs;
  return (
    [atMs, time?.aheadMs, time?.frozenAt ?? 0].every(isTime) &&
    (time?.wire === 'machine' || time?.wire === 'world') &&
    Number.isSafeInteger(drawn) &&
    Number(drawn) >= 0 &&
    Number.isInteger(seed) &&
    Number(seed) >= 0 &&
    Number(seed) < 2 ** 32
  );
}

/** The largest time that a `Date` can hold, ms. */
const maxTimeMs = 8_640_000_000_000_000;

/** API keys whose secrets were encrypted by another server are dropped; their accounts get new ones. */
export function canDecryptWith({ decrypt }: Pick<SecretBox, 'decrypt'>): (encrypted: string) => boolean {
  return (encrypted) => {
    try {
      decrypt(encrypted);
      return true;
    } catch {
      return false;
    }
  };
}
