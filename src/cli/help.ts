/** Text that `--help` adds to what the flags say of themselves. */

export const exitCodes = `
Exit codes:
  0    agreed, or done: effective now and after the next boot
  1    a problem, and the host is as it was
  2    drift (verify), or changes pending (diff --exit-code)
  3    a problem, and the host is not as it was: what is left is named
  75   another run holds the lock
  130  interrupted (SIGINT), after undoing; 143 for SIGTERM, SIGHUP
`;

export const overview = `
A profile is a name (tunectl list), or a file: a path with a "/" or ending in .yaml.

Start here, without root and with nothing at stake:
  tunectl rehearse high-churn-webserver
  tunectl diff high-churn-webserver
Then, as root:
  tunectl apply high-churn-webserver && tunectl verify
  tunectl rollback
`;

export const rootNote = `
Needs root, unless --root names an image that you can write.
`;
