/**
 * Each way in which a boot is known to give another value than a setting wants, in its smallest form and as a
 * plan, `verify` or a command tells it: a machine whose files are on disk and whose kernel is in memory.
 *
 * A comment in a test has the number of the case in the list: lines.test.ts has 1 to 3, 5, 6, 19 to 24
 * and 26 to 28; files.test.ts 4, 7 to 12, 25, 28 and 29; writers.test.ts 13 to 18. The loaders' own part, without
 * a plan, is in ../boot/versions.test.ts and ../disk/boot-stack.test.ts, what other programs' files say in
 * ../writers/, and what real boots show in ../boots/cases.ts.
 */
import { writeFileSync } from "node:fs";
import { type Loader, usualLoader } from "../../src/boot/loader.js";
import type { BootStack } from "../../src/boot/stack.js";
import { lookBelow } from "../../src/disk/boot-sources.js";
import { readBootStack } from "../../src/disk/boot-stack.js";
import { ownFiles } from "../../src/disk/own-files.js";
import type { Host } from "../../src/host.js";
import { factsWith } from "../../src/operations/gather.js";
import { inspect } from "../../src/operations/inspect.js";
import type { BootValue } from "../../src/plan/plan.js";
import { planSettings } from "../../src/plan/plan-settings.js";
import type { Problem, Warning } from "../../src/problem.js";
import type { Wanted } from "../../src/profile/profile.js";
import { driftWords } from "../../src/render/drift.js";
import { bootSources } from "../../src/writers/surroundings.js";
import { catalogue, machine } from "../fakes/machine.js";
import { setting } from "../fakes/settings.js";
import { runCommandLine, type Said } from "../support/command-line.js";
import { profileText } from "../support/profile-text.js";
import { type Tree, treeOnDisk } from "../writers/trees.js";

/** As the kernel starts. */
const values = {
  "kernel.sem": "32000 1024000000 500 32000",
  "net.core.somaxconn": "4096",
  "net.ipv4.ip_forward": "0",
  "net.ipv4.tcp_keepalive_intvl": "75",
  "net.ipv4.tcp_keepalive_probes": "9",
  "net.ipv4.tcp_retries2": "15",
  "net.ipv4.tcp_timestamps": "1",
  "net.netfilter.nf_conntrack_tcp_loose": "1",
  "vm.dirty_background_bytes": "0",
  "vm.dirty_background_ratio": "10",
  "vm.swappiness": "60",
  ...Object.fromEntries(
    ["all", "default", "lo", "eth0", "eth0/100"].flatMap((name) => [
      [`net.ipv4.conf.${name}.arp_announce`, "0"],
      [`net.ipv4.conf.${name}.forwarding`, "0"],
      [`net.ipv6.conf.${name}.forwarding`, "0"],
    ]),
  ),
};

export type Wants = Readonly<Record<string, Wanted | string>>;

type OfMachine = {
  readonly loader?: Loader;
  /** What this user finds in place of what is there. */
  readonly stack?: (found: BootStack) => BootStack;
};

export type Foretold = {
  /** The findings of the plan, and those of `verify` after an apply: `CODE WHY FILE:LINE`. */
  readonly told: readonly string[];
  readonly verify: readonly string[];
  /** The third column: `VALUE FILE:LINE`. */
  readonly boot: Readonly<Record<string, string>>;
  /** The lines of our drop-in. */
  readonly ours: readonly string[];
};

/** @param files by path, or a root that is there already */
export async function foretold(
  wants: Wants,
  files: Tree | string,
  { loader, stack }: OfMachine = {},
): Promise<Foretold> {
  const root = typeof files === "string" ? files : treeOnDisk(files);
  const box = machine({ values, disk: ownFiles(root, [0, process.getuid?.() ?? 0]) });
  const look = lookBelow(root);
  const found = (): BootStack => readBootStack(root);
  const host: Host = {
    ...box.host,
    ...(box.host.facts && { facts: { ...box.host.facts, loader: loader ?? usualLoader.systemd } }),
    bootStack: stack ? () => stack(found()) : found,
    bootSources: () => bootSources(look),
    lookAtBoot: look,
  };
  const settings = Object.entries(wants).map(([key, wanted]) => setting(key, wanted));
  const { facts } = factsWith(catalogue, host, { records: box.records.all(), unreadable: [] });
  const plan = planSettings({ catalogue, profiles: ["web"], settings, leftOut: [], parameters: {}, facts });
  const { status } = await box.carryOutPlan(plan);
  const after = await inspect(host);
  if (status !== "done" || !after.ok) throw new Error(`the apply was ${status}`);
  const { drifts, problems, warnings } = after.value;
  return {
    told: [...plan.problems, ...plan.warnings].map(brief),
    verify: [...drifts.map(driftWords), ...[...problems, ...warnings].map(brief)],
    boot: Object.fromEntries(plan.keys.map(({ key, boot }) => [key, column(boot.after)])),
    ours: (plan.files[0]?.after ?? "").split("\n").filter((line) => /^[^#]/.test(line)),
  };
}

function brief(finding: Problem | Warning): string {
  const { code, cause, rule = cause, program, name, via, ...place } = finding as Finding;
  return [code, rule, program, name, placeOf(place), via && `via ${via}`].filter(Boolean).join(" ");
}

type Finding = { readonly code: string; readonly line?: number } & Partial<
  Readonly<Record<"cause" | "rule" | "program" | "name" | "file" | "via", string>>
>;

const column = (boot: BootValue): string =>
  [boot.value ?? "?", boot.from === "kernel" ? "" : placeOf(boot)].filter(Boolean).join(" ");

const placeOf = ({ file, line }: { readonly file?: string; readonly line?: number }): string =>
  [file, line].filter((part) => part !== undefined).join(":");

/** A command on an image, which may be given `./p.yaml`. */
export async function onImage(
  root: string,
  wants: Readonly<Record<string, string>>,
  line: string,
): Promise<Said> {
  writeFileSync(`${root}/p.yaml`, profileText("p", wants));
  return runCommandLine(`${line} --root ${root}`, root, { uid: 0 });
}

export const etc = "/etc/sysctl.d";
export const ours = `${etc}/90-tunectl.conf`;
export const late = `${etc}/96-x.conf`;
export const early = `${etc}/12-x.conf`;
export const systemd = (version: string): Loader => ({ name: "systemd", version, init: "systemd" });
export const procps = (version: string): Loader => ({ name: "procps", version, init: "sysvinit" });

/** One file with one line, the second. */
export const against = (line: string, wants: Wants, loader?: Loader, file = late): Promise<Foretold> =>
  foretold(wants, { [file]: `# theirs\n${line}\n` }, loader && { loader });

export const swappiness = { "vm.swappiness": "10" };
export const asWanted = { told: [], verify: [], boot: { "vm.swappiness": `10 ${ours}:5` } };
/** Its line gives 40. */
export const beatenBy = (place: string): object => ({
  told: [`overridden-at-boot read-later ${place}`],
  verify: [`vm.swappiness: applied 10, the next boot gives 40 from ${place}`],
  boot: { "vm.swappiness": `40 ${place}` },
});

export const announce = "net.ipv4.conf.*.arp_announce";
export const of = (name: string): string => announce.replace("*", name);
export const each = (value: string, ...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [of(name), value]));
