/** Requests to the operator API. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The world of the lab that this tab of the browser shows, and acts in; null: the exchange itself. */
export const world = sessionStorage.getItem('world');

/** Shows another world, from the first page on: nothing of the former one is left. */
export function showWorld(name: string | null): void {
  if (name === null) sessionStorage.removeItem('world');
  else sessionStorage.setItem('world', name);
  location.assign('/');
}

export function urlOf(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return `${world === null ? '' : `/w/${world}`}/operator/v1${path}${text === '' ? '' : `?${text}`}`;
}

/** The work to do when the session has ended. */
let ended = (): void => undefined;
export function whenEnded(work: () => void): void {
  ended = work;
}

export type RequestOptions = {
  readonly query?: Query | undefined;
  readonly idempotencyKey?: string;
  /** A refresh that nobody has asked for: it does not keep the session alive. */
  readonly isRefresh?: boolean;
};

/** @throws ApiError if the reply is an error; other errors if there is no reply. */
export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  { query, idempotencyKey, isRefresh }: RequestOptions = {},
): Promise<T> {
  const response = await fetch(urlOf(path, query), {
    method,
    headers: {
      'X-Bursar-Session': '1',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      ...(isRefresh && { 'X-Bursar-Refresh': '1' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const reply = text === '' ? null : JSON.parse(text);
  if (response.status === 401) ended();
  if (!response.ok) throw new ApiError(response.status, reply?.code ?? 0, reply?.msg ?? response.statusText);
  // cast: the contract says so.
  return reply as T;
}
