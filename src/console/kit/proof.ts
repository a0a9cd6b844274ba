/** Proofs of identity: some operations need one that is at most two minutes old. */
import { signal } from '@preact/signals';
import { ApiError } from './api.ts';

const proofMissing = -9407;

/** What waits for a proof; the shell asks for it. */
export const awaited = signal<{ readonly proved: () => void; readonly cancelled: () => void } | undefined>(
  undefined,
);

/** Does the work, and once more after a proof of identity if it needs one. @throws what the work throws. */
export async function withProof<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === proofMissing)) throw error;
    await new Promise<void>((proved, cancelled) => {
      awaited.value = { proved, cancelled: () => cancelled(error) };
    });
    return work();
  }
}
