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
  return new Worker(new URL(`${name}${extension}`, besides), { workerData });
}
