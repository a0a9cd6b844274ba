/** Finds the source files that a file imports from its own project, directly and transitively. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Paths are relative to `root`, including the results. */
export function importsOf(root: string, file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file) || !existsSync(join(root, file))) return found;
  found.add(file);
  for (const [, path] of readFileSync(join(root, file), 'utf8').matchAll(/from '(\.\.?\/[^']+)'/g)) {
    importsOf(root, join(dirname(file), path as string), found);
  }
  return found;
}
