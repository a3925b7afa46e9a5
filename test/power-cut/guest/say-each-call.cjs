/**
 * Loaded before tunectl in the guest: says each call that changes a file or a value on the serial line, before it is
 * made. At the call CUT_AT it waits for the power cut. With NO_SYNC, nothing is made durable.
 */
const fs = require("node:fs");

const real = { ...fs };
const line = real.openSync("/dev/ttyS1", "w");
const cutAt = Number(process.env.CUT_AT ?? 0);
const syncs = process.env.NO_SYNC === undefined;
let calls = 0;

const say = (text) => real.writeSync(line, `${text}\n`);
const placeOf = (target) =>
  typeof target === "number" ? real.readlinkSync(`/proc/self/fd/${target}`) : target;

function meet(name, target) {
  calls++;
  say(`@call ${calls} ${name} ${placeOf(target)}`);
  if (calls === cutAt) {
    say("@cut");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}

/** Whether a call changes anything. Standard output and error are not the host's state. */
const counts = {
  writeSync: (fd) => fd > 2,
  rmSync: (path) => real.lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  mkdirSync: (path) => !real.existsSync(path),
};

for (const name of ["writeSync", "renameSync", "linkSync", "rmSync", "fsyncSync", "mkdirSync", "chmodSync"])
  fs[name] = (...args) => {
    if (counts[name]?.(args[0]) ?? true) meet(name, args[0]);
    return name === "fsyncSync" && !syncs ? undefined : real[name](...args);
  };
