/**
 * Resolves the imports between files of the source as they are written. Node itself looks for links, packages and the
 * format of each, which takes a quarter of the time of a start: a server has 600 of them in each of two threads. The
 * package does not need this, because it consists of a few bundles.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isSource = /^(\.|file:).*\.ts$/.test(specifier) && context.parentURL !== undefined;
    if (!isSource) return next(specifier, context);
    const url = new URL(specifier, context.parentURL).href;
    return { url, format: 'module-typescript', shortCircuit: true };
  },
});
