/** The exports of `bursar`, with which a program can start the command line. Runs on Node 20 and later. */
import { fileURLToPath } from 'node:url';
import { readVersion } from '../runtime/version.ts';

/** The version of this package, for example `0.1.0`. */
export const version: string = readVersion();

/**
 * The absolute path of the command-line program. To start a server, run it with any Node from 20 on:
 * `spawn(process.execPath, [program, 'start', '--port', '0'])`. It finds the Node that Bursar needs by itself, passes
 * signals on, and exits with the server's code.
 */
export const program: string = fileURLToPath(new URL('../../bin/bursar.js', import.meta.url));
