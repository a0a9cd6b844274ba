/** API keys of another server, whose secrets this one cannot decrypt. */
import { imageOf, openImage } from '../store/sqlite/image.ts';

/** @returns the image without the keys whose secrets cannot be decrypted. */
export function withoutLostKeys(image: Uint8Array, canDecrypt: (encrypted: string) => boolean): Uint8Array {
  const database = openImage(image);
  try {
    const keys = database
      .prepare('SELECT api_key, encrypted_secret FROM api_keys WHERE encrypted_secret IS NOT NULL')
      .all() as { readonly api_key: string; readonly encrypted_secret: string }[];
    const lost = keys.filter((key) => !canDecrypt(key.encrypted_secret));
    const remove = database.prepare('DELETE FROM api_keys WHERE api_key = ?');
    for (const { api_key } of lost) remove.run(api_key);
    return lost.length === 0 ? image : imageOf(database);
  } finally {
    database.close();
  }
}
