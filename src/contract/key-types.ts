/**
 * The types of API keys: how their requests are signed. `hmac` keys share a secret with the server; for `rsa`
 * (PKCS #1 v1.5 with SHA-256) and `ed25519` keys the server knows the public key only.
 */
export const keyTypes = ['hmac', 'rsa', 'ed25519'] as const;

export type KeyType = (typeof keyTypes)[number];
export type PublicKeyType = Exclude<KeyType, 'hmac'>;
