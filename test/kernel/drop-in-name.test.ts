import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { anotherBoot, dropIn, live, reboot } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = {
  "web.yaml": profileText("web", { "net.core.somaxconn": "8192" }),
  "two.yaml": profileText("two", { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" }),
  "/etc/sysctl.d/95-theirs.conf": "net.core.somaxconn = 64\n",
};
const values = live("net.core.somaxconn");
const systemd = "$(ls /usr/lib/systemd/systemd-sysctl /lib/systemd/systemd-sysctl 2> /dev/null | head -n 1)";
const names = "ls /etc/sysctl.d";
const moved = "/etc/sysctl.d/99-tunectl.conf";

realKernel("our file under another name has the last word at the boot, and every later command knows it there", async () => {
  const said = await onHost(
    {
      before: "world",
      usual: "tunectl apply web.yaml",
      apply: "tunectl apply web.yaml --drop-in 99-tunectl.conf",
      names,
      boot: `unshare -n sh -c '${systemd}; ${values}'`,
      verify: "tunectl verify",
      again: "tunectl apply web.yaml",
      status: "tunectl status",
      ordinary: "chmod 755 /root; lacking-root tunectl status",
      capture: "tunectl capture host.json && tunectl diff --against host.json two.yaml --format json",
      more: `tunectl apply two.yaml; ${names}`,
      edited: `echo '# x' >> ${moved}; tunectl verify`,
      rollback: "tunectl rollback --to 1 --force",
      gone: "tunectl rollback 1 --force; world",
    },
    files,
  );
  expect(said.usual.code).toBe(1);
  expect(said.apply.code).toBe(0);
  expect(said.names.out).toBe("95-theirs.conf\n99-tunectl.conf\n");
  expect(said.boot.out).toBe("8192\n");
  expect(said.verify.code).toBe(0);
  expect(said.again.out).toContain("Nothing to do");
  expect(said.status.out).toContain("--drop-in 99-tunectl.conf");
  expect(said.ordinary.out).toContain("web: 1 setting");
  const { files: changed } = JSON.parse(said.capture.out);
  expect(changed.map(({ path }: { path: string }) => path)).toContain(moved);
  expect(said.more.out).toContain("95-theirs.conf\n99-tunectl.conf\n");
  expect(said.edited.out).toContain(`${moved}: was modified since tunectl wrote it`);
  expect(said.rollback.code).toBe(0);
  expect(said.gone.out.slice(said.gone.out.indexOf("/proc/"))).toBe(said.before.out);
}, ["systemd-sysctl"]);

realKernel("our file moves in one change: a rollback brings it back under its old name", async () => {
  const said = await onHost(
    {
      apply: `rm /etc/sysctl.d/95-theirs.conf; tunectl apply web.yaml; world > before`,
      diff: "tunectl diff two.yaml --drop-in 99-tunectl.conf",
      move: `tunectl apply two.yaml --drop-in 99-tunectl.conf; ${names}`,
      back: `tunectl rollback; ${names}; world | cmp before`,
      same: "tunectl apply web.yaml --drop-in 90-tunectl.conf",
      lost: `tunectl apply web.yaml --drop-in 99-tunectl.conf > /dev/null; rm -r /var/lib/tunectl; tunectl apply web.yaml; ${names}`,
      offline: `tunectl apply web.yaml --drop-in 50-tunectl.conf --offline; ${names}`,
      rebooted: `${reboot}; tunectl verify`,
      defaults: `tunectl rollback --to-defaults; ${names}`,
    },
    { ...files, ...anotherBoot },
  );
  expect(said.diff.out).toContain(`- ${dropIn} (remove)\n+ ${moved} (create)`);
  expect(said.move.out).toContain("\n99-tunectl.conf\n");
  expect(said.back.out).toContain("\n90-tunectl.conf\n");
  expect(said.back.code).toBe(0);
  expect(said.same.out).toContain("Nothing to do");
  expect(said.lost.out).toMatch(/\n99-tunectl\.conf\n$/);
  expect(said.offline.out).toMatch(/\n50-tunectl\.conf\n$/);
  expect(said.rebooted.code).toBe(0);
  expect(said.defaults.out).not.toContain("tunectl.conf\n");
});

realKernel(
  "killed at any call, a move leaves at most one file of ours, and it is made or taken back",
  async () => {
    const points = Array.from({ length: 14 }, (_, at) => 3 * at + 1);
    const one = (at: number): string =>
      [
        "rm /etc/sysctl.d/95-theirs.conf; tunectl apply web.yaml > /dev/null; world > before",
        `with-fault KILL ${at} apply two.yaml --drop-in 99-tunectl.conf > /dev/null`,
        "ls /etc/sysctl.d | grep -c '^9' | grep -v '^[01]$'",
        "tunectl recover > /dev/null; world > after; find /etc -name '.*tunectl*'",
        "if tunectl status | grep -q '^web'; then cmp before after; else tunectl verify > /dev/null; fi",
      ].join("; ");
    const runs = await Promise.all(
      points.map(async (at) => [at, (await onHost({ one: one(at) }, files)).one] as const),
    );
    for (const [at, { code, out }] of runs) expect([at, code, out]).toEqual([at, 0, ""]);
  },
);

realKernel("a name that leads elsewhere, hides a package's file, or is taken, is refused", async () => {
  const said = await onHost(
    {
      path: "tunectl apply web.yaml --drop-in ../x.conf",
      pattern: "tunectl apply web.yaml --drop-in '[9].conf'",
      hidden: "tunectl apply web.yaml --drop-in .x.conf",
      plain: "tunectl apply web.yaml --drop-in 99-tunectl",
      hides:
        "mkdir -p /usr/lib/sysctl.d; echo '# p' > /usr/lib/sysctl.d/99-p.conf; tunectl apply web.yaml --drop-in 99-p.conf",
      theirs: "tunectl apply web.yaml --drop-in 95-theirs.conf",
      link: "ln -s /etc/passwd /etc/sysctl.d/99-l.conf; tunectl apply web.yaml --drop-in 99-l.conf",
      live: "tunectl apply web.yaml --drop-in 99-tunectl.conf --live-only",
      after: `${names}; ls /var/lib`,
    },
    files,
  );
  for (const name of ["path", "pattern", "hidden", "plain"] as const)
    expect(said[name].err).toContain("write a name in /etc/sysctl.d that ends in .conf");
  expect(said.hides.err).toContain("/usr/lib/sysctl.d/99-p.conf has that name");
  expect(said.theirs.err).toContain("was not written by tunectl");
  expect(said.link.err).toContain("is a symbolic link");
  expect(said.live.err).toContain("cannot be given together");
  for (const { code } of Object.values(said).slice(0, -1)) expect(code).toBe(1);
  expect(said.after.out).toBe("95-theirs.conf\n99-l.conf\n");
});
