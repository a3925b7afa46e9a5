/** What guests have in common: the program and what speaks to it, units that no test needs, and an initramfs. */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, "../..");

/** Emulation is slow, and these have no part in what a boot sets. */
export const needless = [
  ...["sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount", "dev-hugepages.mount"],
  ...["dev-mqueue.mount", "sys-fs-fuse-connections.mount", "proc-sys-fs-binfmt_misc.automount"],
  ...["configfs", "dm_mod", "efi_pstore", "fuse", "loop"].map((name) => `modprobe@${name}.service`),
  ...["kmod-static-nodes.service", "systemd-sysusers.service", "systemd-random-seed.service"],
  ...["systemd-journal-flush.service", "getty@tty1.service", "serial-getty@ttyS0.service"],
  ...["systemd-tmpfiles-setup-dev.service", "systemd-tmpfiles-setup.service", "systemd-update-utmp.service"],
];

export const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "inherit"] });

/** Copies a file into a tree; a link there gives way, and so does a file that shares its bytes with another tree. */
export function place(tree: string, from: string, to: string): void {
  mkdirSync(dirname(join(tree, to)), { recursive: true });
  rmSync(join(tree, to), { force: true });
  cpSync(from, join(tree, to), { dereference: true });
}

export function write(tree: string, path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  rmSync(join(tree, path), { force: true });
  writeFileSync(join(tree, path), text);
}

/** Puts this machine's node, `dist` and an agent that runs what it is sent into a tree that has systemd. */
export function putProgram(tree: string): void {
  if (!existsSync(join(project, "dist/start.cjs")))
    throw new Error("build the program first: npm run bundle");
  place(tree, process.execPath, "tools/node");
  for (const library of run("ldd", process.execPath).matchAll(/(\/\S+)\s+\(0x/g))
    if (!existsSync(join(tree, library[1] ?? ""))) place(tree, library[1] ?? "", library[1] ?? "");
  for (const name of readdirSync(join(project, "dist")).filter((one) => /^(start|tunectl)\./.test(one)))
    place(tree, join(project, "dist", name), `tools/${name}`);
  for (const name of readdirSync(join(here, "tools")))
    place(tree, join(here, "tools", name), `tools/${name}`);
  place(tree, join(here, "tools/agent.service"), "etc/systemd/system/agent.service");
  write(tree, "etc/fstab", "/dev/vda / ext4 defaults 0 0\n");
  write(tree, "tools/tunectl", '#!/bin/sh\nexec /tools/node /tools/start.cjs "$@"\n');
  run("chmod", "755", join(tree, "tools/tunectl"), join(tree, "tools/node"));
  run("ln", "-sfn", "/tools/tunectl", join(tree, "usr/bin/tunectl"));
  run("systemctl", `--root=${tree}`, "--quiet", "enable", "agent.service");
}

/** Writes `initramfs` into the folder: all that the kernel needs to find the tree on its disk. */
export function packInitramfs(folder: string, tree: string, release: string): void {
  const initramfs = join(folder, "initramfs.d");
  rmSync(initramfs, { recursive: true, force: true });
  for (const name of ["bin", "dev", "root", "modules"]) mkdirSync(join(initramfs, name), { recursive: true });
  copyFileSync(run("which", "busybox").trim(), join(initramfs, "bin/busybox"));
  const needed = ["virtio_pci", "virtio_blk", "ext4"].flatMap((name) =>
    [...run("modprobe", "-d", tree, "-S", release, "--show-depends", name).matchAll(/^insmod (\S+)/gm)].map(
      ([, path]) => path ?? "",
    ),
  );
  for (const [at, path] of [...new Set(needed)].entries())
    copyFileSync(path, join(initramfs, "modules", `${String(at).padStart(2, "0")}-${basename(path)}`));
  copyFileSync(join(here, "tools/init.sh"), join(initramfs, "init"));
  run("chmod", "755", join(initramfs, "init"));
  run("sh", "-c", `cd '${initramfs}' && find . | cpio --quiet -o -H newc > '${join(folder, "initramfs")}'`);
}
