/** Parses the options of a command line. An error is one line that names the option and the rule. */

import { present } from '../boundary/present.ts';
import { nearest } from '../contract/nearest.ts';
import { ConfigError } from '../engine/config-error.ts';

/** A `switch` is 1 without a value. */
type OptionType = 'string' | 'boolean' | 'switch';
type Declared = Readonly<Record<string, { readonly type: OptionType }>>;
type Values<O extends Declared> = {
  -readonly [K in keyof O]?: O[K]['type'] extends 'boolean' ? boolean : string;
};

export type Options<O extends Declared> = {
  readonly values: Values<O>;
  /** The words that are not options, and all words after `--`. */
  readonly positionals: readonly string[];
};

/**
 * `--name VALUE`, `--name=VALUE`, or `--name` for a boolean or a switch. If an option is given twice, the last one counts.
 * @param maxPositionals the number of words that are allowed besides the options
 * @throws ConfigError
 */
export function readOptions<const O extends Declared>(
  args: readonly string[],
  declared: O,
  maxPositionals = 0,
): Options<O> {
  const values: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  const rest = [...args];
  while (rest.length > 0) {
    const word = present(rest.shift());
    if (word === '--') positionals.push(...rest.splice(0));
    else if (!word.startsWith('-') || word === '-') positionals.push(word);
    else readOption(word, rest, declared, values);
  }
  if (positionals.length > maxPositionals) {
    throw new ConfigError(`unexpected argument '${positionals[maxPositionals]}'; options begin with --`);
  }
  // cast: the options were declared with these types.
  return { values: values as Values<O>, positionals };
}

/** @param rest the words after the option; its value is removed. */
function readOption(
  word: string,
  rest: string[],
  declared: Declared,
  values: Record<string, string | boolean>,
): void {
  const [option = '', inline] = splitOnce(word);
  const name = option.slice(2);
  if (!option.startsWith('--') || !Object.hasOwn(declared, name)) {
    refuseUnknown(option, Object.keys(declared));
  }
  const type = declared[name]?.type;
  if (type === 'boolean') values[name] = readBoolean(option, inline);
  else if (type === 'switch' && inline === undefined && !/^(0|1|true|false)$/.test(rest[0] ?? ''))
    values[name] = '1';
  else values[name] = inline ?? valueAfter(option, rest.shift());
}

function splitOnce(word: string): readonly [string, string?] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function refuseUnknown(option: string, known: readonly string[]): never {
  if (known.length === 0) throw new ConfigError(`there is no option ${option}; this verb has none`);
  const meant = nearest(option.replace(/^-+/, ''), known);
  const hint = meant === undefined ? `there are --${known.join(', --')}` : `did you mean --${meant}?`;
  throw new ConfigError(`there is no option ${option}; ${hint}`);
}

function readBoolean(option: string, inline: string | undefined): boolean {
  if (inline !== undefined) throw new ConfigError(`${option} takes no value, not '${inline}'`);
  return true;
}

/** A value may begin with one dash, like -1; a word that begins with two is the next option. */
function valueAfter(option: string, next: string | undefined): string {
  if (next === undefined || next.startsWith('--')) {
    throw new ConfigError(`${option} needs a value: ${option} VALUE or ${option}=VALUE`);
  }
  return next;
}
