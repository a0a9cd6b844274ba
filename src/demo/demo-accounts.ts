/** Accounts of the demo world with their keys and balances. The keys are public and therefore marked as demo keys. */

export type DemoAccount = {
  readonly email: string;
  readonly apiKey: string;
  readonly secretKey: string;
  readonly mobile: string;
  readonly googleAuth: boolean;
  /** Deposits that arrive on the chains: asset, network, amount. */
  readonly deposits: readonly (readonly [asset: string, network: string, amount: string])[];
};

/** spec: the key pair of the signing example. ADA and TRX are missing: the master has only dust of them. */
export const demoMaster: DemoAccount = {
  email: 'demo@example.com',
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  secretKey: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
  mobile: '91605289',
  googleAuth: true,
  deposits: [
    ['BTC', 'BTC', '100'],
    ['ETH', 'ETH', '5000'],
    ['BNB', 'BSC', '1000'],
    ['BNB', 'BNB', '100'],
    ['USDT', 'ETH', '500000'],
    ['USDT', 'BSC', '50000'],
    ['USDT', 'TRX', '50000'],
    ['XRP', 'XRP', '100000'],
    ['XMR', 'XMR', '5000'],
    ['LTC', 'LTC', '1000'],
    ['SKY', 'SKY', '1000'],
    ['BHFT', 'ETH', '9000'],
  ],
};

export const demoSubAccounts: readonly DemoAccount[] = [
  {
    email: 'alice@example.com',
    apiKey: 'WXQUXXIEHDI30A4SvvwZxIQSjdMUKEFhHnxS1y6sgWNykDKeGthCdXexZJHqrBAa',
    secretKey: 'fSXw8mdOcZexvvyN7ojAoxSNCxvigCIzMP4S6P24X8EaEZ9zJJMUoQW410E3KCWd',
    mobile: '91605290',
    googleAuth: true,
    deposits: [
      ['BTC', 'BTC', '5'],
      ['ETH', 'ETH', '20'],
      ['BNB', 'BSC', '50'],
      ['USDT', 'ETH', '10000'],
      ['ADA', 'ADA', '10000'],
      ['BHFT', 'ETH', '600'],
    ],
  },
  {
    email: 'bob@example.com',
    apiKey: 'nVEljxU1uNb8wXTDzxSD5YxJiGlgbYrEUr77lT5va6iAtP0EYmV8WrAankPB5PU4',
    secretKey: 'sMlHvkwO8RMa4CuNvB9YbqSOAW6Pg2pS53gPm1HNOlPAK1pKHRiFutI0D4QSRj96',
    mobile: '22501238',
    googleAuth: true,
    deposits: [
      ['BTC', 'BTC', '3'],
      ['ETH', 'ETH', '10'],
      ['USDT', 'ETH', '5000'],
      ['TRX', 'TRX', '25000'],
      ['BHFT', 'ETH', '400'],
    ],
  },
];

/** Credited by an operator, because CTR accepts no deposits. */
export const demoCredits = [{ email: demoMaster.email, asset: 'CTR', amount: '10000' }] as const;

/** The master's balances that count as dust: worth less than 0.001 BTC each. */
export const demoDust: readonly (readonly [asset: string, amount: string])[] = [
  ['ADA', '25.5'],
  ['TRX', '62.4'],
];
