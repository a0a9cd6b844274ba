/** Entry of the engine thread: configures V8 before the code of the engine is loaded, which keeps V8 busy. */
import { workerData } from 'node:worker_threads';
import { holdCompilers } from '../store/start-memory.ts';
import type { EngineThreadStart } from './engine-messages.ts';

// cast: `startEngineThread` gives it.
const { holdsCompilers } = workerData as EngineThreadStart;
if (holdsCompilers) holdCompilers();
await import('./engine-service.ts');
