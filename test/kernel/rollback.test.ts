import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn, fileOf, set } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const profiles = {
  "one.yaml": profileText("one", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.ip_local_reserved_ports": "8080",
  }),
  "two.yaml": profileText("two", { "net.ipv4.tcp_fin_timeout": "20", "net.ipv4.tcp_retries2": "9" }),
};
const finTimeout = fileOf("net.ipv4.tcp_fin_timeout");

realKernel(
  "a rollback puts back every value and file, itself can be taken back, and the next one has nothing to do",
  async () => {
    const said = await onHost(
      {
        before: "world",
        apply: "tunectl apply ./one.yaml",
        applied: "world",
        rollback: "tunectl rollback",
        after: "world",
        verify: "tunectl verify",
        again: "tunectl rollback",
        unchanged: "world",
        redo: "tunectl rollback 2",
        redone: "world",
        verified: "tunectl verify",
        undo: "tunectl rollback",
        undone: "world",
      },
      profiles,
    );
    expect(said.rollback.code).toBe(0);
    expect(said.after.out).toBe(said.before.out);
    expect(said.verify.code).toBe(1);
    expect(said.verify.err).toContain("no profile is applied here");
    expect(said.again).toMatchObject({
      code: 0,
      out: "Nothing to roll back: no change of tunectl is in effect.\n",
    });
    expect(said.unchanged.out).toBe(said.before.out);
    expect(said.redo.code).toBe(0);
    expect(said.redone.out).toBe(said.applied.out);
    expect(said.verified.code).toBe(0);
    expect(said.undo.code).toBe(0);
    expect(said.undone.out).toBe(said.before.out);
  },
);

realKernel(
  "after two applies a rollback goes back one step at a time, or at once to before the first",
  async () => {
    const said = await onHost(
      {
        before: "world",
        one: "tunectl apply ./one.yaml",
        withOne: "world",
        two: "tunectl apply ./two.yaml",
        step: "tunectl rollback",
        stepped: "world",
        status: "tunectl status --format json",
        twoAgain: "tunectl apply ./two.yaml",
        first: "tunectl rollback 1",
        atFirst: "world",
        unknown: "tunectl rollback 17",
      },
      profiles,
    );
    expect(said.step.code).toBe(0);
    expect(said.stepped.out).toBe(said.withOne.out);
    expect(JSON.parse(said.status.out)).toMatchObject({ profiles: ["one"], drifts: [] });
    expect(said.twoAgain.code).toBe(0);
    expect(said.first.code).toBe(0);
    expect(said.atFirst.out).toBe(said.before.out);
    expect(said.unknown.code).toBe(1);
    expect(said.unknown.err).toContain("17");
  },
);

realKernel(
  "a value that somebody else has set since stops a rollback, which names it and changes nothing",
  async () => {
    const said = await onHost(
      {
        before: "world",
        apply: "tunectl apply ./one.yaml",
        other: `${set("net.ipv4.tcp_fin_timeout", 77)}; world; ls /var/lib/tunectl`,
        rollback: "tunectl rollback",
        after: "world; ls /var/lib/tunectl",
        keep: "tunectl rollback --keep-changed",
        kept: "world",
        redo: "tunectl rollback 2",
        force: "tunectl rollback --force",
        forced: "world",
      },
      profiles,
    );
    expect(said.rollback.code).toBe(1);
    expect(said.rollback.err).toContain("`net.ipv4.tcp_fin_timeout` was 30 after our change and is 77 now");
    expect(said.after.out).toBe(said.other.out);
    expect(said.keep.code).toBe(3);
    expect(said.keep.out).toContain("net.ipv4.tcp_fin_timeout");
    expect(said.kept.out).toBe(said.before.out.replace(`${finTimeout}:60`, `${finTimeout}:77`));
    expect(said.redo.code).toBe(0);
    expect(said.force.code).toBe(0);
    expect(said.forced.out).toBe(said.before.out);
  },
);

realKernel("a forced rollback puts back the value from before tunectl, not the other's", async () => {
  const said = await onHost(
    {
      before: "world",
      apply: `tunectl apply ./one.yaml; ${set("net.ipv4.tcp_fin_timeout", 77)}`,
      force: "tunectl rollback --force",
      forced: "world",
    },
    profiles,
  );
  expect(said.force.code).toBe(0);
  expect(said.forced.out).toBe(said.before.out);
});

realKernel("a drop-in that was edited by hand is not thrown away unless asked for", async () => {
  const said = await onHost(
    {
      before: "world",
      apply: "tunectl apply ./one.yaml",
      edit: `echo 'net.ipv4.tcp_retries2 = 5' >> ${dropIn}; world`,
      verify: "tunectl verify",
      rollback: "tunectl rollback",
      after: "world",
      force: "tunectl rollback --force",
      forced: "world",
    },
    profiles,
  );
  expect(said.verify.code).toBe(2);
  expect(said.verify.out).toContain("/etc/sysctl.d/90-tunectl.conf: was modified since tunectl wrote it");
  expect(said.rollback.code).toBe(1);
  expect(said.rollback.err).toContain("/etc/sysctl.d/90-tunectl.conf");
  expect(said.after.out).toBe(said.edit.out);
  expect(said.force.code).toBe(0);
  expect(said.forced.out).toBe(said.before.out);
});

realKernel(
  "snapshots are listed, shown and pruned, and pruning keeps what is in effect and all beneath it",
  async () => {
    const said = await onHost(
      {
        before: "world",
        applies:
          "tunectl apply ./one.yaml; tunectl apply ./two.yaml; tunectl rollback; tunectl apply ./two.yaml",
        list: "tunectl snapshots --format json",
        one: "tunectl snapshots 1",
        prune: "tunectl snapshots --keep 1",
        young: "tunectl snapshots --older-than 1d",
        left: "ls /var/lib/tunectl/*.json",
        verify: "tunectl verify",
        back: "tunectl rollback && tunectl rollback > /dev/null; world",
      },
      profiles,
    );
    expect(JSON.parse(said.list.out)).toMatchObject({ in_effect: [1, 4], problems: [] });
    expect(said.one.out).toMatch(/net\.ipv4\.tcp_fin_timeout +60 +→ +30/);
    expect(said.prune.out).toBe(
      "2 snapshots removed, 2 kept. Kept though old, since a rollback needs them: 1.\n",
    );
    expect(said.young.out).toBe("0 snapshots removed, 2 kept.\n");
    expect(said.left.out).toBe("/var/lib/tunectl/000001.json\n/var/lib/tunectl/000004.json\n");
    expect(said.verify.code).toBe(0);
    expect(said.back.out.endsWith(said.before.out)).toBe(true);
  },
);
