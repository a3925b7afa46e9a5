/**
 * Loaded before tunectl: counts its calls that change a file or a value, and does something bad at the one that FAULT_AT names.
 * FAULT_ACTION: KILL, INT, TERM (a signal just before the call), KILL-AFTER, or an errno that the call fails with.
 * With FAULT_AT=count it does nothing but print how many calls there were.
 */
const fs = require("node:fs");
const { constants } = require("node:os");

const wanted = process.env.FAULT_AT;
const [, action, isAfter] = /^([A-Z]+)(-AFTER)?$/.exec(process.env.FAULT_ACTION);
let calls = 0;

function meet(name, call) {
  calls++;
  if (String(calls) !== wanted) return call();
  if (`SIG${action}` in constants.signals) {
    const result = isAfter ? call() : undefined;
    process.kill(process.pid, `SIG${action}`);
    return isAfter ? result : call();
  }
  const number = constants.errno[action];
  throw Object.assign(new Error(`${action}: injected, ${name}`), {
    code: action,
    errno: -number,
    syscall: name,
  });
}

/** Standard output and error are not the host's state. */
const isOfHost = (name, target) => name !== "writeSync" || target > 2;

for (const name of [
  "writeSync",
  "renameSync",
  "linkSync",
  "rmSync",
  "fsyncSync",
  "fchmodSync",
  "mkdirSync",
  "chmodSync",
]) {
  const real = fs[name];
  fs[name] = (...args) => (isOfHost(name, args[0]) ? meet(name, () => real(...args)) : real(...args));
}
const realOpen = fs.openSync;
const isForWriting = (flags) =>
  typeof flags === "number" && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
fs.openSync = (path, flags, mode) =>
  isForWriting(flags) ? meet("openSync", () => realOpen(path, flags, mode)) : realOpen(path, flags, mode);

process.on("exit", () => {
  if (wanted === "count") fs.writeFileSync("/tmp/calls", String(calls));
});
