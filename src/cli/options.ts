/** Reads the options of a verb. What is wrong with them is one clear line. */
import { parseArgs } from 'node:util';
import { ConfigError } from '../runtime/config.ts';

type Declared = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

/** @throws ConfigError naming the option, or the word that is too many. */
export function readOptions<const O extends Declared>(
  args: readonly string[],
  options: O,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    throw new ConfigError((error as Error).message.split('\n')[0] ?? 'unreadable options');
  }
}
