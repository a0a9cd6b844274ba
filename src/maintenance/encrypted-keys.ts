/** API keys in the image of a world of another server, whose secrets this server cannot decrypt. */
import { selected } from '../boundary/selected.ts';
import { imageOf, openImage } from '../store/sqlite/image.ts';

export type EncryptedKey = { readonly apiKey: string; readonly encryptedSecret: string };

/** @param image of an SQLite database. */
export function encryptedKeysOf(image: Uint8Array): readonly EncryptedKey[] {
  const database = openImage(image);
  try {
    return selected<EncryptedKey>(
      database
        .prepare(
          'SELECT api_key AS apiKey, encrypted_secret AS encryptedSecret FROM api_keys WHERE encrypted_secret IS NOT NULL',
        )
        .all(),
    );
  } finally {
    database.close();
  }
}

/** @param image of an SQLite database. @returns the image without these keys. */
export function deleteKeys(image: Uint8Array, apiKeys: readonly string[]): Uint8Array {
  const database = openImage(image);
  try {
    const remove = database.prepare('DELETE FROM api_keys WHERE api_key = ?');
    for (const apiKey of apiKeys) remove.run(apiKey);
    return imageOf(database);
  } finally {
    database.close();
  }
}
