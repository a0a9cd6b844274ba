/**
 * What an operation of the customer's API promises. One object per operation; routing, parameter reading, security,
 * weights, OpenAPI and the tests all come from it.
 */
import type { ErrorId } from './errors.ts';
import type { Parameters, TSchema } from './schema.ts';

/**
 * seed: the security types. TRADE and USER_DATA need a key and a signature, USER_STREAM and MARKET_DATA a key.
 */
export type Security = 'NONE' | 'TRADE' | 'USER_DATA' | 'USER_STREAM' | 'MARKET_DATA';

/** What a key may do. seed: a key may do everything unless it is restricted. */
export type Permission = 'reading' | 'trading' | 'withdrawals' | 'internal-transfers';
export const permissions: readonly Permission[] = ['reading', 'trading', 'withdrawals', 'internal-transfers'];

/** The family decides how a missing permission is worded. */
export type Family = 'api' | 'wapi' | 'sapi';

export type Operation<P extends Parameters = Parameters> = {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly paths: readonly string[];
  readonly family: Family;
  readonly security: Security;
  /** The permission of the key; null where no key is needed. */
  readonly permission: Permission | null;
  readonly weight: number;
  /** Only master accounts may call it. */
  readonly masterOnly: boolean;
  /** Answers in maintenance too. */
  readonly inMaintenance: boolean;
  readonly summary: string;
  readonly parameters: P;
  readonly reply: TSchema;
  /** What it may answer beyond `errorsOfSecurity`. */
  readonly errors: readonly ErrorId[];
};

type Declaration<P extends Parameters> = Pick<Operation<P>, 'id' | 'method' | 'paths' | 'summary' | 'reply'> &
  Partial<Omit<Operation<P>, 'parameters'>> & { readonly parameters?: P };

/** Declares an operation; what is not said is USER_DATA, reading, weight 1, closed in maintenance. */
export function operation<const P extends Parameters = Record<never, never>>(
  declared: Declaration<P>,
): Operation<P> {
  const security = declared.security ?? 'USER_DATA';
  return {
    family: declared.paths[0]?.split('/')[1] as Family,
    security,
    permission: security === 'NONE' ? null : 'reading',
    weight: 1,
    masterOnly: false,
    inMaintenance: false,
    errors: [],
    ...declared,
    parameters: declared.parameters ?? ({} as P),
  };
}

export function isSigned(security: Security): boolean {
  return security === 'TRADE' || security === 'USER_DATA';
}

const everywhere: readonly ErrorId[] = [
  'too-many-requests',
  'path-unknown',
  'method-not-allowed',
  'parameters-too-many',
  'unknown',
];
const withKey: readonly ErrorId[] = ['key-malformed', 'key-rejected', 'permission-missing'];
const withSignature: readonly ErrorId[] = [
  'timestamp-outside-window',
  'recv-window-too-large',
  'signature-invalid',
  'parameter-missing',
  'parameter-empty',
  'parameter-illegal-characters',
  'parameter-overflow',
];
/** Of an operation that looks into the books: they may be out of reach. */
const withReads: readonly ErrorId[] = ['not-done'];
/** Of an operation that writes: a fault of the store may leave nobody knowing. */
const withWrites: readonly ErrorId[] = ['outcome-unknown'];

/** Every error that the operation may answer: its own and those of the road to it. */
export function errorsOf(declared: Operation): readonly ErrorId[] {
  const all = new Set<ErrorId>([...everywhere, ...declared.errors]);
  if (!declared.inMaintenance) all.add('maintenance');
  if (declared.method === 'POST') for (const id of withWrites) all.add(id);
  if (declared.security !== 'NONE') for (const id of [...withKey, ...withReads]) all.add(id);
  if (isSigned(declared.security)) for (const id of withSignature) all.add(id);
  if (canBeInvalid(declared)) all.add('parameter-invalid');
  if (declared.masterOnly) all.add('master-only');
  return [...all];
}

/** Any text is a valid string; of a body, the content type can be wrong. */
function canBeInvalid({ method, parameters }: Operation): boolean {
  return method === 'POST' || Object.values(parameters).some(({ kind }) => kind !== 'string');
}
