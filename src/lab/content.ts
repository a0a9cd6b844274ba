/** What a request asks for, whatever the spelling of its parameters: `1` and `1.0` are the same amount. */
import type { ReadRequest } from './payment.ts';

export type Content = {
  /** The parsed parameters but those that are new in each request, and the client's id. */
  readonly parameters: string;
  /** Under which the operation is executed only once; null: the operation has none, or the client chose none. */
  readonly clientId: string | null;
};

const ofOneRequest: ReadonlySet<string> = new Set(['timestamp', 'recvWindow', 'signature']);

export function contentOf({ values }: Pick<ReadRequest, 'values'>): Content {
  // Only universalTransfer has it: the values of an operation are those that it defines.
  const { clientTranId, ...others } = values;
  const entries = Object.entries(others).filter(
    ([name, value]) => value !== undefined && !ofOneRequest.has(name),
  );
  const sorted = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  const parameters = JSON.stringify(sorted, (_name, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return { parameters, clientId: clientTranId === undefined ? null : String(clientTranId) };
}
