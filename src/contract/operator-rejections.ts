/** The three errors that operators see for rejections by commands. */
import { reject } from './errors.ts';

export const notFound = (what: string) => reject('operator-not-found', { what });
export const conflict = (reason: string) => reject('operator-conflict', { reason });
export const invalid = (reason: string) => reject('operator-invalid', { reason });
