import { expect } from "vitest";
import { onHost, type Said } from "../support/host.js";
import { live, reboot, set, tunectlAfter } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

/**
 * Loaded before tunectl: ends it, as a power cut would, with the first value written and no file in place.
 */
const dieAtFirstValue = `const fs = require("node:fs");
const write = fs.writeSync;
fs.writeSync = (fd, ...rest) => {
  const result = write(fd, ...rest);
  if (fs.readlinkSync("/proc/self/fd/" + fd).startsWith("/proc/sys/")) process.kill(process.pid, "SIGKILL");
  return result;
};
`;

const files = {
  "die.cjs": dieAtFirstValue,
  "web.yaml": profileText("web", { "net.ipv4.tcp_fin_timeout": "30" }),
  "other.yaml": profileText("other", { "net.ipv4.tcp_retries2": "9" }),
  "boot-id": "5ac1b0de-0000-4000-8000-000000000001\n",
};

const now = `${live("net.ipv4.tcp_fin_timeout")}; ls /etc/sysctl.d`;

/** A change that was cut short, and what the next command makes of it. */
const cutShort = (reboot: string, next: string): Promise<Record<"before" | "cut" | "next" | "after", Said>> =>
  onHost(
    {
      before: `${set("net.ipv4.tcp_fin_timeout", 60)}; ${now}`,
      cut: `${tunectlAfter("die.cjs", "apply ./web.yaml")}; ${now}; ls /var/lib/tunectl; ${reboot}`,
      next: `${next}; tunectl status`,
      after: now,
    },
    files,
  );

realKernel("a change that was cut short in this boot is taken back by the next command", async () => {
  for (const next of ["tunectl rollback", "tunectl apply ./other.yaml; tunectl rollback"]) {
    const said = await cutShort("true", next);
    expect(said.cut.out, next).toBe("30\n000001.json\n000001.undo.sh\n");
    expect(said.after.out, next).toBe(said.before.out);
    expect(said.next.out, next).toContain("No profile is applied.");
  }
});

realKernel("a change that was cut short before a reboot leaves the values of this boot alone", async () => {
  for (const next of ["tunectl rollback", "tunectl apply ./other.yaml; tunectl rollback"]) {
    const said = await cutShort(reboot, next);
    expect(said.cut.out, next).toBe("30\n000001.json\n000001.undo.sh\n");
    expect(said.after.out, next).toBe("30\n");
    expect(said.next.out, next).toContain("No profile is applied.");
  }
});
