/** Both APIs of a running server, for `bursar scenario`. */
import { createHmac } from 'node:crypto';
import {
  type Answer,
  type OperatorRequest,
  operatorRequest,
  pairsOf,
  type ScenarioApi,
} from '../scenario/scenario-api.ts';

export type ServerAddress = {
  readonly url: string;
  readonly operatorUrl: string;
  readonly operatorToken: string;
  /** The world whose APIs are meant; absent: the server's own exchange. */
  readonly world?: string;
};

/** Moving the time over years may take this long. */
const operatorDeadlineMs = 120_000;
const noReply: Answer = { status: null, reply: null };

/** Sends any request to the operator's API. */
export type OperatorClient = { send(request: OperatorRequest): Promise<Answer> };

export function scenarioClient({
  url,
  operatorUrl,
  operatorToken,
  world,
}: ServerAddress): ScenarioApi & OperatorClient {
  const request = ({ method, path, body }: OperatorRequest) =>
    send(`${operatorUrl}${path}`, operatorDeadlineMs, {
      method,
      headers: {
        authorization: `Bearer ${operatorToken}`,
        ...(world !== undefined && { 'bursar-world': world }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  return {
    send: request,
    operator: (operation, values) => request(operatorRequest(operation, values)),
    async customer({ apiKey, secretKey }, operation, values, timeoutMs) {
      const { reply } = await request({ method: 'GET', path: '/operator/v1/lab/clock', body: undefined });
      // cast: the contract says so.
      const { wireNow } = reply as { readonly wireNow: number };
      const query = new URLSearchParams([...pairsOf(values), ['timestamp', `${wireNow}`]]).toString();
      const signature = createHmac('sha256', secretKey).update(query).digest('hex');
      return send(`${url}${operation.paths[0]}?${query}&signature=${signature}`, timeoutMs, {
        method: operation.method,
        headers: { 'X-MBX-APIKEY': apiKey },
      }).catch(() => noReply);
    },
  };
}

async function send(url: string, timeoutMs: number, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  return { status: response.status, reply: contentOf(text) };
}

function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
