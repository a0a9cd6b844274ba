/** The parameters of every signed operation. The pipeline checks them in its own order. */
import { optional, type Parameters, required } from './schema.ts';

export const defaultRecvWindowMs = 5000;
/** deviation: a recvWindow above 60000 is rejected, as the live service has done since 2019. */
const maxRecvWindowMs = 60_000;

/** A SHA-256 digest in hexadecimal. */
export const signaturePattern = '^[0-9a-fA-F]{64}$';
const signature = required.string({
  description: 'HMAC SHA256 in hexadecimal, in upper or lower case.',
  maximum: 64,
});

export const signing = {
  recvWindow: optional.long({
    description: `Period for which the request is valid (ms); ${defaultRecvWindowMs} when absent.`,
    maximum: maxRecvWindowMs,
  }),
  timestamp: required.long({ description: 'Time of the request (ms since the epoch).' }),
  signature: {
    ...signature,
    schema: { ...signature.schema, pattern: signaturePattern, patternInWords: '64 hexadecimal digits' },
  },
} satisfies Parameters;
