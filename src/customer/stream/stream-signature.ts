/** The checks of a signed message: those of a signed request, in the same order. */
import { api } from '../../contract/dialect.ts';
import { reject } from '../../contract/errors.ts';
import type { StreamRejection } from '../../contract/stream/stream-errors.ts';
import type { RawParameters } from '../../http/raw-parameters.ts';
import type { SignatureMeter } from '../../meter/signature-meter.ts';
import type { ApiKey, KeyRing } from '../key-ring.ts';
import { isKeyText, isUsable } from '../key-use.ts';
import { readWindow } from '../timing.ts';
import { type StreamMessage, signedTextOf } from './stream-message.ts';

export type SignedMessage = Pick<StreamMessage, 'parameters'> & {
  readonly raw: RawParameters;
  readonly ip: string;
  /** World time. */
  readonly nowMs: number;
  readonly wireMs: number;
};

export type SignatureParts = {
  readonly keys: Pick<KeyRing, 'find'>;
  readonly signatures: { readonly meter: SignatureMeter };
};

/** @returns the key that has signed the message. */
export async function findSigner(
  message: SignedMessage,
  { keys, signatures }: SignatureParts,
): Promise<ApiKey | StreamRejection> {
  const apiKey = textOf(message, 'apiKey');
  if (typeof apiKey !== 'string') return apiKey;
  if (!isKeyText(apiKey)) return reject('key-malformed');
  const key = await keys.find(apiKey);
  if (!isUsable(key, message.ip, message.nowMs)) return reject('key-rejected');
  const window = readWindow(message, api.timing);
  if (typeof window !== 'number') return window;
  const signature = textOf(message, 'signature');
  if (typeof signature !== 'string') return signature;
  const isSigned = await key.signatureKey.verify(signature, signedTextOf(message), 'utf8');
  if (!isSigned) return reject('signature-invalid');
  signatures.meter.count('raw');
  return mayStream(key) ? key : reject('permission-missing');
}

export function mayStream({ permissions }: ApiKey): boolean {
  return permissions.has('reading');
}

function textOf({ parameters }: SignedMessage, parameter: string): string | StreamRejection {
  const value = parameters.find(([name]) => name === parameter)?.[1];
  if (value === undefined) return reject('parameter-missing', { parameter });
  return value === '' ? reject('parameter-empty', { parameter }) : value;
}
