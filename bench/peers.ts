/**
 * What is measured: tunectl's commands, and the programs that do a like job, each given the same thirty keys.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Work } from "./measure.js";

export type Setting = { readonly key: string; readonly value: string };
export type Group = {
  readonly title: string;
  readonly works: readonly Work[];
  readonly missing: readonly string[];
};

const folders = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/sbin",
  "/usr/lib/systemd",
  "/lib/systemd",
];

const find = (program: string): string | undefined =>
  folders.map((folder) => join(folder, program)).find((path) => existsSync(path));

/** The profile is written so that one line is one setting: no YAML parser of ours judges our own input. */
export function settingsIn(profile: string): readonly Setting[] {
  const text = readFileSync(profile, "utf8");
  const lines = [...text.matchAll(/^ {2}([a-z0-9._]+): \{ value: ([^,]+), why: /gm)];
  if (lines.length !== text.match(/\bvalue: /g)?.length)
    throw new Error(`${profile}: a setting is not one line`);
  return lines.map(([, key = "", value = ""]) => ({ key, value }));
}

const lines = (settings: readonly Setting[], between: string): string =>
  settings.map(({ key, value }) => `${key}${between}${value}\n`).join("");

/** Writes what each program reads into `folder`. */
export function prepare(folder: string, profile: string, settings: readonly Setting[]): void {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "tuned", "thirty-keys"), { recursive: true });
  mkdirSync(join(folder, "many"));
  mkdirSync(join(folder, "boot"));
  write("thirty-keys.yaml", readFileSync(profile, "utf8"));
  write("thirty-keys.conf", lines(settings, " = "));
  write("paths", settings.map(({ key }) => `/proc/sys/${key.replace(/\./g, "/")}\n`).join(""));
  // Without a daemon, TuneD applies the profile and ends; reapply_sysctl would write the host's own sysctl.d
  // files to its kernel.
  write("tuned/tuned-main.conf", "daemon = 0\ndynamic_tuning = 0\nreapply_sysctl = 0\n");
  write("tuned/thirty-keys/tuned.conf", `[main]\nsummary=Thirty keys\n\n[sysctl]\n${lines(settings, "=")}`);
  write("playbook.yaml", playbook(settings));
  for (let number = 0; number < 100; number++)
    write(`boot/${number}-made.conf`, fiftyLines(number, settings));
  for (let number = 0; number < 1000; number++) write(`many/made-${number}.yaml`, made(number, settings));
}

const playbook = (settings: readonly Setting[]): string => `- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.posix.sysctl:
        name: "{{ item.key }}"
        value: "{{ item.value }}"
        sysctl_set: true
        reload: false
        sysctl_file: /etc/sysctl.d/90-thirty-keys.conf
      loop:
${settings.map((setting) => `        - ${JSON.stringify(setting)}\n`).join("")}`;

/** One of a hundred files of sysctl.d. */
const fiftyLines = (number: number, settings: readonly Setting[]): string =>
  lines(
    Array.from({ length: 50 }, (_, at) => settings[(at + number) % settings.length]).filter(
      (setting) => setting !== undefined,
    ),
    " = ",
  );

/** One of many profiles: eight of the keys, another eight in each of thirty. */
function made(number: number, settings: readonly Setting[]): string {
  const some = settings.map((_, at) => settings[(at + number) % settings.length]).slice(0, 8);
  const written = some.flatMap((setting) =>
    setting ? [`  ${setting.key}: { value: ${setting.value}, why: Made }\n`] : [],
  );
  return `name: made-${number}\nsummary: Made number ${number}\nsettings:\n${written.join("")}`;
}

/** What every table is measured against. */
const floor = (): readonly Work[] => [
  { name: "`true`: what measuring costs", command: [find("true") ?? "true"] },
  { name: "`node -e 0`", command: [process.execPath, "-e", "0"] },
];

type Peer = {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly once?: true;
};

const appliers = (folder: string): readonly Peer[] => [
  { name: "`sysctl -p FILE` (procps)", program: "sysctl", arguments: ["-q", "-p", "thirty-keys.conf"] },
  // It looks for a relative path in sysctl.d.
  { name: "`systemd-sysctl FILE`", program: "systemd-sysctl", arguments: [join(folder, "thirty-keys.conf")] },
  {
    name: "`tuned --no-dbus -p PROFILE`, one shot",
    program: "tuned",
    arguments: ["--no-dbus", "--no-socket", "-p", "thirty-keys"],
  },
  {
    name: "`ansible-playbook`: ansible.posix.sysctl, a loop",
    program: "ansible-playbook",
    arguments: ["-i", "localhost,", "playbook.yaml"],
    once: true,
  },
];

/** The tables, in order. */
export function groups(dist: string, folder: string): readonly Group[] {
  const program =
    (file: string) =>
    (...words: readonly string[]): readonly string[] => [process.execPath, join(dist, file), ...words];
  const tunectl = program("start.cjs");
  const bare = program("tunectl.cjs");
  const apply = tunectl("apply", "./thirty-keys.yaml");
  const diff = tunectl("diff", "./thirty-keys.yaml");
  const others = appliers(folder).map(workOf).map(settling);
  const files = ["cp", "-r", join(folder, "boot/."), "/etc/sysctl.d"];
  const many = Array.from({ length: 1000 }, (_, number) => join(folder, "many", `made-${number}.yaml`));
  return [
    group("Start-up", [
      { name: "**tunectl --version**", command: tunectl("--version") },
      { name: "**tunectl list**", command: tunectl("list") },
      { name: "**tunectl show web-base**, a shipped profile", command: tunectl("show", "web-base") },
    ]),
    group(
      "30 keys to set",
      [
        { name: "**tunectl diff**", command: diff },
        { name: "**tunectl diff** of a shipped profile", command: tunectl("diff", "web-base") },
        {
          name: "**tunectl diff**, the one file without its compiled form",
          command: bare("diff", "./thirty-keys.yaml"),
        },
        { name: "**tunectl apply**", command: apply, settles: true },
      ],
      others,
    ),
    group(
      "Nothing to do: the same once more",
      [
        { name: "**tunectl diff**", command: diff, preparation: apply },
        { name: "**tunectl apply**", command: apply, preparation: apply, settles: true },
        { name: "**tunectl verify**", command: tunectl("verify"), preparation: apply },
      ],
      others.map(again),
    ),
    group(
      "Reading the whole of /proc/sys",
      [{ name: "**tunectl capture**", command: tunectl("capture") }],
      [workOf({ name: "`sysctl -a`", program: "sysctl", arguments: ["-a"] })],
    ),
    group("100 files of sysctl.d with 5,000 lines", [
      { name: "**tunectl boot**", command: tunectl("boot", "--loader", "systemd:257"), preparation: files },
      {
        name: "**tunectl boot --format json**",
        command: tunectl("boot", "--loader", "systemd:257", "--format", "json"),
        preparation: files,
      },
      { name: "**tunectl why KEY**", command: tunectl("why", "net.core.somaxconn"), preparation: files },
    ]),
    group("1,000 profiles in one call", [
      {
        name: "**tunectl validate --each** (aim: under 2 s)",
        command: tunectl("validate", "--each", ...many),
      },
    ]),
  ];
}

const group = (title: string, ours: readonly Work[], peers: readonly (Work | string)[] = []): Group => ({
  title,
  works: [...floor(), ...ours, ...peers.filter((peer) => typeof peer !== "string")],
  missing: peers.filter((peer) => typeof peer === "string"),
});

/** The peer as work, or a word on why it cannot be measured here. */
function workOf(peer: Peer): Work | string {
  const path = find(peer.program);
  if (path === undefined) return `${peer.name}: no ${peer.program} on this host`;
  return { name: peer.name, command: [path, ...peer.arguments], ...(peer.once && { once: true }) };
}

const settling = (work: Work | string): Work | string =>
  typeof work === "string" ? work : { ...work, settles: true };

/** Timed when it has run once already in the same room. */
const again = (work: Work | string): Work | string =>
  typeof work === "string" ? work : { ...work, preparation: work.command };
