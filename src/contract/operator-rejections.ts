/** The three errors as which operators see what commands reject. */
import { reject } from './errors.ts';

export const notFound = (what: string) => reject('operator-not-found', { what });
export const conflict = (reason: string) => reject('operator-conflict', { reason });
export const invalid = (reason: string) => reject('operator-invalid', { reason });
