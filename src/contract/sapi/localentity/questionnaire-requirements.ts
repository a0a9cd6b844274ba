import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

export const questionnaireRequirements = operation({
  id: 'questionnaireRequirements',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/localentity/questionnaire-requirements'],
  weights: { address: 1 },
  summary: 'Fetch which questionnaire withdrawals of the account need.',
  reply: Type.Object({
    questionnaireCountryCode: Type.String({
      description: 'The code of the questionnaire, for example JP; NIL: none is needed.',
    }),
  }),
});
