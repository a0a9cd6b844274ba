/** Images of SQLite databases: their whole content as bytes, from which a database in memory can be opened. */
import { DatabaseSync } from 'node:sqlite';

/** Offsets of the format versions for writing and reading in the header; `legacy`: without a write-ahead log. */
const formatVersions = [18, 19];
const legacy = 1;

/** The committed data as of now. */
export function imageOf(database: DatabaseSync): Uint8Array {
  const image = database.serialize();
  setLegacyFormat(image);
  return image;
}

/** SQLite does not open a database in memory whose header asks for a write-ahead log. */
export function setLegacyFormat(image: Uint8Array): void {
  for (const offset of formatVersions) image[offset] = legacy;
}

/** Opens a copy of an image in memory. @returns its connection, which the caller closes. */
export function openImage(image: Uint8Array): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  try {
    database.deserialize(image);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
