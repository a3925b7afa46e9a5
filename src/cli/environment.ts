/**
 * What the environment may not decide for a program that root runs: which code is in its process, and which
 * files it writes.
 */

/** Node, its OpenSSL or the loader run what these name, before the first line of ours. */
const runsCode = ["NODE_OPTIONS", "OPENSSL_CONF", "LD_PRELOAD", "LD_AUDIT"] as const;

/** Taken away before Node starts, by the first lines of the program (`startLines`). */
export const takenAway = [
  ...runsCode,
  "OPENSSL_MODULES",
  "LD_LIBRARY_PATH",
  "NODE_PATH",
  "NODE_EXTRA_CA_CERTS",
  "NODE_V8_COVERAGE",
  "NODE_REDIRECT_WARNINGS",
  "NODE_COMPILE_CACHE",
  "NODE_ICU_DATA",
  "NODE_CHANNEL_FD",
  "NODE_UNIQUE_ID",
] as const;

/**
 * The head of the program: a shell that takes these away and becomes Node. To Node the second line is a text
 * and a comment.
 */
export const startLines = `#!/bin/sh
':' //; unset ${takenAway.join(" ")}; exec node "$0" "$@"`;

type Environment = Readonly<Record<string, string | undefined>>;

/** Those that have run something by now, because the program was given to Node by name. */
export const alreadyRun = (env: Environment): readonly string[] =>
  runsCode.filter((name) => (env[name] ?? "") !== "");

/**
 * For a process that tunectl starts: which colours it may print, and who called sudo. Nothing else of ours
 * is its business.
 */
export const handedOn = (env: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ["TERM", "NO_COLOR", "SUDO_UID", "SUDO_USER"].flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
