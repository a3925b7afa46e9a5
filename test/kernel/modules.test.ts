import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

/**
 * In place of kmod's, which would load into the kernel of everybody: says what it was asked, and loads
 * nothing.
 */
const modprobe = (exit: number): string => `#!/bin/sh
echo "$@" >> /root/asked
echo "modprobe: FATAL: Module not found." >&2
exit ${exit}
`;

const place = (exit: number): string =>
  `mkdir /tmp/sbin; cp /root/modprobe-${exit} /tmp/sbin/modprobe; chmod 755 /tmp/sbin/modprobe; mount -t overlay -o lowerdir=/tmp/sbin:/usr/sbin overlay /usr/sbin`;

const files = {
  "modprobe-0": modprobe(0),
  "modprobe-1": modprobe(1),
  "balancer.yaml": profileText("balancer", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.vs.am_droprate": "20",
  }),
};

realKernel(
  "a module that a setting needs is asked for, and given back where the key does not come with it",
  async () => {
    const said = await onHost(
      {
        before: `${place(0)}; world`,
        diff: "tunectl diff ./balancer.yaml",
        apply: "tunectl apply ./balancer.yaml",
        asked: "cat /root/asked",
        after: "world",
      },
      files,
    );
    expect(said.diff.out).toContain("module ip_vs (load)");
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toContain("net.ipv4.vs.am_droprate");
    expect(said.asked.out).toBe("-- ip_vs\n-r -- ip_vs\n");
    expect(said.after.out).toBe(said.before.out);
  },
);

realKernel(
  "a module that cannot be loaded stops the apply before anything is written, in the words of modprobe",
  async () => {
    const said = await onHost(
      {
        before: `${place(1)}; world`,
        apply: "tunectl apply ./balancer.yaml",
        asked: "cat /root/asked",
        after: "world",
      },
      files,
    );
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toContain("Module not found");
    expect(said.asked.out).toBe("-- ip_vs\n");
    expect(said.after.out).toBe(said.before.out);
  },
);
