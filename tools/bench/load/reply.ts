/**
 * Finds the end of a reply in the chunks of one connection, for the load generator: of the head, it reads only the
 * status and Content-Length. Only one request is open at a time, so a chunk never contains bytes of a second reply.
 */
const LINE_FEED = 0x0a;
const DIGIT_ZERO = 0x30;
const CONTENT_LENGTH = Buffer.from('content-length:');
const IN_HEAD = -1;

export class LoadReply {
  status = 0;
  /** Kept only for replies other than 2xx. */
  errorBody = '';
  #bodyLeftBytes = IN_HEAD;
  #contentLength = IN_HEAD;
  #partialHead: Buffer | undefined;

  /** @returns true if `chunk` completes the reply. The chunk's memory is reused afterwards. */
  push(chunk: Buffer): boolean {
    let bytes = chunk;
    let bodyStart = 0;
    if (this.#bodyLeftBytes === IN_HEAD) {
      if (this.#partialHead) bytes = Buffer.concat([this.#partialHead, chunk]);
      bodyStart = this.#readHead(bytes);
      if (bodyStart === 0) {
        this.#partialHead = Buffer.from(bytes);
        return false;
      }
      this.#partialHead = undefined;
      this.errorBody = '';
      this.#bodyLeftBytes = this.#contentLength;
    }
    if (!isSuccess(this.status)) this.errorBody += bytes.toString('utf8', bodyStart);
    this.#bodyLeftBytes -= bytes.length - bodyStart;
    if (this.#bodyLeftBytes > 0) return false;
    if (this.#bodyLeftBytes < 0) throw new Error('the server sent more bytes than announced');
    this.#bodyLeftBytes = IN_HEAD;
    return true;
  }

  /** The offset of the body, or 0 while the head is incomplete. */
  #readHead(bytes: Buffer): number {
    this.#contentLength = IN_HEAD;
    let lineStart = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== LINE_FEED) continue;
      if (at - lineStart <= 1) return this.#endHead(bytes, at + 1);
      if (isContentLength(bytes, lineStart)) {
        this.#contentLength = readNumber(bytes, lineStart + CONTENT_LENGTH.length, at);
      }
      lineStart = at + 1;
    }
    return 0;
  }

  #endHead(bytes: Buffer, bodyStart: number): number {
    this.status = readDigit(bytes, 9) * 100 + readDigit(bytes, 10) * 10 + readDigit(bytes, 11);
    if (this.status === 204 || this.status === 304) this.#contentLength = 0;
    if (this.#contentLength >= 0) return bodyStart;
    throw new Error(`a reply without Content-Length: ${bytes.toString('latin1', 0, bodyStart)}`);
  }
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Parses the digits between `from` and `to`; surrounding spaces and the carriage return are ignored. */
function readNumber(bytes: Buffer, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = readDigit(bytes, at);
    if (digit >= 0 && digit <= 9) number = number * 10 + digit;
  }
  return number;
}

function readDigit(bytes: Buffer, at: number): number {
  return bytes[at]! - DIGIT_ZERO;
}

function isContentLength(bytes: Buffer, lineStart: number): boolean {
  for (let i = 0; i < CONTENT_LENGTH.length; i++) {
    // OR with 0x20 converts ASCII letters to lower case and does not change '-' and ':'.
    if ((bytes[lineStart + i]! | 0x20) !== CONTENT_LENGTH[i]) return false;
  }
  return true;
}
