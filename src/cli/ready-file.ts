/** The file that shows that the server is ready, with its addresses: it appears whole or not at all. */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { asError } from '../boundary/caught.ts';
import { ConfigError } from '../engine/config-error.ts';

/** @throws ConfigError if it cannot be written. */
export function writeReadyFile(file: string, line: string): void {
  const beside = `${file}.${process.pid}`;
  try {
    writeFileSync(beside, line, { mode: 0o600 });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw explain(file, error);
  }
}

/** Removes the file unless another server has written it meanwhile, which its readers wait for. */
export function removeOwnReadyFile(file: string): void {
  if (pidIn(file) === process.pid) removeReadyFile(file);
}

function pidIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).pid;
  } catch {
    return undefined;
  }
}

/** @throws ConfigError if there is something that cannot be removed. */
export function removeReadyFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw explain(file, error);
  }
}

function explain(file: string, error: unknown): ConfigError {
  const { message } = asError(error);
  return new ConfigError(
    `The ready file ${file} cannot be written (${message}); choose another with --ready-file or BURSAR_READY_FILE.`,
  );
}
