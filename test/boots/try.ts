/** One real boot, and what tunectl had foretold of it. */
import { existsSync, linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Machine } from "../guest/machine.js";
import { run } from "../guest/tree.js";
import { valuesOf } from "../power-cut/world.js";
import type { Boot } from "./case.js";
import {
  canonical,
  type Forecast,
  forecastOf,
  foretellAll,
  foretellImage,
  prepareTree,
  profile,
} from "./foretell.js";
import { copyTree, type Image, makeDisk } from "./image.js";

export type Tried = {
  readonly boot: Boot;
  readonly suite: string;
  /** The lines that name its systemd, its procps and its kernel. */
  readonly versions: string;
  readonly seconds: number;
  readonly found: ReadonlyMap<string, string>;
  /** From the tree, before the boot: the rows of `diff --root`, and the model for each key. */
  readonly rows: Forecast;
  readonly model: Forecast;
  /** The rows of `diff` in the guest, after the boot: of the next one, which is the same. */
  readonly live: Forecast;
};

/** Brings the late interfaces, and waits for those who look after them. */
const settle = [
  "timeout 200 systemctl is-system-running --wait > /dev/null",
  ...["ip link add late0 type dummy", "ip link set late0 up"],
  ...["ip link add link late0 name late0.5 type vlan id 5", "udevadm settle", "sleep 4", "udevadm settle"],
].join("; ");

const versions =
  "systemctl --version | head -n 1; dpkg-query --show --showformat '${Package} ${Version}\\n' procps tuned ufw; uname -r";

export async function tryBoot(image: Image, boot: Boot): Promise<Tried> {
  const began = Date.now();
  const tree = copyTree(image);
  prepareTree(tree, boot);
  if (boot.enable) run("systemctl", `--root=${tree}`, "--quiet", "enable", ...boot.enable);
  const rows = foretellImage(tree);
  const disk = makeDisk(image, tree);
  const folder = powerFolder(image);
  const machine = await Machine.start({ folder, disk, append: boot.append ?? "", cache: "unsafe" });
  try {
    const seen = await lookAround(machine, boot);
    const model = await foretellAll(tree, [...seen.found.keys()].map(pathOf));
    return {
      boot,
      suite: image.suite,
      rows,
      model,
      ...seen,
      seconds: Math.round((Date.now() - began) / 1000),
    };
  } finally {
    await machine.cut();
  }
}

async function lookAround(
  machine: Machine,
  { wait }: Boot,
): Promise<Pick<Tried, "found" | "live" | "versions">> {
  if (wait) await machine.run(wait);
  await machine.run(settle);
  const readings = await machine.run("sh /tools/readings.sh /run/now; cat /run/now");
  const said = await machine.run(`tunectl diff --format json /${profile} 2> /dev/null`);
  const { out } = await machine.run(versions);
  return {
    found: canonical(valuesOf(readings.out)),
    live: forecastOf(said.out),
    versions: out.trim().split("\n").join(", "),
  };
}

const pathOf = (key: string): string => key.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));

/** What qemu opens besides the disk. */
function powerFolder({ folder }: Image): string {
  const power = join(folder, "power");
  mkdirSync(power, { recursive: true });
  for (const name of ["kernel", "initramfs"]) {
    if (existsSync(join(power, name))) rmSync(join(power, name));
    linkSync(join(folder, name), join(power, name));
  }
  return power;
}
