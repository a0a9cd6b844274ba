/** Proofs of identity: some operations need one that is at most two minutes old. */
import { signal } from '@preact/signals';
import { asError } from '../../boundary/caught.ts';
import { ApiError } from './api.ts';

const proofMissing = -9407;

/** The work that waits for a proof of identity; the shell asks for the proof. */
export const awaited = signal<{ readonly proved: () => void; readonly cancelled: () => void } | undefined>(
  undefined,
);

/** Somebody was asked for a proof of identity, and gave none: nothing has been done. */
class ProofCancelled extends Error {}

/** @returns the error to show about a request: none to people who have cancelled it. */
export const problemOf = (caught: unknown): Error | undefined =>
  caught instanceof ProofCancelled ? undefined : asError(caught);

/**
 * Does the work, and once more after a proof of identity if it needs one.
 * @throws what the work throws, or ProofCancelled.
 */
export async function withProof<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === proofMissing)) throw error;
    await new Promise<void>((proved, cancelled) => {
      awaited.value = { proved, cancelled: () => cancelled(new ProofCancelled(error.message)) };
    });
    return work();
  }
}
