/** What relations ask of a host, against files as a host has them, and against this one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { installedKernel } from "../../src/disk/installed-kernel.js";
import { configuredOpenFiles } from "../../src/disk/open-files.js";
import { hostUse } from "../../src/kernel/use.js";

const base = mkdtempSync(join(tmpdir(), "tunectl-use-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text);
};

describe("the open files that a host's configuration promises", () => {
  it("are the greatest number of PAM's limits and of the units", () => {
    expect(configuredOpenFiles(base)).toBe(0n);
    write(
      "etc/security/limits.conf",
      "# * hard nofile 9000000\n*  soft  nofile  700000\n*\thard\tnofile 70000\n",
    );
    expect(configuredOpenFiles(base)).toBe(70_000n);
    write("etc/security/limits.d/db.conf", "postgres - nofile 80000\nroot hard nofile unlimited\n");
    expect(configuredOpenFiles(base)).toBe(80_000n);
    write("usr/lib/systemd/system/web.service", "[Service]\nLimitNOFILE=1024:90000\n");
    write(
      "etc/systemd/system/db.service.d/limit.conf",
      "[Service]\nLimitNOFILE = infinity\nLimitNOFILE=120000\n",
    );
    expect(configuredOpenFiles(base)).toBe(120_000n);
  });
});

describe("the newest kernel of an image", () => {
  it("is that of /lib/modules, also where /lib is a link", () => {
    expect(installedKernel(base)).toBeUndefined();
    for (const release of ["5.10.0-9-amd64", "6.1.0-21-amd64", "6.1.0-9-amd64"])
      write(`lib/modules/${release}/modules.dep`, "");
    write("lib/modules/7.0.0-half-removed/build", "");
    expect(installedKernel(base)).toBe("6.1.0-21-amd64");
  });
});

describe.skipIf(process.platform !== "linux")("what this host uses", () => {
  it("holds the port of a server that listens, for as long as it does", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const port = BigInt((server.address() as { port: number }).port);
    expect(hostUse()?.listeningPorts).toContain(port);
    await new Promise((resolve) => server.close(resolve));
    expect(hostUse()?.listeningPorts).not.toContain(port);
  });

  it("holds the names of its programs, its threads, and its limit on open files", () => {
    const use = hostUse();
    expect(use?.programs.length).toBeGreaterThan(0);
    expect(use?.threads).toBeGreaterThan(0n);
    expect(use?.processes).toBeGreaterThan(0n);
    expect(use?.openFilesLimit).toBeGreaterThan(0n);
  });

  it("is nothing where there is no /proc", () => expect(hostUse(base)).toBeUndefined());
});
