/** The declaration of a method of the WebSocket API. */
import type { Parameters, Static, TSchema } from '../schema.ts';
import type { StreamErrorId } from './stream-errors.ts';

/**
 * `signed`: with `apiKey`, `timestamp` and `signature` among its parameters; `session`: only after session.logon;
 * `none`: for everyone.
 */
export type MethodSecurity = 'none' | 'signed' | 'session';

/** The errors that are specific to methods. Every method may also answer with those of parsing, limits and keys. */
type OwnErrorId = Extract<StreamErrorId, `subscription${string}` | 'key-type-unsupported'>;

export type StreamMethod<P extends Parameters = Parameters, R extends TSchema = TSchema> = {
  readonly name: string;
  readonly summary: string;
  readonly security: MethodSecurity;
  readonly weight: number;
  /** Without those of the signature, and without `returnRateLimits`. */
  readonly parameters: P;
  readonly reply: R;
  readonly errors: readonly OwnErrorId[];
};

export type MethodReply<M extends StreamMethod> = Static<M['reply']>;

type Declaration<P extends Parameters, R extends TSchema> = Pick<
  StreamMethod<P, R>,
  'name' | 'summary' | 'reply'
> &
  Partial<StreamMethod<P, R>>;

/** Declares a method. Defaults: security `none`, weight 1, no parameters, no errors of its own. */
export function streamMethod<
  const P extends Parameters = Record<never, never>,
  const R extends TSchema = TSchema,
>(declared: Declaration<P, R>): StreamMethod<P, R> {
  return {
    security: 'none',
    weight: 1,
    errors: [],
    ...declared,
    // cast: P has no fields if none are declared.
    parameters: declared.parameters ?? ({} as P),
  };
}
