/** The programs that lint, build and run the container image; a machine may lack them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Why tests that need these programs are skipped, in one line; with `CI=true` none are. */
export function skipWithout(programs: readonly string[], howToInstall: string): string | false {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0 || process.env.CI === 'true') return false;
  return `${missing.join(', ')} not installed: ${howToInstall}`;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

export type Output = { readonly stdout: string; readonly stderr: string };

/** @throws Error with the exit code and all output if the command fails. */
export async function run(command: string, args: readonly string[]): Promise<Output> {
  try {
    return await promisify(execFile)(command, [...args], { cwd: root, maxBuffer: 1 << 26 });
  } catch (error) {
    const { message, code, stdout, stderr } = error as Error & Output & { code?: unknown };
    throw Object.assign(new Error(`${message}\n${stdout}${stderr}`), { code, stdout, stderr });
  }
}
