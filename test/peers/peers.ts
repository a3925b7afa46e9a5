/** The programs that are put under faults, each with the same thirty keys, and what each offers afterwards. */
import { spawnSync } from "node:child_process";
import { settingsIn } from "../../bench/peers.js";
import { empty, filesBelow, place } from "./seen.js";

const profile = new URL("../../bench/thirty-keys.yaml", import.meta.url).pathname;
export const settings = settingsIn(profile);
const lines = (between: string): string =>
  settings.map(({ key, value }) => `${key}${between}${value}\n`).join("");

export type Peer = {
  readonly name: string;
  /** What of it is run, to stand after name and version. */
  readonly part: string;
  /** Prints the version. */
  readonly version: string;
  /** Makes the old state, but for the values, and lays out what is to be applied. */
  readonly prepare: () => void;
  readonly command: readonly string[];
  /** It stays when it has applied all, and is ended by SIGTERM. */
  readonly stays?: true;
  /** Only these of the thirty keys. */
  readonly keys?: readonly string[];
  /** The peer's own state, as text; what it never leaves when nothing disturbs it. */
  readonly own?: () => string;
  readonly litter?: () => readonly string[];
  /** It starts sysctl for its values. */
  readonly starts?: true;
  /** Whether it says that a change was interrupted. */
  readonly tells?: () => boolean;
  /** What it offers after a fault, and to take a change back, in words. */
  readonly offers: string;
  /** What is done after the fault. */
  readonly again: readonly string[];
  /** What takes the change back; `end` where to end it does. */
  readonly back?: readonly string[] | "end";
};

export const log = "/run/tuned/log";
const key = "net.ipv4.tcp_retries2";
const conf = "/etc/sysctl.d/90-peer.conf";
const textOf = (files: ReadonlyMap<string, string>): string => JSON.stringify([...files]);

/** The file is already the new one: to write it is not these programs' part, so the kernel alone is judged. */
const plain = (name: string, part: string, version: string, command: readonly string[]): Peer => ({
  name,
  part,
  version,
  command,
  offers: "once more the same; nothing keeps the old values",
  again: command,
  prepare: () => place(conf, lines(" = ")),
});

const tuned = ["tuned", "--no-dbus", "--no-socket", "-l", log];

const tunedPeer: Peer = {
  name: "TuneD",
  part: "the daemon, from one profile to another",
  version: "tuned --version | cut -d ' ' -f 2",
  prepare: () => {
    empty("/etc/tuned", "/run/tuned");
    // reapply_sysctl would write the values of sysctl.d over those of the profile.
    place("/etc/tuned/tuned-main.conf", "dynamic_tuning = 0\nreapply_sysctl = 0\n");
    place("/etc/tuned/before/tuned.conf", "[main]\nsummary=No value\n");
    place("/etc/tuned/thirty-keys/tuned.conf", `[main]\nsummary=Thirty keys\n\n[sysctl]\n${lines("=")}`);
    place("/etc/tuned/active_profile", "before\n");
    place("/etc/tuned/profile_mode", "manual\n");
    place("/etc/tuned/post_loaded_profile", "");
  },
  command: [...tuned, "-p", "thirty-keys"],
  stays: true,
  own: () => textOf(filesBelow("/etc/tuned", "/var/lib")),
  offers: "to start it once more; to stop it takes back what it set since it was started",
  again: tuned,
  back: "end",
};

const module = "/usr/lib/python3/dist-packages/ansible_collections/ansible/posix/plugins/modules/sysctl.py";
const isHidden = (path: string): boolean => path.includes("/.");

/** As Ansible runs it on a host. One key: each key is a run of its own, with the file and a reload. */
const ansible: Peer = {
  name: "ansible.posix",
  part: "its module `sysctl`, one key",
  version: `grep -o '"version": "[^"]*"' ${module.replace(/plugins.*/, "MANIFEST.json")} | cut -d '"' -f 4`,
  keys: [key],
  prepare: () => {
    place(conf, `${key}=15\n`);
    const task = { name: key, value: "10", sysctl_set: true, reload: true, sysctl_file: conf };
    place("/run/task.json", JSON.stringify({ ANSIBLE_MODULE_ARGS: task }));
  },
  command: ["/usr/bin/python3", module, "/run/task.json"],
  starts: true,
  own: () => textOf(new Map([...filesBelow("/etc/sysctl.d")].filter(([path]) => !isHidden(path)))),
  litter: () => [...filesBelow("/etc/sysctl.d").keys()].filter(isHidden),
  offers: "once more the same task; nothing keeps the old value",
  again: ["/usr/bin/python3", module, "/run/task.json"],
};

const tunectl = (dist: string): Peer => {
  const program = (...words: readonly string[]): readonly string[] => [process.execPath, dist, ...words];
  const status = () => {
    const [node = "", ...rest] = program("status");
    return spawnSync(node, rest, { encoding: "utf8" });
  };
  const isLitter = (path: string): boolean => path.includes(".tunectl-");
  const boot = (): ReadonlyMap<string, string> => filesBelow("/etc/sysctl.d", "/etc/modules-load.d");
  return {
    name: "tunectl",
    part: "`apply`",
    version: `${program("--version").join(" ")} | cut -d ' ' -f 2`,
    prepare: () => {},
    command: program("apply", profile),
    own: () => textOf(new Map([...boot()].filter(([path]) => !isLitter(path)))),
    litter: () => [...boot().keys(), ...filesBelow("/var/lib").keys()].filter(isLitter),
    tells: () => status().status === 4,
    offers: "`recover`; `rollback` takes a change back",
    again: program("recover"),
    back: program("rollback"),
  };
};

export const peers = (dist: string): readonly Peer[] => [
  plain("procps", "`sysctl -p`", "sysctl --version | cut -d ' ' -f 4", ["sysctl", "-q", "-p", conf]),
  plain("procps", "`sysctl --system`", "sysctl --version | cut -d ' ' -f 4", ["sysctl", "-q", "--system"]),
  plain("systemd", "`systemd-sysctl`", "systemctl --version | head -n 1 | cut -d ' ' -f 2", [
    "/lib/systemd/systemd-sysctl",
  ]),
  tunedPeer,
  ansible,
  tunectl(dist),
];
