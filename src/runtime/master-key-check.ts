/** Checks that the master key is the one that the database was first opened with: otherwise no API key would work. */
import { rmSync } from 'node:fs';
import type { Commands } from '../command/registry.ts';
import { ConfigError } from '../engine/config-error.ts';
import type { SecretBox } from './secrets.ts';

const provenText = 'the master key of these books';

/**
 * @param newKeyFile the file of a key that this start has generated. If the database was opened with another key before, it
 * is removed, so that nobody mistakes it for that key.
 * @throws ConfigError if it is another key.
 */
export async function checkMasterKey(
  commands: Commands,
  secretBox: SecretBox,
  newKeyFile: string | undefined,
): Promise<void> {
  const outcome = await commands.submit('recordMasterKeyProof', { encrypted: secretBox.encrypt(provenText) });
  if (!('done' in outcome)) throw new Error(`the master key cannot be checked: ${JSON.stringify(outcome)}`);
  try {
    secretBox.decrypt(outcome.done.encrypted);
  } catch {
    if (newKeyFile !== undefined) {
      rmSync(newKeyFile, { force: true });
      throw new ConfigError(
        `the database exists, but its master key is not in the data folder: copy ${newKeyFile} from the old data folder, or set BURSAR_MASTER_KEY (--master-key)`,
      );
    }
    throw new ConfigError(
      'the master key is not the one that encrypted the API secrets in this database; set the same BURSAR_MASTER_KEY (--master-key), or the same BURSAR_DATA (--data), for every process and every start (to replace the key, set the old one as BURSAR_OTHER_MASTER_KEY (--other-master-key))',
    );
  }
}
