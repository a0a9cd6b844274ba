/** Formats log entries as text: `2026-11-25 21:30:12.345Z INFO  listening port=8080`, with further lines indented. */
import { parseJson } from '../boundary/json.ts';

const levels: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

type Entry = {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
};

/** @param json one entry as pino writes it. */
export function textOfEntry(json: string): string {
  const { level, time, msg = '', err, ...fields } = parseJson<Entry>(json);
  // biome-ignore lint/style/noRestrictedGlobals: only formats the time of the entry
  const when = new Date(time).toISOString().replace('T', ' ');
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
  const stack = err === undefined ? '' : `\n${err.stack ?? err.message ?? 'error'}`;
  const text = `${when} ${(levels[level] ?? String(level)).padEnd(5)} ${msg}${pairs.join('')}${stack}`;
  // Logged values must not start a line of their own or control the terminal.
  return `${withoutControls(text).replaceAll('\n', '\n    ')}\n`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return typeof value === 'string' && !/^[^\s"=]+$/.test(text) ? JSON.stringify(text) : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are replaced
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

function withoutControls(text: string): string {
  return text.replace(controls, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
