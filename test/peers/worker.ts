/** In namespaces of its own: puts the peers under faults, one point after the other, and prints each point. */
import { type ChildProcess, execFileSync, execSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { log, type Peer, peers, settings } from "./peers.js";
import { empty, type Judged, judge, place, readValues, type Seen, writeValues } from "./seen.js";
import { breaking, type Call, callsIn, isHit, tracing, words } from "./strace.js";

export type Point = {
  readonly peer: string;
  readonly fault: string;
  /** From 1, among the calls of the peer. */
  readonly at: number;
  readonly call: string;
  /** Whether the fault came to the call that was meant. */
  readonly hit: boolean;
  /** Whether a failure shows in the exit code or in the log, or an interruption in what the peer says later. */
  readonly told: boolean;
  /** Right after the fault, and after what the peer offers. */
  readonly then: Judged & { readonly litter: number };
  readonly after: Judged & { readonly litter: number };
  /** Whether the old values came back; without a command for it, nothing. */
  readonly back?: boolean;
};

const ours = /^\/(etc\/(sysctl\.d|modules-load\.d|tuned)|var\/lib|proc\/sys\/net)(\/|$)/;
const trace = "/run/trace";

/** Stands for sysctl(8). The call that is to be broken runs under strace, and takes its caller with it in its death. */
const standIn = `#!/bin/sh
[ "$1" = "$FAULTY" ] || exec /usr/sbin/sysctl "$@"
$STRACE /usr/sbin/sysctl "$@"
code=$?
[ $code -ne 137 ] || kill -KILL $PPID
exit $code
`;

const pidFile = "/run/tuned/tuned.pid";
const isReady = / applied$| No profile will be enabled/m;

async function run({ stays }: Peer, command: readonly string[], env: object = {}): Promise<number> {
  for (const path of [log, pidFile]) rmSync(path, { force: true });
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: "ignore", env: { ...process.env, ...env } });
  const late = Date.now() + 10_000;
  while (child.exitCode === null && child.signalCode === null) {
    if (stays && ((existsSync(pidFile) && isReady.test(logText())) || Date.now() > late)) return 0;
    await pause(10);
  }
  return codeOf(child);
}

const codeOf = ({ exitCode, signalCode }: ChildProcess): number =>
  exitCode ?? (signalCode === "SIGKILL" ? 137 : 1);
const logText = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");

/** Ends the one that stays, if it is there. TuneD loses a signal that comes while it starts. */
async function end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
  const lives = (): boolean =>
    pid > 0 &&
    existsSync(`/proc/${pid}/status`) &&
    !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  for (let waits = 0; lives(); waits++) {
    if (waits % 100 === 0) process.kill(pid, signal);
    await pause(10);
  }
}

class Bench {
  private readonly keys: readonly string[];
  private readonly before: readonly string[];
  constructor(
    private readonly peer: Peer,
    private readonly title: string,
  ) {
    this.keys = peer.keys ?? settings.map(({ key }) => key);
    this.before = readValues(this.keys);
  }

  async sweep(): Promise<void> {
    await this.reset();
    const old = this.look();
    await run(this.peer, [...tracing(trace), ...this.peer.command]);
    const made = this.look();
    const calls = callsIn(trace, ours, this.peer.starts === undefined);
    for (const [fault, wanted] of faults)
      for (const [at, call] of calls.entries())
        if (wanted.test(call.name)) await this.tell(fault, at + 1, call, old, made);
    await this.reset();
  }

  private async tell(fault: string, at: number, call: Call, old: Seen, made: Seen): Promise<void> {
    const { peer } = this;
    await this.reset();
    const strace = breaking(call, fault, trace);
    const env = { PATH: `/run/tools:${process.env["PATH"]}`, FAULTY: call.child, STRACE: strace.join(" ") };
    const code = call.child
      ? await run(peer, peer.command, env)
      : await run(peer, [...strace, ...peer.command]);
    const told =
      fault === "signal=KILL" ? (peer.tells?.() ?? false) : code !== 0 || / ERROR /.test(logText());
    const hit = isHit(call, trace);
    const then = this.judged(old, made);
    if (peer.stays) await end("SIGTERM");
    await run(peer, peer.again);
    const ended = this.judged(old, made);
    const after = peer.tells?.() ? { ...ended, whole: "neither" as const } : ended;
    const back = peer.back && (await this.takenBack(peer.back, old));
    const point = { peer: this.title, fault, at, call: words(call), hit, told, then, after };
    const whole: Point = back === undefined ? point : { ...point, back };
    writeSync(1, `${JSON.stringify(whole)}\n`);
  }

  private async takenBack(back: readonly string[] | "end", old: Seen): Promise<boolean> {
    if (back === "end") await end("SIGTERM");
    else if (this.look().own !== old.own) await run(this.peer, back);
    const { values, own } = this.look();
    return values.join() === old.values.join() && (back === "end" || own === old.own);
  }

  private async reset(): Promise<void> {
    await end("SIGKILL");
    empty("/etc/sysctl.d", "/etc/modules-load.d", "/var/lib");
    writeValues(this.keys, this.before);
    this.peer.prepare();
  }

  private look(): Seen {
    const { own, litter } = this.peer;
    return { values: readValues(this.keys), own: own?.() ?? "", litter: litter?.() ?? [] };
  }

  private judged(old: Seen, made: Seen): Point["then"] {
    const seen = this.look();
    return { ...judge(seen, old, made), litter: seen.litter.length };
  }
}

const faults: readonly (readonly [string, RegExp])[] = [
  ["signal=KILL", /./],
  ["error=ENOSPC", /^p?write/],
  ["error=EIO", /^p?write/],
];

const [dist = "", only = ""] = process.argv.slice(2);
// Nothing but the values of this network namespace is in reach.
execSync("mount --bind /sys /sys && mount -o remount,bind,ro /sys && mkdir -p /etc/tuned /run/home");
place("/run/tools/sysctl", standIn, 0o755);
for (const peer of peers(dist).filter(({ name }) => name.startsWith(only))) {
  const version = execFileSync("/bin/sh", ["-c", peer.version], { encoding: "utf8" }).trim();
  const title = `${peer.name} ${version}, ${peer.part}`;
  writeSync(1, `${JSON.stringify({ title, offers: peer.offers })}\n`);
  await new Bench(peer, title).sweep();
}
await end("SIGKILL");
