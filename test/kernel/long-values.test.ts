import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const everyOther = (from: number, to: number): string =>
  Array.from({ length: (to - from) / 2 }, (_, at) => from + 2 * at).join(",");
const file = "/proc/sys/net/ipv4/ip_local_reserved_ports";
/** One read(2) has to ask for all of it: the next would find nothing. */
const live = `dd if=${file} bs=1M status=none`;

/** The kernel takes a page at a time and says how much of it. */
const fill = `
const { openSync, readFileSync, writeSync } = require("node:fs");
const bytes = readFileSync("/root/ports");
const fd = openSync("${file}", "w");
for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
`;

realKernel(
  "a list of ports longer than the kernel takes at once is applied whole, and rolled back whole",
  async () => {
    const before = everyOther(1, 65_536);
    const after = everyOther(32_000, 48_000);
    const said = await onHost(
      {
        before: `/tools/node /root/fill.cjs; ${live}`,
        apply: "tunectl apply ./list.yaml",
        applied: live,
        verify: "tunectl verify",
        again: "tunectl apply ./list.yaml",
        rollback: "tunectl rollback",
        after: live,
      },
      {
        "fill.cjs": fill,
        ports: before,
        "list.yaml": profileText("list", { "net.ipv4.ip_local_reserved_ports": after }),
      },
    );
    expect(said.before.out).toBe(`${before}\n`);
    expect(said.apply.code).toBe(0);
    expect(said.applied.out).toBe(`${after}\n`);
    expect(said.verify.code).toBe(0);
    expect(said.again.out).toContain("Nothing to do");
    expect(said.rollback.code).toBe(0);
    expect(said.after.out).toBe(`${before}\n`);
  },
);
