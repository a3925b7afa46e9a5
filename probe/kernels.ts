/**
 * Measures Debian's own kernels, each in a virtual machine of qemu without KVM, and writes what it found to
 * `test/kernel/measured`: `npx tsx probe/kernels.ts FOLDER [VERSION…]`. FOLDER keeps the packages. The version
 * `running` is this host's kernel, of which only a fresh network namespace is measured. It needs no root, but
 * dpkg-deb, depmod, cpio, ldd, busybox (the static one) and qemu-system-x86_64.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { measureHere } from "./measure-here.js";
import { type Measurement, print } from "./measurement.js";

const here = dirname(fileURLToPath(import.meta.url));
const results = join(here, "../test/kernel/measured");

/** Where Debian's archive has them; a package that is superseded moves to snapshot.debian.org. */
const packages: Readonly<Record<string, string>> = {
  "5.10":
    "debian-security/pool/updates/main/l/linux-signed-amd64/linux-image-5.10.0-46-amd64_5.10.262-1_amd64.deb",
  "6.1":
    "debian-security/pool/updates/main/l/linux-signed-amd64/linux-image-6.1.0-56-amd64_6.1.192-2_amd64.deb",
  "6.12": "debian/pool/main/l/linux-signed-amd64/linux-image-6.12.95+deb12-amd64_6.12.95-1~bpo12+1_amd64.deb",
};

/** Modules that bring keys, or something that a key names. */
const modules = [
  ...["crc32c_generic", "libcrc32c", "crc32c_intel", "fcrypt", "pcbc"],
  ...["veth", "dummy", "nf_conntrack", "nf_conntrack_netlink", "br_netfilter", "nf_log_syslog"],
  ...[
    "mpls_router",
    "mpls_iptunnel",
    "vrf",
    "sctp",
    "dccp",
    "dccp_ipv4",
    "rds",
    "tipc",
    "smc",
    "llc2",
    "rxrpc",
  ],
  ...["ax25", "netrom", "rose", "x25", "appletalk", "phonet", "ieee802154_6lowpan", "rdma_ucm", "iw_cm"],
  ...["ip_vs", "ip_vs_lblc", "ip_vs_lblcr", "tcp_bbr", "tcp_htcp", "sch_fq", "sch_cake", "sunrpc", "lockd"],
  ...["nfs", "nfsv4", "nfsd", "rpcrdma", "xfs", "fscache", "cachefiles", "ocfs2_stackglue", "coda"],
  ...["cdrom", "parport", "parport_pc", "md_mod", "scsi_mod", "sg", "mac_hid", "ipmi_poweroff", "hv_vmbus"],
  ...["i915", "xe", "raw", "binfmt_misc", "nf_conntrack_proto_dccp", "crypto_user", "des_generic"],
];

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28 });

async function fetchPackage(folder: string, path: string): Promise<string> {
  const file = join(folder, basename(path));
  if (existsSync(file)) return file;
  const answer = await fetch(`http://deb.debian.org/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

/** The paths of the modules and of what they need, below lib/modules/RELEASE, in the order of loading. */
function inOrder(root: string, release: string): string[] {
  run("depmod", "-b", root, release);
  const folder = join(root, "lib/modules", release);
  const needs = new Map<string, string[]>();
  for (const line of readFileSync(join(folder, "modules.dep"), "utf8").split("\n")) {
    const [path, rest] = line.split(":");
    if (path !== undefined && rest !== undefined) needs.set(path, rest.trim().split(" ").filter(Boolean));
  }
  const nameOf = (path: string): string =>
    basename(path)
      .replace(/\.ko.*$/, "")
      .replaceAll("-", "_");
  const paths = new Map([...needs.keys()].map((path) => [nameOf(path), path]));
  const order: string[] = [];
  for (const name of modules) {
    const path = paths.get(name);
    if (path === undefined) continue;
    for (const one of [...(needs.get(path) ?? []).reverse(), path]) if (!order.includes(one)) order.push(one);
  }
  return order;
}

const init = (paths: readonly string[]): string => `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
${paths.map((path) => `insmod ${path}`).join("\n")}
stty -F /dev/ttyS1 raw
node /measure.mjs --machine > /dev/ttyS1
echo "node ended with $?"
sleep 2
poweroff -f
`;

/** A small root with what the measurement needs, packed as the kernel takes it. */
async function makeInitramfs(root: string, release: string, work: string): Promise<string> {
  const initramfs = join(work, "initramfs");
  const place = (from: string, to: string): void => {
    mkdirSync(dirname(join(initramfs, to)), { recursive: true });
    cpSync(from, join(initramfs, to), { dereference: true });
  };
  for (const folder of ["bin", "proc", "sys", "dev", "tmp"])
    mkdirSync(join(initramfs, folder), { recursive: true });
  place(run("which", "busybox").trim(), "bin/busybox");
  place(process.execPath, "bin/node");
  for (const library of run("ldd", process.execPath).matchAll(/(\/\S+)\s+\(0x/g))
    place(library[1] ?? "", library[1] ?? "");
  place(join(root, "boot", `config-${release}`), `boot/config-${release}`);
  const paths = inOrder(root, release).map((path) => {
    const from = join(root, "lib/modules", release, path);
    const to = join("modules", basename(path).replace(/\.xz$/, ""));
    place(from, join("modules", basename(path)));
    if (from.endsWith(".xz")) run("xz", "-d", join(initramfs, "modules", basename(path)));
    return `/${to}`;
  });
  await build({
    entryPoints: [join(here, "measure.ts")],
    outfile: join(initramfs, "measure.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  writeFileSync(join(initramfs, "init"), init(paths), { mode: 0o755 });
  symlinkSync("/init", join(initramfs, "linuxrc"));
  const packed = join(work, "initramfs.cpio");
  run("sh", "-c", `cd ${initramfs} && find . | cpio --quiet -o -H newc > ${packed}`);
  return packed;
}

/** Boots it; the console goes to standard error, the measurement to a file. */
function boot(kernel: string, initramfs: string, out: string): Promise<void> {
  const append = "console=ttyS0 loglevel=3 mitigations=off nopti random.trust_cpu=on panic=-1 rdinit=/init";
  const args = [
    ...["-cpu", "max", "-m", "2048", "-smp", "1", "-nodefaults", "-nographic", "-no-reboot", "-net", "none"],
    ...["-kernel", kernel, "-initrd", initramfs, "-append", append],
    ...["-serial", "stdio", "-serial", `file:${out}`],
  ];
  return new Promise((done, fail) => {
    const machine = spawn("qemu-system-x86_64", args, { stdio: ["ignore", 2, 2] });
    const late = setTimeout(() => machine.kill("SIGKILL"), 3_600_000);
    machine.on("error", fail);
    machine.on("exit", () => {
      clearTimeout(late);
      done();
    });
  });
}

/** The last whole measurement: should the machine have stopped, the one before the daring keys. */
function lastOf(text: string): Measurement {
  const whole = text
    .replaceAll("\r", "")
    .split(/^(?=\{$)/m)
    .filter((part) => /\n\}\n\}\n$/.test(part));
  const last = whole.at(-1);
  if (last === undefined) throw new Error("the machine gave no measurement");
  if (whole.length < 2) process.stderr.write("the machine stopped among the daring keys\n");
  return JSON.parse(last) as Measurement;
}

async function measure(version: string, folder: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    const path = packages[version];
    if (path === undefined) throw new Error(`no package for ${version}`);
    const root = join(work, "root");
    run("dpkg-deb", "-x", await fetchPackage(folder, path), root);
    const release = readdirSync(join(root, "lib/modules"))[0] ?? "";
    const initramfs = await makeInitramfs(root, release, work);
    const kernel = join(work, "kernel");
    copyFileSync(join(root, "boot", `vmlinuz-${release}`), kernel);
    rmSync(root, { recursive: true });
    const out = join(work, "out");
    await boot(kernel, initramfs, out);
    const debian = /_([^_]+)_/.exec(basename(path))?.[1] ?? "";
    const { keys, ...about } = lastOf(readFileSync(out, "utf8"));
    save(version, { ...about, package: `linux-image ${debian} of Debian`, keys });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Nothing that tells of this host: its own keys are left out, and what its maker calls the kernel. */
function measureRunning(): void {
  const measured = measureHere();
  const kernel = /^\d+\.\d+(\.\d+)?/.exec(measured.kernel)?.[0] ?? measured.kernel;
  const keys = Object.fromEntries(Object.entries(measured.keys).filter(([key]) => key.startsWith("net.")));
  save(kernel.split(".").slice(0, 2).join("."), { ...measured, kernel, keys });
}

function save(version: string, measured: Measurement): void {
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `linux-${version}.json`), print(measured));
}

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error("say where the packages are kept");
mkdirSync(folder, { recursive: true });
for (const version of wanted.length === 0 ? Object.keys(packages) : wanted)
  if (version === "running") measureRunning();
  else await measure(version, resolve(folder));
