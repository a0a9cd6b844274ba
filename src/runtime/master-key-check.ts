/** Whether this start was given the master key that the books were first opened with: else nobody could sign in. */
import { rmSync } from 'node:fs';
import type { Commands } from '../command/registry.ts';
import { ConfigError } from '../engine/config-error.ts';
import type { SecretBox } from './secrets.ts';

const provenText = 'the master key of these books';

/**
 * @param newKeyFile the file of a key that this start has made. It is removed if the database was opened with another key
 * before: nobody must take it for that one.
 * @throws ConfigError when it is another key.
 */
export async function checkMasterKey(
  commands: Commands,
  secretBox: SecretBox,
  newKeyFile: string | undefined,
): Promise<void> {
  const outcome = await commands.submit('recordMasterKeyProof', { sealed: secretBox.seal(provenText) });
  if (!('done' in outcome)) throw new Error(`the master key cannot be checked: ${JSON.stringify(outcome)}`);
  try {
    secretBox.open(outcome.done.sealed);
  } catch {
    if (newKeyFile !== undefined) {
      rmSync(newKeyFile, { force: true });
      throw new ConfigError(
        `the database is there but its master key is not: copy ${newKeyFile} from the old data folder, or give BURSAR_MASTER_KEY (--master-key)`,
      );
    }
    throw new ConfigError(
      'the master key is not the one that the API secrets of these books are sealed with; give the same BURSAR_MASTER_KEY (--master-key), or the same BURSAR_DATA (--data), to every process and every start (to change it, give the old one as BURSAR_OTHER_MASTER_KEY (--other-master-key))',
    );
  }
}
