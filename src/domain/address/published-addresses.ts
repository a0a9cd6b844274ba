/**
 * Addresses published in specifications and their test vectors, by family, with the rules that they match. Every family
 * needs at least one good and one bad address, and one of the bad ones must be in another alphabet.
 */
import type { AddressFormat, AddressRules } from './address.ts';

const parameters: Partial<Record<AddressFormat, Omit<AddressRules, 'addressFormat'>>> = {
  cosmos: { addressHrp: 'cosmos' },
  substrate: { addressPrefix: 0 },
  pattern: { addressPattern: 'cfx:[a-z0-9]{42}' },
};

/** Rules of a network of the family. */
export const rulesOf = (addressFormat: AddressFormat): AddressRules => ({
  addressFormat,
  ...parameters[addressFormat],
});

export const good: Record<AddressFormat, string[]> = {
  bitcoin: [
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '1111111111111111111114oLvT2',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
    'BC1SW50QGDZ25J',
    'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ],
  litecoin: [
    'LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz',
    'MQMcJhpWHYVeQArcZR3sBgyPZxxRtnH441',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9',
  ],
  evm: [
    '0x52908400098527886E0F7030069857D2E4169EE7',
    '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
    '0xde709f2102306220921060314715629080e2fb77',
    '0x27b1fdb04752bbc536007a920d24acb045561c26',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
    '0x0000000000000000000000000000000000000000',
  ],
  tron: ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'],
  ripple: [
    'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh',
    'rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh',
    'X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ',
    'XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi',
    'rrrrrrrrrrrrrrrrrrrrrhoLvTp',
    'rrrrrrrrrrrrrrrrrrrrBZbvji',
  ],
  monero: [
    '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A',
    '888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H',
    '4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK',
  ],
  cardano: [
    'addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x',
    'addr1z8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gten0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgs9yc0hh',
    'addr1yx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerkr0vd4msrxnuwnccdxlhdjar77j6lg0wypcc9uar5d2shs2z78ve',
    'addr1x8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gt7r0vd4msrxnuwnccdxlhdjar77j6lg0wypcc9uar5d2shskhj42g',
    'addr1gx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer5pnz75xxcrzqf96k',
    'addr128phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtupnz75xxcrtw79hu',
    'addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8',
    'addr1w8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcyjy7wx',
    'Ae2tdPwUPEZLs4HtbuNey7tK4hTKrwNwYtGqp7bDfCy2WdR3P6735W5Yfpe',
    'DdzFFzCqrht7PQiAhzrn6rNNoADJieTWBt8KeK9BZdUsGyX9ooYD9NpMCTGjQoUKcHN47g8JMXhvKogsGpQHtiQ65fZwiypjrC6d3a4Q',
    'DdzFFzCqrht4PWfBGtmrQz4x1GkZHYLVGbK7aaBkjWxujxzz3L5GxCgPiTsks5RjUr3yX9KvwKjNJBt7ZzPCmS3fUQrGeRvo9Y1YBQKQ',
  ],
  beacon: ['bnb1grpf0955h0ykzq3ar5nmum7y6gdfl6lxfn46h2', 'BNB136NS6LFW4ZS5HG4N85VDTHAAD7HQ5M4GTKGF23'],
  dogecoin: ['DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L'],
  'bitcoin-cash': [
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    'qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy',
    'BITCOINCASH:QQQ3728YW0Y47SQN6L2NA30MCW6ZM78DZQRE909M2R',
    'QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A',
    'bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq',
    '1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR',
    '3LDsS579y7sruadqu11beEJoTjdFiFCdX4',
  ],
  zcash: [
    't1fuvbxcLNhiPGnR2fcy4iMrntLn2y6zbiG',
    't3Rqonuzz7afkF7156ZA4vi4iimRSEn41hj',
    'tex10wur2u9clts5dcpu2vc6qg93uzyj7cca2xm732',
    'zs10lpewlejk9lvdnnx4jwf7vssstcag2whqxj8e6s38kdwu6xtsh85d25fhqcrt6fz9wpxvsw0nsl',
    // Receivers: P2PKH and Sapling; P2PKH and Orchard; all three; Sapling and an unknown one; Orchard; Sapling.
    'u1l8xunezsvhq8fgzfl7404m450nwnd76zshscn6nfys7vyz2ywyh4cc5daaq0c7q2su5lqfh23sp7fkf3kt27ve5948mzpfdvckzaect2jtte308mkwlycj2u0eac077wu70vqcetkxf',
    'u1snf9yr883aj2hm8pksp9aymnqdwzy42rpzuffevj35hhxeckays5pcpeq7vy2mtgzlcuc4mnh9443qnuyje0yx6h59angywka4v2ap6kchh2j96ezf9w0c0auyz3wwts2lx5gmk2sk9',
    'u1pg2aaph7jp8rpf6yhsza25722sg5fcn3vaca6ze27hqjw7jvvhhuxkpcg0ge9xh6drsgdkda8qjq5chpehkcpxf87rnjryjqwymdheptpvnljqqrjqzjwkc2ma6hcq666kgwfytxwac8eyex6ndgr6ezte66706e3vaqrd25dzvzkc69kw0jgywtd0cmq52q5lkw6uh7hyvzjse8ksx',
    'u1sem2gcey0emntrvxyjv8hyhq0w5fr4sxaj3cppgrfqgg6laydh8m78gy2cw2p54zzak3alnnsx4xjuhazpkrfcd90wl0c7ldj6y095hh5j6j2evry9vg5jqp4dyqpwqeryu7pes4sxyyyqwn6egs5daxk4473v9xpgzrwv5n0tvs93nlj4xpphq4vs2w8um9ph7zkte08t7fa509mnrt9apuhr22xq34mp2svjnq6rvfn0hg6lkehxtlj39vgjxjlkjfhx8rw2f02ckq8k5szcxsnhkgr2cqlmf2udl2gqdqr5t6',
    'u1ddnjsdcpm36r6aq79n3s68shjweksnmwtdltrh046s8m6xcws9ygyawalxx8n6hg6vegk0wh8zjnafxgh6msppjsljvyt0ynece3lvm0',
    'U187VRWL4AMPYXD5M6AJ38N4NDKMJ8V6GS97HKT23APS3SN5K89A0GK2SMLUEXGDPRCRTM56EZC5C7TJWLRNNL79TJTRXMQD42C5MPYZ7G',
    'zu1wpmyzjrdtsw2n0kgku0pr6raf7jhwe70e45ucfcruk9qrxv59fxegvrlwmqs8uydq57re5rm79eth5hu5hzcqetl39nphtyp74qu5prrpwy8kzqlxagwz24f2c3z0939mwt3cngyfrx5nyk270q4eaj5jqdqepadhq4n6kmf0cdca58t',
  ],
  stellar: [
    'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK',
  ],
  solana: ['vines1vzrYbzLMRdu58ou5XTby4qAqVRLmqo36NKPTg', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'],
  ton: [
    'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF',
    'UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPuwA',
    'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff+W72r5gqPrHF',
    '0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e',
    '-1:fcb91a3a3816d0f7b8c2c76108b8a9bc5a6b7a55bd79f8ab101c52db29232260',
  ],
  cosmos: ['cosmos1vqpjljwsynsn58dugz0w8ut7kun7t8ls2qkmsq', 'COSMOS1VQPJLJWSYNSN58DUGZ0W8UT7KUN7T8LS2QKMSQ'],
  substrate: ['1qnJN7FViy3HZaxZK9tGAA71zxHSBeUweirKqCaox4t8GT7'],
  pattern: ['cfx:aak2rra2njvd77ezwjvx04kkds9fzagfe6ku8scz91'],
  opaque: ['1', 'anything~!', 'x'.repeat(1000), 'ünïcödé', '币安'],
};

export const bad: Record<AddressFormat, string[]> = {
  bitcoin: [
    'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', // testnet
    '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ', // a private key
    ' 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n',
    '11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7', // testnet
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', // version 1 in Bech32
    'BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL', // version 16 in Bech32
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh', // version 0 in Bech32m
    'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4', // invalid character
    'BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R', // version 17
    'bc1pw5dgrnzv', // 1 byte
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav', // 41 bytes
    'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P', // version 0 with 16 bytes
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf', // padding of more than 4 bits
    'bc1gmk9yu', // empty
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4', // mixed case
  ],
  litecoin: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  evm: [
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', // one letter in the wrong case
    '0X6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
    '6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b0',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504g',
  ],
  tron: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '41a614f803b6fd780986a42c78ec9c7f77e6ded13c'],
  ripple: [
    'TVE26TYGhfLC7tQDno7G8dGtxSkYQn49b3qD26PK7FcGSKE', // a testnet X-address
    'snoPBrXtMeMyMHUVTgbuqAfg1SUTb', // a secret
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  ],
  monero: [
    '9u9j6xG1GNu4ghrdUL35m5PQcJV69YF8731DSTDoh7pDgkBWz2LWNzncq7M5s1ARjPRhvGPX4dBUeC3xNj4wzfrjV6SY3e9',
    '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3',
  ],
  cardano: [
    'stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw',
    'addr_test1vz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerspjrlsz',
    '37btjrVyb4KDXBNC4haBVPCrro8AQPHwvCMp3RFhhSVWwfFmZ6wwzSK6JK1hY6wHNmtrpTf1kdbva8TCneM2YsiXT7mrzT21EacHnPpz5YyUdj64na',
  ],
  beacon: ['tbnb1grpf0955h0ykzq3ar5nmum7y6gdfl6lxw0lmfr', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  dogecoin: [
    'LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz',
    'nfUZmNR17hTJgfJSdyMRCxBHSfUs47Lwgy', // testnet
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9',
  ],
  'bitcoin-cash': [
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6e',
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvY22GDX6A', // mixed case
    'bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t', // testnet
    'bitcoincash:bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    'bitcoincash:qpzry9x8gf2tvdw0s3jn54khce6mua7lcw20ayyn', // no version byte
    'bitcoincash:qvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq5nlegake', // a key hash of 32 bytes
    'bitcoincash:q9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2ws4mr9g0', // 24 bytes
    ':qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  ],
  zcash: [
    'tm9iMLAuYMzJ6jtFLcA7rzUmfreGuKvr7Ma', // testnet
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    'zcXkH2LxmKKQH9D1q7xCrFT6gEKscT1K5f2HGFKxtXUfwczjLy1BZXKMuCdCU616yAVSkrdwzazN6DDh3zL82ULqpggEw51', // Sprout
    'ztestsapling1ctuamfer5xjnnrdr3xdazenljx0mu0gutcf9u9e74tr2d3jwjnt0qllzxaplu54hgc2tyjdc2p6',
    'u1l8xunezsvhq8fgzfl7404m450nwnd76zshscn6nfys7vyz2ywyh4cc5daaq0c7q2su5lqfh23sp7fkf3kt27ve5948mzpfdvckzaect2jtte308mkwlycj2u0eac077wu70vqcetkxg',
  ],
  stellar: [
    'GAAAAAAAACGC6',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUR',
    'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZA',
    'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUACUSI',
    'G47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVP2I',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLKA',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAAV75I',
    'M47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUK===',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUO',
    'ga7qynf7sowq3glr2bgmzehxavirza4kvwltjjfc7mgxua74p7ujvsgz',
    'CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA', // a contract
    'PA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAQACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6IBZGM',
  ],
  solana: [
    'vines1vzrYbzLMRdu58ou5XTby4qAqVRLmqo36NKPT',
    '0ines1vzrYbzLMRdu58ou5XTby4qAqVRLmqo36NKPTg',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  ],
  ton: [
    'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHG',
    'kQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPgpP', // testnet only
    'kf/8uRo6OBbQ97jCx2EIuKm8Wmt6Vb15+KsQHFLbKSMiYIny',
    '0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3',
    '1:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e', // no such workchain
    '00:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e',
    'ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e',
  ],
  cosmos: [
    'cosmos1vqpjljwsynsn58dugz0w8ut7kun7t8ls2qkmsp',
    'osmo1vqpjljwsynsn58dugz0w8ut7kun7t8lsdmkhkm',
    'Cosmos1vqpjljwsynsn58dugz0w8ut7kun7t8ls2qkmsq',
    'bnb1grpf0955h0ykzq3ar5nmum7y6gdfl6lxfn46h2',
  ],
  substrate: [
    '1qnJN7FViy3HZaxZK9tGAA71zxHSBeUweirKqCaox4t8GT8',
    'EXtQYFeY2ivDsfazZvGC9aG87DxnhWH2f9kjUUq2pXTZKF5', // another chain
    '0x52908400098527886E0F7030069857D2E4169EE7', // a 20-byte account of a chain with EVM addresses
  ],
  pattern: [
    'cfx:aak2rra2njvd77ezwjvx04kkds9fzagfe6ku8scz9',
    'CFX:aak2rra2njvd77ezwjvx04kkds9fzagfe6ku8scz91',
    ' cfx:aak2rra2njvd77ezwjvx04kkds9fzagfe6ku8scz91',
    'cfx:aak2rra2njvd77ezwjvx04kkds9fzagfe6ku8scz91\n',
  ],
  opaque: ['', 'two words', ' 1', '1\n', '\0', 'x'.repeat(1001), '\u200b', '\ud800', 'a\u00a0b'],
};
