/** Notes that operators write about an account, for each other. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { emailText, optionalReason, orNull } from './fields.ts';

/** A note. */
export const note = Type.Object({
  id: Type.String({ description: 'Id of the note.' }),
  author: Type.String({ description: 'Who wrote it, as in the audit trail.' }),
  text: Type.String({ description: 'The note.' }),
  time: milliseconds('Time of the note'),
});

export const addAccountNote = operatorOperation({
  id: 'addAccountNote',
  permission: 'write-notes',
  method: 'POST',
  path: '/operator/v1/accounts/{email}/notes',
  summary: 'Add a note to an account. It can be neither changed nor deleted, and customers do not see it.',
  pathParameters: { email: emailText },
  body: {
    text: Type.String({
      description: 'The note.',
      maxLength: 4000,
      pattern: '\\S',
      patternInWords: 'a text of more than blanks',
    }),
    ...optionalReason,
  },
  reply: note,
  status: 201,
  errors: ['operator-not-found'],
});

export const listAccountNotes = operatorOperation({
  id: 'listAccountNotes',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/notes',
  summary: 'List the notes of an account, newest first.',
  pathParameters: { email: emailText },
  query: {
    limit: Type.Optional(
      Type.Integer({ description: 'Maximum number of notes.', minimum: 1, maximum: 1000, default: 100 }),
    ),
    cursor: Type.Optional(
      Type.String({ description: '`nextCursor` of the page before.', minLength: 1, maxLength: 200 }),
    ),
  },
  reply: Type.Object({
    email: emailText,
    notes: Type.Array(note),
    nextCursor: orNull(Type.String({ description: '`cursor` of the next page; null on the last page.' })),
  }),
  errors: ['operator-not-found'],
});
