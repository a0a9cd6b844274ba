/** How the engine thread begins: before its code is loaded, which already keeps V8 busy. */
import { workerData } from 'node:worker_threads';
import { holdCompilers } from '../store/start-memory.ts';
import type { EngineThreadStart } from './engine-messages.ts';

// cast: `startEngineThread` gives it.
const { holdsCompilers } = workerData as EngineThreadStart;
if (holdsCompilers) holdCompilers();
await import('./engine-service.ts');
