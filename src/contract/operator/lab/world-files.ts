/** Worlds of the lab as files. */
import { operatorOperation } from '../../operator-operation.ts';
import { Type } from '../../schema.ts';
import { made, name, naming, pathParameters } from './world-fields.ts';

const sqlite = (description: string) =>
  Type.String({
    description,
    pattern: '^[A-Za-z0-9+/]+={0,2}$',
    patternInWords: 'base64',
  });

export const exportLabWorld = operatorOperation({
  id: 'exportLabWorld',
  method: 'GET',
  path: '/operator/v1/lab/worlds/{name}/export',
  permission: 'use-lab',
  summary:
    'Export a world as one SQLite file, with its chains, clock and faults. `bursar verify` reads it, and any server with the lab imports it.',
  pathParameters,
  reply: Type.Object({
    name,
    bytes: Type.Integer({ description: 'The size of the file.' }),
    sqlite: sqlite('The file in base64.'),
  }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const importLabWorld = operatorOperation({
  id: 'importLabWorld',
  method: 'POST',
  path: '/operator/v1/lab/imported-worlds',
  permission: 'use-lab',
  summary: 'Create a world from an exported file.',
  body: { ...naming, sqlite: sqlite('The file in base64, at most 64 MB.') },
  maxBodyBytes: 96 * 1024 * 1024,
  reply: made,
  status: 201,
  errors: ['operator-conflict'],
});
