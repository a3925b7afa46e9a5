/** The catalogue says of the settings that people really use what this kernel does with them. */
import { release } from "node:os";
import { expect } from "vitest";
import { checkValue } from "../../src/catalogue/check-value.js";
import { interfaceOf, isPattern, keyPath, withInterface } from "../../src/catalogue/key.js";
import { exactly } from "../../src/catalogue/target.js";
import { keyOf, lists, settingText, tunableOf } from "../support/corpus.js";
import { onHost } from "../support/host.js";
import { realKernel } from "../support/real-kernel.js";

/** What the kernel does otherwise than the catalogue says, and why. */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  "refused: reaches below net.ipv4.ip_unprivileged_port_start": [
    "net.ipv4.ip_local_port_range = 1000 65535",
    "net.ipv4.ip_local_port_range = 500 63000",
  ],
  "refused: below net.ipv4.ipfrag_low_thresh": [
    "net.ipv4.ipfrag_high_thresh = 262144",
    "net.ipv4.ipfrag_high_thresh = 512000",
  ],
};

const interfaces = ["all", "default", "lo", "eth0"];
/** What it takes depends on the modules of the host. */
const ofTheHost = [
  "net.ipv4.tcp_congestion_control",
  "net.core.default_qdisc",
  // A user namespace of an ordinary user has one group, and takes no other.
  ...(process.getuid?.() === 0 ? [] : ["net.ipv4.ping_group_range"]),
];

/** The settings that a network namespace of its own lets one try, with the file of each. */
const tried = [
  ...new Map(
    lists.flatMap(({ settings }) =>
      settings.flatMap(([written, value]) => {
        const [key, tunable] = [keyOf(written), tunableOf(written)];
        if (!key || tunable?.scope !== "network-namespace" || ofTheHost.includes(tunable.key)) return [];
        const plain = isPattern(key) ? withInterface(key, "default") : key;
        const name = interfaceOf(plain);
        if (name !== undefined && !interfaces.includes(name)) return [];
        return [
          [settingText(plain, value), { tunable, value, file: `/proc/sys/${keyPath(plain)}` }] as const,
        ];
      }),
    ),
  ),
];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

// Each value stands alone: what was there before is put back. Opening tells what may not be written here.
const script = `
try() {
  if ! ( : > "$1" ) 2> /dev/null; then echo closed; return; fi
  was=$(cat "$1" 2> /dev/null)
  if printf '%s\\n' "$2" 2> /dev/null > "$1"; then echo taken; else echo refused; fi
  [ -z "$was" ] || printf '%s\\n' "$was" > "$1" 2> /dev/null
}
${tried.map(([, { file, value }]) => `try ${quoted(file)} ${quoted(value)}`).join("\n")}
`;

realKernel("the values that people really use are taken or refused as the catalogue says", async () => {
  const said = await onHost({ interface: "add-interface eth0", all: "sh ./try.sh" }, { "try.sh": script });
  const answers = said.all.out.trim().split("\n");
  expect(answers.length, said.all.err).toBe(tried.length);
  const target = exactly(release());
  const different = tried.flatMap(([setting, { tunable, value }], at) => {
    if (answers[at] === "closed") return [];
    return checkValue(tunable, value, target).ok === (answers[at] === "taken") ? [] : [setting];
  });
  expect(answers.filter((answer) => answer !== "closed").length).toBeGreaterThan(200);
  expect(different.sort()).toEqual(Object.values(otherwise).flat().sort());
});
