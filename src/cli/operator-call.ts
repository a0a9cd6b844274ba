/** Calls the operator API of a running server. */
import { asError, codeOf, reasonOf } from '../boundary/caught.ts';
import { parseJson } from '../boundary/json.ts';
/** Without a token, only operations that need no authentication can be called. */
export type OperatorApi = { readonly url: string; readonly token?: string };

/** `unknown`: the request may have been executed. */
export type Called<T> = { readonly done: T } | { readonly refused: string } | { readonly unknown: string };

type Request = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
};

const deadlineMs = 30_000;

/** @typeParam T the body of the reply to a success. */
export async function callOperator<T>(
  { url, token }: OperatorApi,
  { method, path, body }: Request,
): Promise<Called<T>> {
  try {
    const response = await fetch(`${url}/operator/v1${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    if (response.ok) return { done: parseJson<T>(text) };
    const answered = `${url} answered ${response.status}: ${messageOf(text)}`;
    return response.status === 504 ? { unknown: answered } : { refused: answered };
  } catch (error) {
    const reason = `${url}: ${reasonOf(error)}`;
    return isUnsent(codeOf(asError(error).cause))
      ? { refused: `${reason}; is the server running?` }
      : { unknown: reason };
  }
}

const isUnsent = (code: string | undefined) =>
  code !== undefined && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code);

function messageOf(text: string): string {
  try {
    return parseJson<{ readonly msg?: string }>(text).msg ?? text;
  } catch {
    return text.slice(0, 200);
  }
}
