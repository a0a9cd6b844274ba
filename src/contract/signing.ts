/** The parameters of every signed operation, whose order of checks is the pipeline's own. */
import { optional, type Parameters, required } from './schema.ts';

export const defaultRecvWindowMs = 5000;
/** deviation: a recvWindow above 60000 is refused, as the live service has done since 2019. */
const maxRecvWindowMs = 60_000;

/** Of SHA-256. */
export const signaturePattern = '^[0-9a-fA-F]{64}$';
const signature = required.string({ description: 'HMAC SHA256, hexadecimal in any case.', maximum: 64 });

export const signing = {
  recvWindow: optional.long({
    description: `How long the request is valid, in ms: ${defaultRecvWindowMs} when absent.`,
    maximum: maxRecvWindowMs,
  }),
  timestamp: required.long({ description: 'When the request was made (ms since the epoch).' }),
  signature: {
    ...signature,
    schema: { ...signature.schema, pattern: signaturePattern, patternInWords: '64 hexadecimal digits' },
  },
} satisfies Parameters;
