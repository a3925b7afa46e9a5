/** Builds the guest: Debian with systemd on a real ext4 disk, Debian's kernel, this machine's node, and `dist`. */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { profiles } from "./profiles.js";

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, "../..");
const packages = "systemd,systemd-sysv,dbus,libpam-systemd,procps,kmod,util-linux,login";

/** Emulation is slow, and these have no part in what a boot sets. */
const needless = [
  ...["sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount", "dev-hugepages.mount"],
  ...["dev-mqueue.mount", "sys-fs-fuse-connections.mount", "proc-sys-fs-binfmt_misc.automount"],
  ...["configfs", "dm_mod", "efi_pstore", "fuse", "loop"].map((name) => `modprobe@${name}.service`),
  ...["kmod-static-nodes.service", "systemd-sysusers.service", "systemd-random-seed.service"],
  ...["systemd-journal-flush.service", "getty@tty1.service", "serial-getty@ttyS0.service"],
  ...["systemd-tmpfiles-setup-dev.service", "systemd-tmpfiles-setup.service", "systemd-update-utmp.service"],
];

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "inherit"] });

/** @returns the release of the kernel */
export function buildGuest(folder: string): string {
  if (!existsSync(join(project, "dist/start.cjs")))
    throw new Error("build the program first: npm run bundle");
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
  const place = (from: string, to: string): void => {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    rmSync(join(tree, to), { force: true });
    cpSync(from, join(tree, to), { dereference: true });
  };
  place(process.execPath, "tools/node");
  for (const library of run("ldd", process.execPath).matchAll(/(\/\S+)\s+\(0x/g))
    if (!existsSync(join(tree, library[1] ?? ""))) place(library[1] ?? "", library[1] ?? "");
  for (const name of readdirSync(join(project, "dist")).filter((one) => /^(start|tunectl)\./.test(one)))
    place(join(project, "dist", name), `tools/${name}`);
  for (const name of readdirSync(join(here, "guest"))) place(join(here, "guest", name), `tools/${name}`);
  for (const [name, text] of Object.entries(profiles)) writeFileSync(join(tree, "root", name), text);
  const units = "etc/systemd/system";
  place(join(here, "guest/agent.service"), `${units}/agent.service`);
  place(join(project, "packaging/tunectl-recover.service"), `${units}/tunectl-recover.service`);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  write("etc/fstab", "/dev/vda / ext4 defaults 0 0\n");
  write("tools/tunectl", '#!/bin/sh\nexec /tools/node /tools/start.cjs "$@"\n');
  run("chmod", "755", join(tree, "tools/tunectl"), join(tree, "tools/node"));
  run("ln", "-sfn", "/tools/tunectl", join(tree, "usr/bin/tunectl"));
  write(
    `${units}/tunectl-recover.service.d/when-asked.conf`,
    "[Unit]\nConditionKernelCommandLine=with-recover\n",
  );
  // What was live when systemd-sysctl had ended, and before anything else could run.
  write(
    `${units}/systemd-sysctl.service.d/then.conf`,
    "[Service]\nExecStartPost=/bin/sh /tools/readings.sh /run/at-boot\n",
  );
  for (const unit of ["agent.service", "tunectl-recover.service"])
    run("systemctl", `--root=${tree}`, "--quiet", "enable", unit);
  run("systemctl", `--root=${tree}`, "--quiet", "mask", ...needless);
}

function packInitramfs(folder: string, tree: string, release: string): void {
  const initramfs = join(folder, "initramfs.d");
  rmSync(initramfs, { recursive: true, force: true });
  for (const name of ["bin", "dev", "root", "modules"]) mkdirSync(join(initramfs, name), { recursive: true });
  copyFileSync(run("which", "busybox").trim(), join(initramfs, "bin/busybox"));
  const needed = ["virtio_pci", "virtio_blk"].flatMap((name) =>
    [...run("modprobe", "-d", tree, "-S", release, "--show-depends", name).matchAll(/^insmod (\S+)/gm)].map(
      ([, path]) => path ?? "",
    ),
  );
  for (const [at, path] of [...new Set(needed)].entries())
    copyFileSync(path, join(initramfs, "modules", `${String(at).padStart(2, "0")}-${basename(path)}`));
  copyFileSync(join(here, "guest/init.sh"), join(initramfs, "init"));
  run("chmod", "755", join(initramfs, "init"));
  run("sh", "-c", `cd '${initramfs}' && find . | cpio --quiet -o -H newc > '${join(folder, "initramfs")}'`);
}

function makeDisk(folder: string, tree: string): void {
  const raw = join(folder, "disk.raw");
  rmSync(raw, { force: true });
  run("mkfs.ext4", "-q", "-d", tree, raw, "1G");
}
