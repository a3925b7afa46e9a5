/** Trees of Debian to boot: one for each suite, made once, and a copy for each boot. */
import { copyFileSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { needless, packInitramfs, putProgram, run, write } from "../guest/tree.js";

export const suites = ["bookworm", "trixie"] as const;
export type Suite = (typeof suites)[number];

/** A folder with `tree`, `kernel` and `initramfs` in it. */
export type Image = { readonly suite: Suite; readonly folder: string; readonly release: string };

const packages = "systemd,systemd-sysv,dbus,udev,kmod,procps,iproute2,ufw,tuned";

/** The newest of Debian's kernels for virtual machines, as a file. */
const downloadKernel =
  "cd / && apt-get download $(apt-cache depends linux-image-cloud-amd64 | " +
  "sed -n 's/.*Depends: \\(linux-image-[^ ]*\\)/\\1/p' | head -n 1)";

/** Emulation is slow, and these do nothing for a boot that is over in a minute. */
const idle = ["systemd-logind.service", "systemd-timesyncd.service", "modprobe@drm.service", "getty.target"];

/** What a boot of its own turns on again. */
const offUntilAsked = ["ufw.service", "tuned.service", "systemd-networkd.service"];

export function buildImage(home: string, suite: Suite): Image {
  const folder = join(home, suite);
  const tree = join(folder, "tree");
  if (!existsSync(tree)) {
    const fresh = join(folder, "fresh");
    rmSync(fresh, { recursive: true, force: true });
    run(
      ...(["mmdebstrap", "--quiet", "--mode=root", "--variant=apt"] as const),
      '--aptopt=APT::Install-Recommends "false"',
      `--include=${packages}`,
      `--customize-hook=chroot "$1" sh -c "${downloadKernel.replaceAll("$", "\\$")}"`,
      suite,
      fresh,
      "http://deb.debian.org/debian",
    );
    run("mv", fresh, tree);
  }
  const release = unpackKernel(folder, tree);
  putProgram(tree);
  // Without one the boot is the machine's first, which turns units on as their makers want them.
  write(tree, "etc/machine-id", `${"b007".repeat(8)}\n`);
  run("systemctl", `--root=${tree}`, "--quiet", "disable", ...offUntilAsked);
  const masked = [...needless.filter((unit) => !/tmpfiles/.test(unit)), ...idle];
  run("systemctl", `--root=${tree}`, "--quiet", "mask", ...masked);
  packInitramfs(folder, tree, release);
  return { suite, folder, release };
}

function unpackKernel(folder: string, tree: string): string {
  const unpacked = join(folder, "unpacked");
  if (!existsSync(unpacked)) {
    const name = readdirSync(tree).find((one) => one.startsWith("linux-image-")) ?? "";
    run("dpkg-deb", "-x", join(tree, name), unpacked);
    rmSync(join(tree, name));
    const modules = existsSync(join(unpacked, "usr/lib/modules")) ? "usr/lib/modules" : "lib/modules";
    cpSync(join(unpacked, modules), join(tree, "usr/lib/modules"), { recursive: true });
  }
  const release = readdirSync(join(tree, "usr/lib/modules"))[0] ?? "";
  run("depmod", "-b", tree, release);
  copyFileSync(join(unpacked, "boot", `vmlinuz-${release}`), join(folder, "kernel"));
  return release;
}

/** A copy that shares the bytes of files: what is written to it takes the place of a file, and spares the other. */
export function copyTree({ folder }: Image): string {
  const copy = join(folder, "boot");
  rmSync(copy, { recursive: true, force: true });
  run("cp", "-al", join(folder, "tree"), copy);
  return copy;
}

/** @returns the disk, which holds the tree and what the boot writes */
export function makeDisk({ folder }: Image, tree: string): string {
  const [raw, disk] = [join(folder, "disk.raw"), join(folder, "disk.qcow2")];
  for (const old of [raw, disk]) rmSync(old, { force: true });
  run("mkfs.ext4", "-q", "-d", tree, raw, "1G");
  run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", raw, disk);
  return disk;
}
