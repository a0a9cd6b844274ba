import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { milliseconds, optional, Type } from '../schema.ts';

/** Paging of the sub-account lists. */
export const pageParameters = {
  page: optional.integer({
    description: 'Page number, from 1; 1 when absent.',
    minimum: 1,
    maximum: 1_000_000,
  }),
  limit: optional.integer({
    description: 'Number of rows per page; 500 when absent.',
    minimum: 1,
    maximum: 500,
  }),
};

/** spec: GET /wapi/v3/sub-account/list.html, for masters. */
export const subAccountList = operation({
  id: 'subAccountList',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/sub-account/list.html'],
  masterOnly: true,
  summary: 'Fetch sub account list.',
  parameters: {
    email: optional.string({ description: 'Sub-account email.', maximum: 254 }),
    status: optional.string({ description: 'Sub-account status.', allowed: ['enabled', 'disabled'] }),
    ...pageParameters,
  },
  reply: Type.Object({
    success: Type.Literal(true),
    subAccounts: Type.Array(
      Type.Object({
        email: Type.String(),
        status: Type.String({ enum: ['enabled', 'disabled'] }),
        activated: Type.Boolean(),
        mobile: Type.String(),
        gAuth: Type.Boolean(),
        createTime: milliseconds('Time of opening'),
      }),
    ),
  }),
});
