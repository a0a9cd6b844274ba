/** The parameters of every signed operation. The pipeline checks them in its own order. */
import type { Timing } from './dialect.ts';
import { optional, type Parameters, required } from './schema.ts';

export const defaultRecvWindowMs = 5000;
/** deviation: a recvWindow above 60000 is rejected, as the live service has done since 2019. */
export const maxRecvWindowMs = 60_000;

/** Times from this one on are in microseconds, if the dialect has them: in ms it would be in the year 5138. */
export const firstMicroseconds = 1e14;

/** A SHA-256 digest in hexadecimal. */
export const hexSignaturePattern = '^[0-9a-fA-F]{64}$';
/** The length of an RSA signature of 4096 bits, the longest. */
const maxBase64Length = 684;

const signature = required.string({
  description:
    'HMAC SHA256 in hexadecimal, in upper or lower case; for an RSA or Ed25519 key, the signature in base64, percent-encoded.',
  maximum: maxBase64Length,
});

/** The parameters `recvWindow`, `timestamp` and `signature` of the operations of a dialect. */
export function signingOf({ microseconds, recvWindowDecimals }: Timing): Parameters {
  const decimals = recvWindowDecimals === 0 ? '' : `, with at most ${recvWindowDecimals} decimals`;
  const recvWindow = optional.long({
    description: `Period for which the request is valid (ms${decimals}); ${defaultRecvWindowMs} when absent.`,
    maximum: maxRecvWindowMs,
  });
  const orMicroseconds = microseconds ? ', or microseconds, which have 16 digits' : '';
  return {
    recvWindow:
      recvWindowDecimals === 0
        ? recvWindow
        : { ...recvWindow, schema: { ...recvWindow.schema, type: 'number', format: 'double' } },
    timestamp: required.long({ description: `Time of the request (ms since the epoch${orMicroseconds}).` }),
    signature: {
      ...signature,
      schema: {
        ...signature.schema,
        pattern: '^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{342,683}={0,2})$',
        patternInWords: '64 hexadecimal digits, or a signature in base64',
      },
    },
  };
}
