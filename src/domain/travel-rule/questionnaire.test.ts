import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answers, wrongAnswerIn } from './questionnaire.ts';

const own = { isAddressOwner: 1, sendTo: 1 };
const japan = { ...own, sendTo: 2, country: 'jp', city: 'Tokyo', txnPurpose: 1, isAttested: true };
const europe = { ...own, declaration: true };
const person = { isAddressOwner: 2, bnfType: 0 };
const company = { isAddressOwner: 2, bnfType: 1 };
const japaneseNames = { kanjiName: '山田太郎', kanaName: 'ヤマダタロウ', latinName: 'Taro Yamada' };
const firstAndLast = { bnfFirstName: 'Ada', bnfLastName: 'Lovelace', country: 'fr' };

const accepted: readonly (readonly [string, Answers])[] = [
  ['JP', japan],
  ['JP', { ...japan, isAddressOwner: '1', sendTo: '2', txnPurpose: '7', isAttested: 'false' }],
  ['JP', { ...japan, ...person, ...japaneseNames }],
  ['JP', { ...japan, sendTo: 1, vasp: 'BINANCE' }],
  ['JP', { ...japan, sendTo: 1, vasp: 'others', vaspName: 'X', vaspCountry: 'cn', vaspRegion: 'Beijing' }],
  ['EU', europe],
  ['EU', { ...europe, ...person, ...firstAndLast }],
  ['EU', { ...europe, ...company, bnfCorpName: '3M Co. Ltd.', bnfCorpCountry: 'pl' }],
  ['EU', { ...europe, sendTo: 2, vasp: 'others', vaspName: 'Some exchange', declaration: 'true' }],
  ['AE', own],
  ['AE', { ...own, vaspName: 'Unhosted Wallet', satoshiToken: '', verifyMethod: 0 }],
  ['AE', { ...own, ...person, bnfName: 'Ada Lovelace', country: 'ae', city: 'Dubai' }],
  ['KZ', {}],
  ['NIL', { anything: [1] }],
];

const refused: readonly (readonly [country: string, answers: Answers, field: string])[] = [
  ['JP', {}, 'isAddressOwner'],
  ['JP', { ...japan, isAddressOwner: 3 }, 'isAddressOwner'],
  ['JP', { ...japan, isAddressOwner: true }, 'isAddressOwner'],
  ['JP', { ...japan, isAddressOwner: [1] }, 'isAddressOwner'],
  ['JP', { ...japan, isAddressOwner: 2 }, 'bnfType'],
  ['JP', { ...japan, ...person, ...japaneseNames, kanaName: undefined }, 'kanaName'],
  ['JP', { ...japan, country: 'JP' }, 'country'],
  ['JP', { ...japan, city: ' ' }, 'city'],
  ['JP', { ...japan, sendTo: 0 }, 'sendTo'],
  ['JP', { ...japan, sendTo: 1 }, 'vasp'],
  ['JP', { ...japan, sendTo: 1, vasp: 'others' }, 'vaspName'],
  ['JP', { ...japan, vaspCountry: 'China' }, 'vaspCountry'],
  ['JP', { ...japan, vaspCountry: 'ua' }, 'vaspRegion'],
  ['JP', { ...japan, txnPurpose: 3 }, 'txnPurpose'],
  ['JP', { ...japan, isAttested: 1 }, 'isAttested'],
  ['EU', own, 'declaration'],
  ['EU', { ...europe, ...person, ...firstAndLast, bnfLastName: 'X Æ A-12' }, 'bnfLastName'],
  ['EU', { ...europe, ...person, ...firstAndLast, bnfFirstName: 'Adaaa' }, 'bnfFirstName'],
  [
    'EU',
    { ...europe, ...person, ...firstAndLast, bnfFirstName: 'a'.concat('b'.repeat(2), 'c@') },
    'bnfFirstName',
  ],
  ['EU', { ...europe, ...person, ...firstAndLast, bnfFirstName: 'ab'.repeat(50) }, 'bnfFirstName'],
  ['EU', { ...europe, ...person, ...firstAndLast, bnfFirstName: '€va' }, 'bnfFirstName'],
  ['EU', { ...europe, ...person, ...firstAndLast, country: undefined }, 'country'],
  ['EU', { ...europe, ...company }, 'bnfCorpName'],
  ['EU', { ...europe, ...company, bnfCorpName: 'X' }, 'bnfCorpCountry'],
  ['EU', { ...europe, sendTo: 2 }, 'vasp'],
  ['AE', { sendTo: 1 }, 'isAddressOwner'],
  ['AE', { ...own, sendTo: 'unhosted' }, 'sendTo'],
  ['AE', { ...own, ...person, country: 'ae', city: 'Dubai' }, 'bnfName'],
  ['AE', { ...own, ...person, bnfName: 'Ada', country: 'ae' }, 'city'],
];

test('questionnaires with the answers of their country are accepted', () => {
  for (const [country, answers] of accepted)
    assert.equal(wrongAnswerIn(answers, country), null, `${country} ${JSON.stringify(answers)}`);
});

test('the first wrong answer is named', () => {
  for (const [country, answers, field] of refused)
    assert.equal(wrongAnswerIn(answers, country)?.field, field, `${country} ${JSON.stringify(answers)}`);
});
