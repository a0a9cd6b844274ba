/** Parses the body of a request: JSON in UTF-8. An absent body counts as an empty object. */

import type { FastifyInstance } from 'fastify';
import { messageOf } from '../boundary/caught.ts';
import { invalid } from '../contract/operator-rejections.ts';
import { RejectionError } from './rejection-error.ts';

const jsonTypes = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(jsonTypes, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      // cast: `parseAs` says so.
      done(null, body.length === 0 ? undefined : JSON.parse(utf8.decode(body as Buffer)));
    } catch (error) {
      done(new RejectionError(invalid(`body: is not valid JSON (${messageOf(error)})`)));
    }
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    const type = headers['content-type'] ?? '';
    const rejection = invalid(`body: the content type must be application/json, not '${type}'`);
    done(body.length === 0 ? null : new RejectionError(rejection));
  });
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined) request.body = {};
    done();
  });
}
