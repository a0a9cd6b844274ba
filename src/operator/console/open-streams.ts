/** Counts the streams of changes of this process by their owners, so that no person or token uses up all of them. */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { Principal } from '../../domain/operator/principal.ts';

/** In each process. */
const maxStreams = 200;
/** Maximum number of streams of one person or token. */
const maxStreamsOfOne = 50;

export class OpenStreams {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** @returns a function that notes the end of the stream, once. */
  add(principal: Principal | null): (() => void) | Rejection<'streams-too-many'> {
    const id = idOf(principal);
    const count = this.#counts.get(id) ?? 0;
    if (count >= maxStreamsOfOne) return reject('streams-too-many', { limit: maxStreamsOfOne, of: 'yours' });
    if (this.#total >= maxStreams) return reject('streams-too-many', { limit: maxStreams, of: 'process' });
    this.#counts.set(id, count + 1);
    this.#total += 1;
    return () => this.#remove(id);
  }

  #remove(id: string): void {
    const rest = (this.#counts.get(id) ?? 0) - 1;
    if (rest > 0) this.#counts.set(id, rest);
    else this.#counts.delete(id);
    this.#total -= 1;
  }
}

function idOf(principal: Principal | null): string {
  if (principal?.kind === 'operator') return principal.operatorId;
  return principal?.kind === 'token' ? principal.tokenId : 'bootstrap';
}
