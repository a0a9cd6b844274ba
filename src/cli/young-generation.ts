/**
 * Keeps the young generations of V8, in which each thread allocates, as small as they begin while a server starts.
 *
 * V8 doubles one when as many bytes have survived in it as it holds, up to two halves of 16 MB. The code that a start
 * loads survives, so both threads ended with room for garbage that a server without load does not make: a tenth of its
 * resident memory.
 */
import { setFlagsFromString } from 'node:v8';

/** V8 reads the factor whenever it could let one grow, in all threads. */
const growBy = (factor: number) => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

export function holdYoungGeneration(): void {
  growBy(1);
}

/** From now on they grow as the load requires, by the factor that is V8's default. */
export function letYoungGenerationGrow(): void {
  growBy(2);
}
