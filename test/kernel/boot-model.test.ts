import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type LoaderName, usualLoader } from "../../src/boot/loader.js";
import { runBoot } from "../../src/boot/run.js";
import { simulate } from "../../src/boot/simulate.js";
import { influencing } from "../../src/catalogue/affected.js";
import { findTunable } from "../../src/catalogue/catalogue.js";
import { type Key, keyPath, pathKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { exactly } from "../../src/catalogue/target.js";
import { canonicalReading, type Value } from "../../src/catalogue/value.js";

// The judges are this kernel and the real systemd-sysctl and procps sysctl, in a network namespace for each file.

const catalogue = shippedCatalogue();
const systemdSysctl = ["/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"].find(existsSync);
const namespaces = process.getuid?.() === 0 ? ["-m"] : ["-r", "-m"];
const missing =
  ["ip", "unshare", "sysctl"].find((tool) => spawnSync(tool, ["--version"]).error) ??
  (systemdSysctl ? undefined : "systemd-sysctl");
const run = missing !== undefined && process.env["CI"] === undefined ? it.skip : it;
const count = Number(process.env["BOOT_CASES"] ?? 40);
const seed = Number(process.env["BOOT_SEED"] ?? 20260801);

const interfaces = ["all", "default", "lo", "t0"];
const each = (family: string, leaf: string): readonly string[] =>
  interfaces.map((name) => `net/${family}/conf/${name}/${leaf}`);
const watched = [
  "net/ipv4/ip_forward",
  ...each("ipv4", "forwarding"),
  ...each("ipv4", "rp_filter"),
  ...each("ipv4", "accept_redirects"),
  ...each("ipv6", "disable_ipv6"),
  ...each("ipv6", "forwarding"),
  ...each("ipv6", "accept_ra"),
  "net/ipv4/tcp_fin_timeout",
  "net/ipv4/tcp_sack",
  "net/ipv4/tcp_rmem",
  "net/ipv4/ip_local_port_range",
  "net/ipv4/ip_unprivileged_port_start",
  "net/ipv4/ip_local_reserved_ports",
  "net/ipv4/ping_group_range",
];

const value = fc.constantFrom(
  ...["0", "1", "2", "5", "30", "30 # why", "010", "0x10", "soon", "", "-1", "1k", "99999999999", "7 8"],
  ...["8192", "4096 abc", "4096 8192 16384", "500 60000", "1024", "60000 500", "1024 65000", "1 0"],
  ...["8080,8081", "8080, 8081", "70000", "1-3,2"],
);
const key = fc.constantFrom(
  ...watched,
  ...watched,
  ...["net/ipv4/conf/*/forwarding", "net/ipv4/conf/*/rp_filter", "net/ipv6/conf/*/disable_ipv6"],
  ...["net/ipv4/conf/[dl]*/accept_redirects", "net/ipv6/conf/t*/accept_ra"],
);
const line = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(key, value).map(([name, text]) => `${name} = ${text}`) },
  { weight: 1, arbitrary: key.map((name) => `-${name}`) },
);
const file = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => `${lines.join("\n")}\n`);

run(
  `this kernel ends a boot as the model of it does, over ${count} files whose values it refuses, cuts and carries on`,
  { timeout: 120_000 + count * 2000 },
  () => {
    if (missing !== undefined) throw new Error(`This needs ${missing}`);
    const files = fc.sample(file, { seed, numRuns: count });
    const wrong = (["systemd", "procps"] as const).flatMap((loader) =>
      judged(loader, files).flatMap((readings, at) => differences(loader, files[at] ?? "", readings)),
    );
    expect(wrong.slice(0, 3)).toEqual([]);
    // What is not said is no proof.
    expect(known.yes).toBeGreaterThan(count * watched.length);
    expect(known.no).toBeLessThan(known.yes / 20);
  },
);

const known = { yes: 0, no: 0 };

type Readings = { readonly before: ReadonlyMap<string, string>; readonly after: ReadonlyMap<string, string> };

/** What each key reads before the loader and after it. */
function judged(loader: LoaderName, files: readonly string[]): readonly Readings[] {
  const work = mkdtempSync(join(tmpdir(), "tunectl-model-"));
  try {
    for (const [at, text] of files.entries()) writeFileSync(join(work, `${at}.conf`), text);
    const command = loader === "systemd" ? (systemdSysctl ?? "") : "sysctl --system";
    const said = execFileSync(
      "unshare",
      [...namespaces, "sh", "-euc", script, "judge", work, String(files.length), command, watched.join(" ")],
      { encoding: "utf8", maxBuffer: 1 << 28 },
    );
    return said.split("=== case\n").slice(1).map(understood);
  } finally {
    rmSync(work, { recursive: true });
  }
}

// Each file is alone in a sysctl.d that no other folder of the host is seen beside.
const script = `
work=$1 count=$2 command=$3 watched=$4
for folder in /etc/sysctl.d /run /usr/lib/sysctl.d /usr/local/lib; do mount -t tmpfs none $folder; done
if [ ! -L /lib ] && [ -d /lib/sysctl.d ]; then mount -t tmpfs none /lib/sysctl.d; fi
if [ -e /etc/sysctl.conf ]; then : > /run/empty; mount --bind /run/empty /etc/sysctl.conf; fi
mount --bind /proc/sys /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys
at=0
while [ $at -lt $count ]; do
  cp $work/$at.conf /etc/sysctl.d/50-a.conf
  unshare -n -m sh -c '
    mount -o remount,bind,rw /proc/sys/net
    ip link set lo up
    ip link add t0 type dummy 2>/dev/null || ip link add t0 type bridge 2>/dev/null || ip tuntap add dev t0 mode tun
    echo "=== case"
    cd /proc/sys
    grep -H "" $2 || :
    echo "=== after"
    $1 >/dev/null 2>&1 || :
    grep -H "" $2 || :
  ' case "$command" "$watched"
  at=$((at + 1))
done
`;

function understood(text: string): Readings {
  const [before = "", after = ""] = text.split("=== after\n").map((part) => part.trim());
  return { before: readingsOf(before), after: readingsOf(after) };
}

const readingsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\n").map((one) => [one.slice(0, one.indexOf(":")), one.slice(one.indexOf(":") + 1)] as const),
  );

function differences(name: LoaderName, text: string, { before, after }: Readings): readonly unknown[] {
  const loader = { ...usualLoader[name], ...(name === "procps" && { init: "systemd" as const }) };
  const entries = [{ folder: "/etc/sysctl.d", name: "50-a.conf", content: { kind: "text" as const, text } }];
  const keys = [...after.keys()].map((path) => pathKey(path));
  const paths = [...influencing(catalogue, keys, interfaces)].map(keyPath).filter((path) => before.has(path));
  const starts = (one: Key): Value | undefined => {
    const read = before.get(keyPath(one));
    return read === undefined ? undefined : canonicalReading(findTunable(catalogue, one), read);
  };
  const target = exactly(execFileSync("uname", ["-r"], { encoding: "utf8" }).trim());
  const { of } = runBoot(
    { catalogue, target, loader, interfaces, starts, isTaken: () => false },
    { loader: simulate({ entries }, loader, paths).writes, late: [], programs: [] },
  );
  return keys.flatMap((one) => {
    const real = canonicalReading(findTunable(catalogue, one), after.get(keyPath(one)) ?? "");
    const foretold = of(one).value;
    known[foretold === undefined ? "no" : "yes"]++;
    return foretold === undefined || foretold === real
      ? []
      : [{ name, text, key: one, foretold, real, before: before.get(keyPath(one)) }];
  });
}
