/** Starts the threads of this program. Their files have another extension when built than in the source. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** `.ts` in the source, `.js` when built. */
const extension = extname(import.meta.filename);

/**
 * @param name the file without its extension, for example `./engine-thread`.
 * @param besides `import.meta.url` of a file in the same folder.
 */
export function startThread(name: string, besides: string, workerData: unknown): Worker {
  const file = new URL(`${name}${extension}`, besides);
  // A thread does not inherit the hooks of the one that starts it.
  return extension === '.ts'
    ? new Worker(new URL('./thread-of-source.ts', import.meta.url), { workerData, argv: [file.href] })
    : new Worker(file, { workerData });
}
