/** Parsers for the values of settings. The error for an invalid value is one line that names the setting and the rule. */

import { isIP } from 'node:net';
import { isOneOf } from '../boundary/one-of.ts';
import { canonicalRange } from '../domain/ip-address.ts';
import { ConfigError } from '../engine/config-error.ts';
import { splitHosts } from '../store/postgres/database-hosts.ts';

/** @param name the variable or option that the text comes from. @throws ConfigError */
export type SettingReader<T> = (text: string, name: string) => T;

export function path(value: string, name: string): string {
  if (value === '') throw new ConfigError(`${name} must not be empty`);
  return value;
}

/** An IP address, an IPv6 address in brackets as in a URL, or a host name. */
export function host(value: string, name: string): string {
  const bare = /^\[(.*)\]$/.exec(value)?.[1] ?? value;
  // The name first: the pattern of Node for IPv6 takes 10 ms at its first use.
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(value) && isIP(bare) === 0) {
    throw new ConfigError(`${name} must be an IP address or a host name, without a port, not '${value}'`);
  }
  return bare;
}

export const wholeNumber =
  (minimum: number, maximum: number): SettingReader<number> =>
  (value, name) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= minimum && number <= maximum)) {
      throw new ConfigError(`${name} must be a whole number from ${minimum} to ${maximum}, not '${value}'`);
    }
    return number;
  };

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): SettingReader<T> =>
  (value, name) => {
    if (!isOneOf(allowed, value))
      throw new ConfigError(`${name} must be ${allowed.join(' or ')}, not '${value}'`);
    return value;
  };

export function onOff(value: string, name: string): boolean {
  if (['1', 'true'].includes(value)) return true;
  if (['0', 'false'].includes(value)) return false;
  throw new ConfigError(`${name} must be 1 or 0, not '${value}'`);
}

/** null: not set. */
export const orNothing =
  <T>(read: SettingReader<T>): SettingReader<T | null> =>
  (value, name) =>
    value === '' ? null : read(value, name);

/** 32 bytes as 64 hex digits or base64. */
export function masterKey(value: string, name: string): Buffer {
  const key = /^[0-9a-fA-F]{64}$/.test(value) ? Buffer.from(value, 'hex') : Buffer.from(value, 'base64');
  if (key.length !== 32) throw new ConfigError(`${name} must be 32 bytes, as 64 hex digits or base64`);
  return key;
}

export function token(value: string, name: string): string {
  if (!/^[!-~]{16,}$/.test(value)) throw new ConfigError(`${name} must be at least 16 printable characters`);
  return value;
}

/** 1 trusts all proxies; a list of addresses and ranges trusts those. */
export function trustedProxies(value: string, name: string): boolean | string {
  if (['', '0', 'false'].includes(value)) return false;
  if (['1', 'true'].includes(value)) return true;
  if (!value.split(',').every((each) => canonicalRange(each.trim()) !== null)) {
    throw new ConfigError(`${name} must be 0, 1 or a list of IP addresses and CIDR ranges, not '${value}'`);
  }
  return value;
}

/** Origins like `https://app.example.com:8443` separated by commas; empty: none. */
export function origins(value: string, name: string): readonly string[] {
  return readOrigins(value, `${name} must be`);
}

/** The same, or `*`. */
export function corsOrigins(value: string, name: string): '*' | readonly string[] {
  return value === '*' ? value : readOrigins(value, `${name} must be * or`);
}

function readOrigins(value: string, must: string): readonly string[] {
  const given = value === '' ? [] : value.split(',').map((each) => each.trim());
  const wrong = given.find(
    (each) => !/^https?:\/\/[a-z0-9.:[\]-]+$/.test(each) || URL.parse(each)?.origin !== each,
  );
  if (wrong !== undefined) {
    throw new ConfigError(
      `${must} a list of origins like https://app.example.com, without a path, not '${wrong}'`,
    );
  }
  return given;
}

/** Error messages never contain the URL, because it may contain a password. */
export const urlOf =
  (...protocols: readonly string[]): SettingReader<string> =>
  (value, name) => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new ConfigError(
        `${name} must be a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`,
      );
    }
    return value;
  };

const postgresUrl = urlOf('postgres:', 'postgresql:');

/** One host, or several separated by commas, one of which is the primary. */
export function databaseUrl(value: string, name: string): string {
  for (const url of splitHosts(value)) {
    const { searchParams } = new URL(postgresUrl(url, name));
    if ((searchParams.get('target_session_attrs') ?? 'primary') !== 'primary') {
      throw new ConfigError(`${name}: target_session_attrs must be primary or absent`);
    }
  }
  return value;
}
