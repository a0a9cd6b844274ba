/** The content of a request, whatever the spelling of its parameters: `1` and `1.0` are the same amount. */
import type { ReadRequest } from './payment.ts';

export type Content = {
  /** The parsed parameters, without the client's id and those that are new in each request. */
  readonly parameters: string;
  /** The id under which the operation is executed only once; null: it takes none, or the client chose none. */
  readonly clientId: string | null;
};

const ofOneRequest: ReadonlySet<string> = new Set(['timestamp', 'recvWindow', 'signature']);

export function contentOf({ values }: Pick<ReadRequest, 'values'>): Content {
  // Only universalTransfer has this parameter: `values` contains only parameters that the operation declares.
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
