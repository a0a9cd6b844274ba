/** Which world of the lab a request is for: the header `Bursar-World`, or the path prefix `/w/NAME`. */
import type { IncomingMessage } from 'node:http';
import type { Rejection } from '../contract/errors.ts';
import { invalid } from '../contract/operator-rejections.ts';
import { exchangeName } from '../lab/worlds/world-options.ts';
import { splitWorldTarget } from '../lab/worlds/world-path.ts';
import type { Worlds } from '../lab/worlds/worlds.ts';
import type { OperatorParts } from './handler.ts';
import { headerOf } from './request-headers.ts';

const header = 'bursar-world';

/** @returns undefined: the exchange itself. */
export function worldNameIn(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  const name = headerOf(request, header);
  return name === exchangeName ? undefined : name;
}

/**
 * Browsers set no headers for streams of events and for links to files, so the prefix has the meaning of the header, and
 * goes before it. @returns the target without the prefix.
 */
export function readWorldPrefix({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const split = splitWorldTarget(url);
  if (split === undefined || !split.target.startsWith('/operator/v1/')) return url;
  headers[header] = split.name;
  return split.target;
}

export async function worldsNamed({
  worlds,
}: Pick<OperatorParts, 'worlds'>): Promise<Worlds<OperatorParts> | Rejection<'operator-invalid'>> {
  return worlds === undefined ? invalid('Bursar-World: there are no worlds without the lab.') : worlds.get();
}
