/** What lies over a key, and is no tunable, is never written. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { procfs } from "../../src/kernel/procfs.js";
import { key } from "../fakes/settings.js";
import { onHost } from "../support/host.js";
import { fileOf } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const timeout = fileOf("net.ipv4.tcp_fin_timeout");

/** Each with a canary that a write would reach. */
const covers: Readonly<Record<string, { readonly cover: string; readonly canary: string }>> = {
  "a file that is mounted over a key": {
    cover: `echo 60 > canary; mount --bind canary ${timeout}`,
    canary: "canary",
  },
  "a tmpfs that is mounted over a folder of keys": {
    cover: `mount -t tmpfs none /proc/sys/net/ipv4; echo 60 > ${timeout}`,
    canary: timeout,
  },
  "a folder that is mounted over a folder of keys": {
    cover: "mkdir canaries; echo 60 > canaries/tcp_fin_timeout; mount --bind canaries /proc/sys/net/ipv4",
    canary: "canaries/tcp_fin_timeout",
  },
  "a link that leads out of /proc/sys to keys elsewhere": {
    cover:
      "mkdir keys; mount --bind /proc/sys/net/ipv4 keys; mount -t tmpfs none /proc/sys/net; ln -s /root/keys /proc/sys/net/ipv4",
    canary: "keys/tcp_fin_timeout",
  },
};

for (const [what, { cover, canary }] of Object.entries(covers))
  realKernel(`${what} is not written, and nothing else is`, async () => {
    const state = `cat ${canary}; ls -A /etc/sysctl.d; find /var/lib -type f`;
    const said = await onHost(
      { cover, before: state, apply: "tunectl apply ./web.yaml", after: state },
      { "web.yaml": profileText("web", { "net.ipv4.tcp_fin_timeout": "70" }) },
    );
    expect(said.cover.err).toBe("");
    expect(said.before.out).toBe("60\n");
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toContain("`net.ipv4.tcp_fin_timeout`");
    expect(said.apply.err).toContain("not-writable-here");
    expect(said.after.out).toBe(said.before.out);
  });

it("a value whose file nobody may write is read as one that cannot be written, even by root", () => {
  const base = mkdtempSync(join(tmpdir(), "tunectl-keys-"));
  try {
    mkdirSync(join(base, "net"));
    const readWith = (mode: number) => {
      const name = `of_${mode}`;
      writeFileSync(join(base, "net", name), "5\n", { mode: 0o600 });
      chmodSync(join(base, "net", name), mode);
      return procfs(base).read(key(`net.${name}`));
    };
    expect(readWith(0o444)).toEqual({ status: "present", text: "5\n", writable: false });
    expect(readWith(0o644)).toEqual({ status: "present", text: "5\n", writable: true });
    expect(readWith(0o464)).toEqual({ status: "present", text: "5\n", writable: true });
  } finally {
    rmSync(base, { recursive: true });
  }
});

realKernel("a diff foresees that a value cannot be written, and an apply says the same", async () => {
  const said = await onHost(
    {
      fixed: `mount -t tmpfs none /proc/sys/net/ipv4; echo 60 > ${timeout}; chmod 444 ${timeout}`,
      diff: "tunectl diff ./web.yaml",
      apply: "tunectl apply ./web.yaml",
      after: `cat ${timeout}; ls -A /etc/sysctl.d`,
    },
    { "web.yaml": profileText("web", { "net.ipv4.tcp_fin_timeout": "70" }) },
  );
  for (const refused of [said.diff, said.apply]) {
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("`net.ipv4.tcp_fin_timeout`");
    expect(refused.err).toContain("EACCES");
  }
  expect(said.after.out).toBe("60\n");
});
