/** Whether this start was given the master key that the books were first opened with: else nobody could sign in. */
import type { Commands } from '../command/registry.ts';
import { ConfigError } from '../engine/config-error.ts';
import type { SecretBox } from './secrets.ts';

const provenText = 'the master key of these books';

/** @throws ConfigError when it is another key. */
export async function checkMasterKey(commands: Commands, secretBox: SecretBox): Promise<void> {
  const outcome = await commands.submit('recordMasterKeyProof', { sealed: secretBox.seal(provenText) });
  if (!('done' in outcome)) throw new Error(`the master key cannot be checked: ${JSON.stringify(outcome)}`);
  try {
    secretBox.open(outcome.done.sealed);
  } catch {
    throw new ConfigError(
      'the master key is not the one that the API secrets of these books are sealed with; give the same BURSAR_MASTER_KEY (--master-key), or the same BURSAR_DATA (--data), to every process and every start (to change it, give the old one as BURSAR_OTHER_MASTER_KEY (--other-master-key))',
    );
  }
}
