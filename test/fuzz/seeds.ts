/** Valid texts of every kind, and words that mean something in them. */
import { readFileSync } from "node:fs";
import { dropInMarker } from "../../src/boot/drop-in.js";
import type { Key } from "../../src/catalogue/key.js";
import { bootChecksToFile } from "../../src/format/boot-checks-file.js";
import { factsToFile } from "../../src/format/facts-file.js";
import { planToFile } from "../../src/format/plan-file.js";
import { recordToFile } from "../../src/format/record-file.js";
import type { Applied } from "../../src/record/applied.js";
import type { RecordedState } from "../../src/record/transaction.js";
import { machine } from "../fakes/machine.js";
import { atLeast, setting } from "../fakes/settings.js";

const values = {
  "net.core.somaxconn": "4096",
  "net.ipv4.tcp_rmem": "4096 131072 6291456",
  "net.ipv4.conf.all.rp_filter": "0",
  "net.ipv4.conf.eth0.rp_filter": "0",
  "net.ipv4.conf.eth0/100.rp_filter": "0",
};
const settings = [
  setting("net.core.somaxconn", atLeast("8192")),
  setting("net.ipv4.conf.*.rp_filter", "1"),
  setting("net.ipv4.tcp_rmem", "4096 131072 16777216"),
];
const box = machine({ values, files: { "/etc/sysctl.d/95-x.conf": "net.core.somaxconn = 1024\n" } });
const plan = box.planFor(settings);
const applied: Applied = {
  profiles: ["web"],
  parameters: { rate: "5" },
  settings,
  originals: Object.fromEntries(settings.map(({ key }) => [key, null])),
};
const after: RecordedState = {
  readings: values as unknown as RecordedState["readings"],
  files: { "/etc/sysctl.d/90-tunectl.conf": "x\n", "/etc/modules-load.d/tunectl.conf": null },
  applied,
};

function factsFile(): object {
  const { facts, use } = box.host;
  if (!facts) throw new Error("no facts");
  const readings = new Map(
    Object.entries(values).map(
      ([key, text]) => [key as Key, { status: "present", text, writable: true }] as const,
    ),
  );
  const used = use?.();
  return factsToFile({
    taken: "2026-01-01T00:00:00.000Z",
    host: facts,
    readings,
    boot: box.host.bootStack(),
    dropIn: `${dropInMarker}\n# Profiles: web\n\n# web: why\nnet.core.somaxconn = 1\n`,
    applied,
    ...(used && { use: used }),
  });
}

const bootChecks = bootChecksToFile([
  {
    boot: { id: "11111111-2222-3333-4444-555555555555", began: "2026-01-01T00:00:00.000Z" },
    time: "2026-01-01T00:00:40.000Z",
    by: "root",
    release: "6.18.0",
    change: { id: 3, time: "2025-12-01T00:00:00.000Z" },
    isOfBoot: true,
    profiles: ["web"],
    settings: 2,
    result: "drift",
    differences: 1,
    names: ["net.core.somaxconn"],
  },
]);

export const seeds = {
  bootChecks,
  writers: [
    'quiet sysctl.vm.swappiness=1 "sysctl.net/ipv4/tcp_rmem=1 2 3" -- x\n',
    'GRUB_CMDLINE_LINUX_DEFAULT="quiet sysctl.vm.swappiness=1"\nENABLED=yes\nIPT_SYSCTL=/etc/ufw/sysctl.conf\n',
    "mine\n",
    "[main]\ninclude=a,b\n[variables]\nx=1\n[sysctl]\nvm.swappiness=${x}\n[vm]\ndirty_bytes=40%\n",
    "[Match]\nName=eth0 en*\n[Network]\nIPForward=yes\nIPv4ReversePathFilter=loose\n",
    "bootcmd:\n  - sysctl -w vm.swappiness=1\n  - echo 1 > /proc/sys/vm/laptop_mode\n",
    "blacklist sctp\ninstall sctp /bin/true\n",
    "<network>\n<forward mode='nat'/>\n<ip address='1.2.3.4'/>\n",
    'NOTE_APPLY_ORDER="a b"\n[Unit]\nConditionPathExists=/x\n[Service]\nExecStart=\nExecStart=/bin/true\n',
  ],
  profiles: [
    readFileSync("profiles/nat-gateway.yaml", "utf8"),
    readFileSync("profiles/forwarding-base.yaml", "utf8"),
    `name: p
summary: Of a test
kernels: ">=5.4 <6.9"
include: [web-base]
parameters: { rate: { default: 10, minimum: 1, maximum: 120, why: w } }
settings:
  net.ipv4.tcp_keepalive_time: { at_most: "\${rate * 60}", why: w, evidence: [a], source: [b] }
  net.ipv4.conf.*.rp_filter: { value: "1", when: "\${'lo' in host.interfaces}", why: w }
  net.ipv4.ip_local_reserved_ports: { value: "8080,30000-32767", why: w, allow: { lowers-value: w } }
  net.core.somaxconn: unset
`,
  ],
  boot: [
    "# c\nnet.core.somaxconn = 4096\n-net.ipv4.conf.*.rp_filter = 1\n-net.ipv4.conf.eth0.rp_filter\n; c\n",
    `${dropInMarker}\n# Profiles: web\n\n# web: why\nnet.ipv4.tcp_rmem = 1 2 3\n`,
  ],
  facts: factsFile(),
  plan: planToFile(plan),
  record: recordToFile({
    id: 1,
    kind: "apply",
    status: "committed",
    time: "2026-01-02T03:04:05.678Z",
    by: "root",
    kernel: { bootId: "0c8c1b26-5a0e-4e04-9c62-7a5f7c9a3ef1", release: "6.18.0", networkNamespace: "host" },
    before: { readings: {}, files: {}, applied: null },
    after,
  }),
  expressions: [
    "(rate + 65535) / 65536 * 65536",
    "'nf_conntrack' in host.modules || has_tunable('net.netfilter.nf_conntrack_max')",
    "max(4096, min(host.memory_bytes / 1024, rate))",
    "host.interfaces.exists(name, name.startsWith('eth')) && kernel_at_least('5.8')",
    "host.arch == 'x86_64' ? string(rate) + '0' : '1 2 3'",
    "host.modules.map(m, size(m))[0]",
  ],
} as const;

const awkward = [
  "\0",
  "\u001b[2J",
  "\u202e",
  "\ufeff",
  "\u2028",
  "\r",
  "\t",
  "é",
  "\ud800",
  "999999999999999999999",
  "-0",
];

export const profileWords = [
  ..."\"'[]{},:-?&*!|>%@`#~\\ \n".split(""),
  ...[
    "  ",
    ": ",
    "- ",
    "? ",
    "---\n",
    "...\n",
    "<<: *a\n",
    "&a ",
    "*a",
    "!!str ",
    "!a ",
    "\\q",
    "\\x1b",
    "|\n",
    ">-\n",
  ],
  ...[
    "name: x\n",
    "settings:\n",
    "  net.core.somaxconn: ",
    "value: ",
    "why: x",
    "unset",
    "at_least: 1",
    "when: ",
    "${",
    "}",
  ],
  ...[
    "include: [./p.yaml]\n",
    "parameters:\n",
    "__proto__: ",
    "constructor: ",
    "'${1}'",
    "${host.cpus}",
    "k: 1\n",
    ...awkward,
  ],
];

export const writerWords = [
  "=",
  "[",
  "]",
  "${",
  "}",
  "[sysctl]",
  "[Match]\nName=",
  "[Network]",
  "[main]\ninclude=",
  "IPForward=yes",
  "*",
  "eth",
  "sysctl -w ",
  "echo ",
  " > /proc/sys/",
  "bootcmd:",
  "sysctl.",
  'GRUB_CMDLINE_LINUX="',
  '"',
  "'",
  "\\",
  "#",
  ";",
  "/",
  ".",
  "..",
  " ",
  "\n",
  "\r",
  "\u0000",
  "net/ipv4/tcp_sack",
  "<forward",
  "<ip",
  ">",
  "__proto__",
];
export const bootWords = [
  ..."=-#;*?[]{}/.\\,! \n".split(""),
  ...[
    "net.core.somaxconn",
    "net.ipv4.conf.*.rp_filter",
    "net/ipv4/conf/eth0.100/rp_filter",
    "{a,b}",
    "**/",
    "[!a-z]",
  ],
  ...[
    "..",
    "../",
    "[[:alpha:]]",
    " = 1\n",
    "-net.ipv4.conf.eth0.rp_filter\n",
    "\v",
    "\f",
    "=",
    dropInMarker,
    ...awkward,
  ],
];

export const jsonWords = [
  ...'{}[],:"\\ \n'.split(""),
  ...[
    "[{",
    '{"a":',
    '"a":1,',
    '"version":1,',
    '"__proto__":{',
    '"constructor":',
    "null,",
    "true",
    "-",
    "1e999",
    "0.1",
  ],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"net/../x"',
    "\\u0061",
    '"kind":"facts",',
    '"readings":{',
    "[],",
    '"',
    ...awkward,
  ],
];

export const expressionWords = [
  ..."()[]{}.,?:+-*/%<>=!&|'\" \\\n".split(""),
  ...[
    "rate",
    "host",
    "host.modules",
    "host.interfaces",
    "host.memory_bytes",
    "has_tunable(",
    "kernel_at_least('",
    "max(",
    "size(",
  ],
  ...[
    ".map(a, ",
    ".filter(a, ",
    ".exists(a, ",
    ".matches('",
    " in ",
    "==",
    "&&",
    "||",
    "0",
    "1",
    "9223372036854775807",
    "1.5",
  ],
  ...[
    "true",
    "null",
    "b'x'",
    "r'x'",
    '"""',
    "1u",
    "0x7f",
    "-9223372036854775808",
    "__proto__",
    "{'a': 1}",
    "[1, 2]",
    ...awkward,
  ],
];
