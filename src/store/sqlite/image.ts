/** Images of SQLite databases: their whole content as bytes, from which a database in memory can be opened. */
import { DatabaseSync } from 'node:sqlite';
import { codeOf } from '../../boundary/caught.ts';
import { StoreFault } from '../port.ts';

/** SQLite makes images of at most 2 GB. */
export class TooLargeForImage extends StoreFault {}

/** Offsets of the format versions for writing and reading in the header; `legacy`: without a write-ahead log. */
const formatVersions = [18, 19];
const legacy = 1;

/** The committed data as of now. @throws TooLargeForImage */
export function imageOf(database: DatabaseSync): Uint8Array {
  const image = serialize(database);
  setLegacyFormat(image);
  return image;
}

function serialize(database: DatabaseSync): Uint8Array {
  try {
    return database.serialize();
  } catch (error) {
    // SQLite has no error code of its own for this; any other code is not from SQLite.
    if (codeOf(error) !== 'ERR_SQLITE_ERROR') throw error;
    throw new TooLargeForImage('not-done', 'it has more than 2 GB, the most that SQLite serializes', error);
  }
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
