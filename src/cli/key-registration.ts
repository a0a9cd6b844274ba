/** Asks the operator API of a running server for an API key. */
export type OperatorApi = { readonly url: string; readonly token: string; readonly account: string };

export type KeyRequest = {
  readonly publicKey?: string;
  readonly permissions?: readonly string[];
  readonly ipAllowList?: readonly string[];
};

export type MadeKey = {
  readonly apiKey: string;
  readonly permissions: readonly string[];
  /** Only of an hmac key. */
  readonly secretKey?: string;
};

/** `unknown`: the request may have been executed. */
export type Registration =
  | { readonly made: MadeKey }
  | { readonly refused: string }
  | { readonly unknown: string };

const deadlineMs = 30_000;

export async function registerKey(
  { url, token, account }: OperatorApi,
  request: KeyRequest,
): Promise<Registration> {
  const target = `${url}/operator/v1/accounts/${encodeURIComponent(account)}/api-keys`;
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    if (response.status === 201) return { made: JSON.parse(text) as MadeKey };
    const answered = `${url} answered ${response.status}: ${messageOf(text)}`;
    return response.status === 504 ? { unknown: answered } : { refused: answered };
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: NodeJS.ErrnoException };
    const reason = `${url}: ${cause?.message || cause?.code || message}`;
    return isUnsent(cause?.code) ? { refused: `${reason}; is the server running?` } : { unknown: reason };
  }
}

const isUnsent = (code: string | undefined) =>
  code !== undefined && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code);

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { readonly msg?: string }).msg ?? text;
  } catch {
    return text.slice(0, 200);
  }
}
