/** Turns a source file of the console into a module that browsers load. */
import { stripTypeScriptTypes } from 'node:module';

/** The names of the files of the console's libraries, by the names under which its source imports them. */
export const libraries: Readonly<Record<string, string>> = {
  preact: 'preact',
  'preact/hooks': 'preact-hooks',
  '@preact/signals': 'signals',
  '@preact/signals-core': 'signals-core',
  htm: 'htm',
};

/** The folder of the libraries, as browsers see it. */
export const libraryPath = '/console/lib/';

/** Removes the types and the blanks that they leave, and changes imports to paths that browsers can load. */
export function toBrowserModule(source: string): string {
  return withoutBlanks(withBrowserImports(stripTypeScriptTypes(source))).replaceAll(
    /((?:from|import)\s*\(?\s*'\.[^']*)\.ts'/g,
    "$1.js'",
  );
}

/**
 * Removes comment lines, indentation and the spaces where types stood: an eighth of the bytes that browsers load. In
 * templates of HTML, the blanks at the start of a line mean nothing.
 */
function withoutBlanks(code: string): string {
  return code
    .replaceAll(/^[ \t]*(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/|\/\/.*)[ \t]*\n/gm, '')
    .replaceAll(/^[ \t]+|[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n');
}

/** Removes comments, and the blanks around separators of rules, selectors and values. */
export function toBrowserStyle(source: string): string {
  return source
    .replaceAll(/\/\*(?:(?!\*\/)[\s\S])*\*\//g, '')
    .replaceAll(/\s*([{};,>])\s*/g, '$1')
    .replaceAll(/:\s+/g, ':')
    .trim();
}

/** Changes imports of libraries to the paths of their files. */
export function withBrowserImports(source: string): string {
  return source.replaceAll(/\b((?:from|import)\s*)(["'])([@\w][^"'\s]*)\2/g, (whole, before, quote, name) => {
    const file = libraries[name];
    return file === undefined ? whole : `${before}${quote}${libraryPath}${file}.js${quote}`;
  });
}
