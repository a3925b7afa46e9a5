/**
 * Stands between tunectl and node:fs: counts its calls that change a file or a value, and those that start a
 * process that stays, and does something bad at the one that FAULT_AT names. FAULT_ACTION:
 *   KILL, INT, TERM, KILL-AFTER   a signal just before the call, or after it
 *   TORN                          half of what is to be written, then death
 *   SHORT                         half of what is to be written, and says so
 *   LOST                          the call does nothing, and says that it did
 *   DEAD                          the process that was started has ended at once
 *   RIVAL                         FAULT_RIVAL, a command, runs whole before the call
 *   an errno                      the call fails with it
 * With -ON (EIO-ON) it lasts for every call from there on. FAULT_FIRST=CALL:ACTION is a fault before that one.
 * FAULT_LOG is a file that gets the calls, one a line, when the process ends by itself. FAULT_MODULES are what
 * /proc/modules is said to hold, whatever this kernel was built with.
 * As a preload it reads the environment; the sweep takes `withFaults` instead.
 */
const realFs = require("node:fs");
const children = require("node:child_process");
const { EventEmitter } = require("node:events");
const { constants } = require("node:os");

/** What each call changes, by its arguments. */
const byPath = (args) => [String(args[0])];
const byBoth = (args) => [String(args[0]), String(args[1])];
const second = (args) => [String(args[1])];
function byDescriptor([fd]) {
  try {
    return [realFs.readlinkSync(`/proc/self/fd/${fd}`)];
  } catch {
    return [`fd ${fd}`];
  }
}
const changing = {
  writeSync: byDescriptor,
  writevSync: byDescriptor,
  fsyncSync: byDescriptor,
  fdatasyncSync: byDescriptor,
  fchmodSync: byDescriptor,
  fchownSync: byDescriptor,
  ftruncateSync: byDescriptor,
  futimesSync: byDescriptor,
  renameSync: byBoth,
  linkSync: byBoth,
  symlinkSync: second,
  copyFileSync: byBoth,
  cpSync: byBoth,
  rmSync: byPath,
  unlinkSync: byPath,
  rmdirSync: byPath,
  mkdirSync: byPath,
  mkdtempSync: byPath,
  chmodSync: byPath,
  chownSync: byPath,
  lchownSync: byPath,
  utimesSync: byPath,
  lutimesSync: byPath,
  truncateSync: byPath,
  writeFileSync: byPath,
  appendFileSync: byPath,
};

const isForWriting = (flags) =>
  typeof flags === "number"
    ? (flags & (realFs.constants.O_WRONLY | realFs.constants.O_RDWR)) !== 0
    : /^[wa]|\+/.test(flags ?? "r");

const isThere = (path) => realFs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Standard output and error are not the host's state; what is not there is not removed, what is there not made. */
function isChange(name, args) {
  if (name === "writeSync") return args[0] > 2;
  if (name === "openSync") return isForWriting(args[1]);
  if (name === "mkdirSync") return !isThere(args[0]);
  return name !== "rmSync" || isThere(args[0]);
}

const errorOf = (action, name, path) =>
  Object.assign(new Error(`${action}: injected, ${name}`), {
    code: action,
    errno: -constants.errno[action],
    syscall: name,
    ...(/^f|^write/.test(name) ? {} : { path }),
  });

const isWrite = (name) => ["writeSync", "writeFileSync", "copyFileSync"].includes(name);

/** What is left of a write that was cut in half, and how much of it there is. */
function half(name, args, fs) {
  const [target, bytes, from = 0] = args;
  if (name === "writeSync") return fs.writeSync(target, bytes, from, Math.ceil((bytes.length - from) / 2));
  const [path, whole] =
    name === "copyFileSync" ? [bytes, fs.readFileSync(target)] : [target, Buffer.from(bytes)];
  fs.writeFileSync(path, whole.subarray(0, whole.length / 2));
  return undefined;
}

/** The kernel takes a value whole, but a list of ports a page at a time, up to a comma: libuv writes on. */
function tear(name, args, path, fs) {
  if (!path.startsWith("/proc/sys/")) return half(name, args, fs);
  const text = args[1].toString("latin1");
  return fs.writeSync(args[0], text.length > 4095 ? text.slice(0, text.lastIndexOf(",", 4095) + 1) : text);
}

const childOf = (pid) => Object.assign(new EventEmitter(), { pid, unref: () => {} });

/** Node tells some errors of a start by an event, and throws the others. */
function notStarted(errno) {
  const error = errorOf(errno, "spawn");
  if (!["EACCES", "EAGAIN", "EMFILE", "ENFILE", "ENOENT"].includes(errno)) throw error;
  const child = childOf(undefined);
  process.nextTick(() => child.emit("error", error));
  return child;
}

function throwing(error) {
  throw error;
}

const kill = (signal) => process.kill(process.pid, signal);

function suffer(action, { name, args, paths, call, fs, rival }) {
  const [, signal, isAfter] = /^(KILL|INT|TERM|HUP)(-AFTER)?$/.exec(action) ?? [];
  if (signal !== undefined) {
    const result = isAfter ? call() : undefined;
    kill(`SIG${signal}`);
    return isAfter ? result : call();
  }
  switch (action) {
    case "TORN":
      tear(name, args, paths[0], fs);
      return kill("SIGKILL");
    case "SHORT":
      return half(name, args, fs);
    case "LOST":
      return args[1].length - (args[2] ?? 0);
    case "RIVAL":
      children.spawnSync("/bin/sh", ["-c", rival], { stdio: "ignore" });
      return call();
    case "DEAD":
      return childOf(process.pid);
    default:
      return name === "spawn" ? notStarted(action) : throwing(errorOf(action, name, paths[0]));
  }
}

/** Which calls an action can happen to: a short count, say, is no answer of rename(2). */
function canSuffer(action, name, path) {
  if (action === "LOST") return name === "writeSync" && path.startsWith("/proc/sys/");
  if (action === "DEAD") return name === "spawn";
  return (action !== "SHORT" && action !== "TORN") || isWrite(name);
}

/**
 * The functions of node:fs that change something, and that which starts a process that stays, with faults.
 * @param faults each `{ at, action, lasts }`; a lasting one happens to every call from `at` on that can suffer it
 * @param options.rival the command of RIVAL; `options.calls` gets every call as `[name, path, second path]`
 */
function withFaults({ fs, spawn }, faults, { rival, modules, calls = [] } = {}) {
  let inside = false;
  const meet = (name, pathsOf, real, args) => {
    // Node's own rmSync calls unlinkSync.
    if (inside || !isChange(name, args)) return real(...args);
    const paths = pathsOf(args);
    calls.push([name, ...paths]);
    const at = calls.length;
    const fault = faults.find(
      (one) => (one.at === at || (one.lasts && one.at < at)) && canSuffer(one.action, name, paths[0]),
    );
    const call = () => {
      inside = true;
      try {
        return real(...args);
      } finally {
        inside = false;
      }
    };
    return fault ? suffer(fault.action, { name, args, paths, call, fs, rival }) : call();
  };
  const wrapped = Object.entries({ ...changing, openSync: byPath }).map(([name, pathsOf]) => {
    const real = fs[name];
    return [name, (...args) => meet(name, pathsOf, real, args)];
  });
  const readFileSync = (path, ...rest) =>
    modules && path === "/proc/modules"
      ? Buffer.from(`${modules} 1 0 - Live 0\n`)
      : fs.readFileSync(path, ...rest);
  const started = (...args) => meet("spawn", () => ["a process"], spawn, args);
  return { fs: { ...Object.fromEntries(wrapped), readFileSync }, spawn: started };
}

function faultsAsked({ FAULT_AT, FAULT_ACTION, FAULT_FIRST }) {
  const fault = (at, action) => ({ at, action: action.replace(/-ON$/, ""), lasts: action.endsWith("-ON") });
  const [firstAt, firstAction] = (FAULT_FIRST ?? "").split(":");
  return [
    ...(firstAction ? [fault(Number(firstAt), firstAction)] : []),
    ...(Number(FAULT_AT) > 0 ? [fault(Number(FAULT_AT), FAULT_ACTION)] : []),
  ];
}

module.exports = { withFaults };

const { FAULT_AT, FAULT_LOG, FAULT_RIVAL, FAULT_MODULES } = process.env;
if (FAULT_AT !== undefined) {
  const calls = [];
  const plain = { ...realFs };
  const options = { rival: FAULT_RIVAL, modules: FAULT_MODULES, calls };
  const faulty = withFaults({ fs: plain, spawn: children.spawn }, faultsAsked(process.env), options);
  Object.assign(realFs, faulty.fs);
  children.spawn = faulty.spawn;
  process.on("exit", () => {
    if (FAULT_AT === "count") plain.writeFileSync("/tmp/calls", String(calls.length));
    if (FAULT_LOG) plain.writeFileSync(FAULT_LOG, calls.map((call) => `${call.join(" ")}\n`).join(""));
  });
}
