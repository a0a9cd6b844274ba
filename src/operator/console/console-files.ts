/**
 * The files of the console, read when they are first asked for: in a checkout its source, from which the types are
 * removed; in the npm package the modules that were built from it.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isKeyOf } from '../../boundary/record.ts';
import {
  libraries,
  libraryPath,
  toBrowserModule,
  toBrowserStyle,
  withBrowserImports,
} from './browser-module.ts';

export type ConsoleFile = {
  readonly contentType: string;
  readonly etag: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
};

const source = new URL('../../', import.meta.url);
const prefix = '/console/';
/** The console itself, and the files of `contract/` and `boundary/` that its modules import. */
const servedModule = /^(console\/([a-z-]+\/)*|(contract|boundary)\/)[a-z-]+\.js$/;
const types = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  html: 'text/html; charset=utf-8',
} as const;

const known = new Map<string, ConsoleFile | undefined>();

/** @param path of the request. @returns undefined if there is no such file. */
export function consoleFile(path: string): ConsoleFile | undefined {
  // Only paths of files that exist are kept, so that the map cannot grow without bound.
  const found = known.get(path);
  if (found !== undefined) return found;
  const file = read(path);
  if (file !== undefined) known.set(path, file);
  return file;
}

/** The page that all addresses of the console show. */
export const consolePage = (): ConsoleFile | undefined => consoleFile(`${prefix}console/index.html`);

function read(path: string): ConsoleFile | undefined {
  if (path.startsWith(libraryPath)) return readLibrary(path.slice(libraryPath.length));
  const name = path.slice(prefix.length);
  if (servedModule.test(name)) return readModule(name);
  const [, type] = /^console\/[a-z-]+\.(css|svg|html)$/.exec(name) ?? [];
  const url = new URL(name, source);
  if (type === undefined || !isKeyOf(types, type) || !existsSync(url)) return undefined;
  const text = readFileSync(url, 'utf8');
  return fileOf(types[type], type === 'css' ? toBrowserStyle(text) : text);
}

function readModule(name: string): ConsoleFile | undefined {
  const built = new URL(name, source);
  if (existsSync(built)) return fileOf(types.js, readFileSync(built, 'utf8'));
  const typed = new URL(name.replace(/\.js$/, '.ts'), source);
  return existsSync(typed) ? fileOf(types.js, toBrowserModule(readFileSync(typed, 'utf8'))) : undefined;
}

function readLibrary(name: string): ConsoleFile | undefined {
  const [specifier] = Object.entries(libraries).find(([, file]) => `${file}.js` === name) ?? [];
  if (specifier === undefined) return undefined;
  const file = fileURLToPath(import.meta.resolve(specifier));
  const text = withBrowserImports(readFileSync(file, 'utf8')).replace(/^\/\/# sourceMappingURL=.*$/m, '');
  return fileOf(types.js, text);
}

function fileOf(contentType: string, text: string): ConsoleFile {
  const bytes = Buffer.from(text);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  // An import would take 5 ms of every start.
  const { gzipSync } = process.getBuiltinModule('node:zlib');
  return { contentType, etag, bytes, gzipped: gzipSync(bytes, { level: 9 }) };
}
