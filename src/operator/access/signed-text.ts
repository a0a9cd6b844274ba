/**
 * Texts that this server has issued and recognises when they come back, without having stored them. They expire. Their
 * key is derived from the master key, so that all processes on a store recognise them.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const randomLength = 16;
const timeLength = 6;
const macLength = 32;

export class SignedTexts {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** @param purpose the use of the text, and its user. @param atMs is readable in it. */
  issue(purpose: string, atMs: number): Buffer {
    const time = Buffer.alloc(timeLength);
    time.writeUIntBE(atMs, 0, timeLength);
    const content = Buffer.concat([randomBytes(randomLength), time]);
    return Buffer.concat([content, this.#macOf(purpose, content)]);
  }

  /** @returns the time at which it was issued for this purpose; undefined if it was not issued for it. */
  timeOf(purpose: string, text: Buffer): number | undefined {
    if (text.length !== randomLength + timeLength + macLength) return undefined;
    const content = text.subarray(0, randomLength + timeLength);
    if (!timingSafeEqual(this.#macOf(purpose, content), text.subarray(content.length))) return undefined;
    return content.readUIntBE(randomLength, timeLength);
  }

  #macOf(purpose: string, content: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(`${purpose}\n`).update(content).digest();
  }
}
