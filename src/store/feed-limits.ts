/**
 * How long other processes may have been out of hearing, ms. The age is counted from the sending of the last heartbeat
 * that came back over the connection that brings their changes.
 */
export const feedLimits = {
  /** How often a heartbeat is sent. */
  beatMs: 250,
  /** Beyond this age nothing kept in memory is used without being read again. */
  trustedMs: 1000,
  /** Beyond this age the process is not ready. */
  readyMs: 5000,
  /** After this long without a heartbeat the connection is replaced. */
  renewMs: 30_000,
};
