/** Builds the guest: Debian with systemd on a real ext4 disk, Debian's kernel, this machine's node, and `dist`. */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { needless, packInitramfs, place, putProgram, run, write } from "../guest/tree.js";
import { profiles } from "./profiles.js";

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, "../..");
const packages = "systemd,systemd-sysv,dbus,libpam-systemd,procps,kmod,util-linux,login";

/** @returns the release of the kernel */
export function buildGuest(folder: string): string {
  const tree = join(folder, "tree");
  const release = unpackKernel(folder);
  if (!existsSync(tree)) {
    const fresh = join(folder, "fresh");
    rmSync(fresh, { recursive: true, force: true });
    run("debootstrap", "--variant=minbase", `--include=${packages}`, "bookworm", fresh);
    run("mv", fresh, tree);
  }
  cpSync(join(folder, "unpacked/lib/modules"), join(tree, "lib/modules"), { recursive: true });
  run("depmod", "-b", tree, release);
  furnish(tree);
  packInitramfs(folder, tree, release);
  makeDisk(folder, tree);
  return release;
}

/** The newest of Debian's kernels for virtual machines. */
function unpackKernel(folder: string): string {
  const unpacked = join(folder, "unpacked");
  if (!existsSync(unpacked)) {
    const newest = /Depends: (linux-image-\S+)/.exec(run("apt-cache", "depends", "linux-image-cloud-amd64"));
    const name = newest?.[1] ?? "linux-image-cloud-amd64";
    execFileSync("apt-get", ["download", name], { cwd: folder, stdio: "inherit" });
    const file = readdirSync(folder).find((one) => one.startsWith(`${name}_`)) ?? "";
    run("dpkg-deb", "-x", join(folder, file), unpacked);
  }
  const release = readdirSync(join(unpacked, "lib/modules"))[0] ?? "";
  copyFileSync(join(unpacked, "boot", `vmlinuz-${release}`), join(folder, "kernel"));
  return release;
}

/** Puts what is tested, and what tests it, into the guest's tree. */
function furnish(tree: string): void {
  putProgram(tree);
  for (const name of readdirSync(join(here, "guest")))
    place(tree, join(here, "guest", name), `tools/${name}`);
  for (const [name, text] of Object.entries(profiles)) write(tree, `root/${name}`, text);
  const units = "etc/systemd/system";
  place(tree, join(project, "packaging/tunectl-recover.service"), `${units}/tunectl-recover.service`);
  write(
    tree,
    `${units}/tunectl-recover.service.d/when-asked.conf`,
    "[Unit]\nConditionKernelCommandLine=with-recover\n",
  );
  // What was live when systemd-sysctl had ended, and before anything else could run.
  write(
    tree,
    `${units}/systemd-sysctl.service.d/then.conf`,
    "[Service]\nExecStartPost=/bin/sh /tools/readings.sh /run/at-boot\n",
  );
  run("systemctl", `--root=${tree}`, "--quiet", "enable", "tunectl-recover.service");
  run("systemctl", `--root=${tree}`, "--quiet", "mask", ...needless);
}

function makeDisk(folder: string, tree: string): void {
  const raw = join(folder, "disk.raw");
  rmSync(raw, { force: true });
  run("mkfs.ext4", "-q", "-d", tree, raw, "1G");
}
