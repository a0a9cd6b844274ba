/**
 * Imports all files of a folder, so that nobody has to keep a list of them. The only file of contract/ and domain/ that
 * reads the disk.
 */
import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** `.ts` in the source, `.js` when built. */
const extension = extname(import.meta.filename);

/**
 * The exports that `isWanted` selects, of all files beneath the folder: in the order of the files' paths, and within a
 * file of the exports' names. Tests and type declarations are not imported.
 * @throws the error that a file throws when it is imported.
 */
export async function importFolder<T>(folder: URL, isWanted: (value: unknown) => value is T): Promise<T[]> {
  const path = fileURLToPath(folder);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(isModule).sort();
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(path, file)).href)));
  return modules.flatMap((exports: object) => Object.values(exports).filter(isWanted));
}

export function foldersIn(folder: URL): string[] {
  const entries = readdirSync(fileURLToPath(folder), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function isModule(file: string): boolean {
  return file.endsWith(extension) && !/\.(test|d)\.\w+$/.test(file);
}
