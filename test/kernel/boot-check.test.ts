/** A boot is checked, and what was found is kept and told. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { bootUnit, bootUnitMarker } from "../../src/format/boot-unit.js";
import { onHost } from "../support/host.js";
import { anotherBoot, atRename, die, dropIn, reboot, set, tunectlAfter, web } from "../support/kernel-kit.js";
import { realKernel } from "../support/real-kernel.js";

const results = "/var/lib/tunectl/boot-check.json";
const unit = "/etc/systemd/system/tunectl-boot-check.service";
const link = "/etc/systemd/system/multi-user.target.wants/tunectl-boot-check.service";
const id = anotherBoot["boot-id"].trim();
const key = "net.ipv4.tcp_retries2";
const files = { ...web, ...anotherBoot };
/** Where the tests run as another user than root, root's own files belong to nobody here. */
const install = "SUDO_UID=65534 tunectl boot-check --install";

realKernel("what a boot has set is told by verify and status, with the boot and the time", async () => {
  const said = await onHost(
    {
      nothing: "tunectl boot-check; ls -A /var/lib",
      apply: "tunectl apply ./web.yaml",
      untold: "tunectl verify; tunectl status",
      sameBoot: "tunectl boot-check",
      mode: `stat -c '%a %u' ${results}`,
      boot: `${reboot}; tunectl boot-check`,
      verify: "tunectl verify",
      status: "tunectl status",
      json: "tunectl verify --format json",
      anna: "lacking-root tunectl status --format json",
      prune: "tunectl snapshots --keep 1 > /dev/null; tunectl verify",
      next: "sed 's/web/other/; s/30/31/' web.yaml > other.yaml; tunectl apply ./other.yaml > /dev/null; tunectl verify",
      back: "tunectl rollback > /dev/null; tunectl verify",
    },
    files,
  );
  expect(said.nothing).toEqual({
    code: 0,
    out: "No profile is applied: there is nothing to check.\n",
    err: "",
  });
  expect(said.untold.out).not.toMatch(/boot_id|this boot|check/);
  expect(said.sameBoot.code).toBe(0);
  expect(said.sameBoot.out).toContain("no boot has proved it yet");
  expect(said.mode.out).toMatch(/^600 /);
  const proof = new RegExp(
    `^2 settings in effect on this boot \\(${id}, began .*Z\\), checked at .*Z\\.$`,
    "m",
  );
  for (const { code, out } of [said.boot, said.verify, said.status, said.prune]) {
    expect(code).toBe(0);
    expect(out).toMatch(proof);
  }
  expect(JSON.parse(said.json.out)).toMatchObject({
    boot_check: { boot_id: id, proved: true, result: { boot_id: id, snapshot: 1, result: "in-effect" } },
  });
  expect(JSON.parse(said.anna.out)).toMatchObject({ boot_check: null });
  // What was proved of the former set is no proof of another one, nor of what a rollback brings back.
  expect(said.next.out).not.toContain("on this boot");
  expect(said.back.out).not.toContain("on this boot");
});

realKernel(
  "a boot that did not set it fails the check, and is told after it was mended as well",
  async () => {
    const said = await onHost(
      {
        apply: "tunectl apply ./web.yaml",
        boot: `${reboot}; ${set(key, 8)}; tunectl boot-check`,
        status: "tunectl status",
        mended: `${set(key, 9)}; tunectl boot-check`,
        json: "tunectl status --format json",
        later: `echo '${key} = 7' > /etc/sysctl.d/99-late.conf; tunectl boot-check`,
      },
      files,
    );
    expect(said.boot.code).toBe(2);
    expect(said.boot.out).toContain(`drift: ${key}: applied 9, live 8`);
    expect(said.status.out).toMatch(
      new RegExp(`^NOT in effect on this boot \\(${id}, .*: 1 difference \\(${key}\\)\\.$`, "m"),
    );
    expect(said.mended.code).toBe(0);
    expect(said.mended.out).toMatch(/2 settings in effect on this boot .* Not so at .*Z: 1 difference/);
    expect(JSON.parse(said.json.out)).toMatchObject({
      boot_check: { proved: false, result: { result: "in-effect" }, first_result: { result: "drift" } },
    });
    // The next boot will not set it: that is drift, and no matter of this boot.
    expect(said.later.code).toBe(2);
    expect(said.later.out).toMatch(/2 settings in effect on this boot/);
  },
);

realKernel(
  "a check in the midst of a change says what verify says, and keeps what it can judge",
  async () => {
    const said = await onHost(
      {
        cut: `${tunectlAfter("die.cjs", "apply ./web.yaml")}; rm -f /var/lib/tunectl/boot-check.json`,
        interrupted: "tunectl boot-check",
        whole: "tunectl recover; tunectl apply ./web.yaml --trial 5m",
        trial: `tunectl boot-check; ls ${results}`,
        confirm: "tunectl confirm",
        held: "flock /var/lib/tunectl tunectl boot-check",
        waited: "flock /var/lib/tunectl sleep 1 & tunectl boot-check --wait 30s",
      },
      { ...files, "die.cjs": atRename("before", dropIn, die) },
    );
    expect(said.interrupted.code).toBe(4);
    expect(said.interrupted.err).toContain("[interrupted-transaction]");
    expect(said.trial.err).toContain(
      "A change is on trial: what the boot gave cannot be seen, and no result is kept.",
    );
    expect(said.held.code).toBe(75);
    expect(said.waited.code).toBe(0);
  },
);

realKernel("where the record of the newest change is damaged, no result is taken for one of it", async () => {
  const said = await onHost(
    {
      apply: `tunectl apply ./web.yaml > /dev/null; ${reboot}; tunectl boot-check > /dev/null`,
      next: "sed 's/web/other/; s/30/31/' web.yaml > other.yaml; tunectl apply ./other.yaml > /dev/null; echo '{' > /var/lib/tunectl/000002.json",
      verify: "tunectl verify",
      check: "tunectl boot-check",
    },
    files,
  );
  for (const { out, err } of [said.verify, said.check]) {
    expect(out).toContain("2 settings in effect now");
    expect(out).not.toContain("on this boot");
    expect(err).toContain("[damaged-snapshot]");
  }
});

realKernel("results that cannot be used stop nothing and are named", async () => {
  const said = await onHost(
    {
      apply: "tunectl apply ./web.yaml > /dev/null; tunectl boot-check",
      damage: `sed -i 's/in-effect/drift/' ${results}; tunectl verify`,
      again: "tunectl boot-check; tunectl verify",
      text: `echo '{' > ${results}; tunectl status`,
      newer: `echo '{"version": 7, "checks": {}}' > ${results}; tunectl boot-check`,
      kept: `cat ${results}`,
      folder: `rm ${results}; mkdir ${results}; tunectl boot-check; tunectl apply ./web.yaml`,
    },
    files,
  );
  expect(said.damage.code).toBe(0);
  expect(said.damage.err).toContain(
    `${results}: does not hold valid results of checks after a boot: its checksum`,
  );
  expect(said.damage.out).toContain("2 settings in effect now and after the next boot.");
  expect(said.again).toMatchObject({ code: 0, err: "" });
  expect(said.text.err).toContain("[damaged-boot-checks]");
  expect(said.newer.code).toBe(1);
  expect(said.newer.err).toContain("[newer-boot-checks]");
  expect(said.kept.out).toContain('"version": 7');
  expect(said.folder.err).toContain(results);
  expect(said.folder.out).toContain("Nothing to do");
});

realKernel(
  "where the result cannot be kept, the check says so and fails, and a drift keeps its own code",
  async () => {
    const readOnly =
      "mount --bind /var/lib/tunectl /var/lib/tunectl; mount -o remount,bind,ro /var/lib/tunectl";
    const said = await onHost(
      {
        apply: "tunectl apply ./web.yaml",
        agreed: `${readOnly}; tunectl boot-check`,
        json: "tunectl boot-check --format json",
        drift: `${set(key, 8)}; tunectl boot-check`,
        user: "lacking-root tunectl boot-check",
      },
      files,
    );
    expect(said.agreed.code).toBe(1);
    expect(said.agreed.out).toContain("2 settings in effect now");
    expect(said.agreed.err).toMatch(/boot-check\.json: cannot be written \(EROFS/);
    expect(said.agreed.err).toContain("The result is not kept.");
    expect(JSON.parse(said.json.out)).toMatchObject({
      ok: false,
      kept: false,
      not_kept: [{ errno: "EROFS" }],
    });
    expect(said.drift.code).toBe(2);
    expect(said.user).toMatchObject({ code: 1, out: "" });
    expect(said.user.err).toContain("[not-root]");
  },
);

realKernel(
  "the unit is installed and removed as often as one asks, and nothing else is touched",
  async () => {
    const said = await onHost({
      install,
      again: install,
      files: `head -1 ${unit}; grep ExecStart= ${unit}; readlink ${link}; stat -c %a ${unit}`,
      json: `rm ${link}; ${install} --format json`,
      edited: `echo '# mine' >> ${unit}; ${install}; tail -1 ${unit}`,
      remove: "tunectl boot-check --remove",
      gone: "tunectl boot-check --remove; find /etc/systemd -type f -o -type l",
    });
    expect(said.install).toMatchObject({ code: 0, err: "" });
    expect(said.install.out).toContain(`  ${unit} (written)\n  ${link} (written)\n`);
    expect(said.again.out).toBe("Nothing to do: each boot is checked.\n");
    expect(said.files.out).toBe(
      `${bootUnitMarker}\nExecStart=/tools/node /tools/start.cjs boot-check --wait 60s\n${unit}\n644\n`,
    );
    expect(JSON.parse(said.json.out)).toMatchObject({ status: "installed", changed: true, files: [link] });
    expect(said.edited.out).not.toContain("# mine");
    expect(said.remove.out).toContain(`  ${link} (removed)\n  ${unit} (removed)\n`);
    expect(said.gone.out).toBe("Nothing to do: no check of the boot is installed.\n");
  },
);

realKernel(
  "status says that the check is installed and has not run, or that the next boot will be checked",
  async () => {
    const said = await onHost(
      {
        apply: `tunectl apply ./web.yaml; ${install}; tunectl status`,
        boot: `${reboot}; tunectl status; tunectl boot-check > /dev/null; tunectl status`,
        masked: `rm ${unit}; ln -s /dev/null ${unit}; tunectl status --format json`,
      },
      files,
    );
    expect(said.apply.out).toContain("No boot has proved it yet: the next one will be checked.");
    expect(said.boot.out).toMatch(
      /This boot is not checked: tunectl-boot-check\.service is installed.*\n[\s\S]*on this boot/,
    );
    expect(JSON.parse(said.masked.out)).toMatchObject({ boot_check: { installed: false } });
  },
);

realKernel(
  "what somebody else has put in the unit's place stays, and what cannot be written is named",
  async () => {
    const said = await onHost(
      {
        foreign: `mkdir -p /etc/systemd/system; echo '[Unit]' > ${unit}; ${install}; tunectl boot-check --remove; cat ${unit}`,
        masked: `ln -sf /dev/null ${unit}; ${install}; readlink ${unit}`,
        unwanted: `mkdir -p ${dirname(link)}; ln -s ${unit} ${link}; tunectl boot-check --remove; tunectl boot-check --remove; readlink ${unit}`,
        linked: `rm ${unit}; mkdir -p ${link}; ${install}; ls ${unit}`,
        readOnly: `rmdir ${link}; mount --bind /etc /etc; mount -o remount,bind,ro /etc; ${install}`,
        user: "lacking-root tunectl boot-check --install",
        cut: `umount /etc; ${tunectlAfter("die.cjs", "boot-check --install")}; ls -A /etc/systemd/system`,
        after: `${install}; ls -A /etc/systemd/system`,
        noFolder: "rm -r /etc/systemd; touch /etc/systemd; tunectl status",
      },
      { "die.cjs": `process.env.SUDO_UID = "65534";\n${atRename("before", unit, die)}` },
    );
    expect(said.foreign.out).toBe("[Unit]\n");
    expect(said.foreign.err.match(/\[foreign-file\]/g)).toHaveLength(2);
    expect(said.masked.out).toBe("/dev/null\n");
    expect(said.masked.err).toContain(`${unit}: is a symbolic link`);
    expect(said.foreign.err).toContain(`${unit}: was not written by tunectl, so it is not removed.`);
    // What masks it stays: it is no file of ours, and runs nothing.
    expect(said.unwanted).toMatchObject({ code: 0, err: "" });
    expect(said.unwanted.out).toMatch(/wants.* \(removed\)\n.*\nNothing to do.*\n\/dev\/null\n$/);
    expect(said.noFolder).toMatchObject({ code: 0, err: "" });
    expect(said.linked.err).toContain(link);
    expect(said.readOnly.code).toBe(1);
    expect(said.readOnly.err).toMatch(/\/etc\/systemd\/system.*EROFS.*\[file-not-written\]/);
    expect(said.user.err).toContain("[not-root]");
    expect(said.cut.out).toContain(".tunectl-boot-check.service.tunectl-new");
    expect(said.after.out).toMatch(/\nmulti-user\.target\.wants\ntunectl-boot-check\.service\n$/);
  },
);

/** With the fault at each of its calls in turn: what `after` says of each, and at how many calls there was one. */
const atEachCall = (fault: string, command: string, before: string, after: string): string => `${before}
export SUDO_UID=65534 FAULT_LOG=/tmp/calls
with-fault ${fault} count ${command} > /dev/null 2>&1; calls=$(wc -l < /tmp/calls)
for at in $(seq $calls); do ${before}; with-fault ${fault} $at ${command} > /dev/null 2>&1; ${after}; done; echo $calls`;

realKernel("whatever cuts a check or an installation short, the next one is whole", async () => {
  const keep = `rm -f ${results}; tunectl boot-check > /dev/null; cp ${results} /tmp/old`;
  const whole = `tunectl verify > /dev/null 2> /tmp/err || echo "verify $at"; cat /tmp/err; tunectl boot-check > /dev/null || echo "check $at"; ls -A /var/lib/tunectl | grep -c boot-check | grep -v '^1$'`;
  const none = "tunectl boot-check --remove > /dev/null";
  const installed = `${install} > /dev/null || echo "install $at"; ls -A /etc/systemd/system/ | wc -l | grep -v '^2$'`;
  const both = `${install} > /dev/null`;
  const removed = `${none} || echo "remove $at"; find /etc/systemd -name '*boot-check*'`;
  const said = await onHost(
    {
      apply: "tunectl apply ./web.yaml",
      killed: atEachCall("KILL", "boot-check", keep, whole),
      full: atEachCall("ENOSPC", "boot-check", keep, whole),
      install: atEachCall("KILL", "boot-check --install", none, installed),
      failed: atEachCall("EIO", "boot-check --install", none, installed),
      remove: atEachCall("KILL", "boot-check --remove", both, removed),
    },
    files,
  );
  // Nothing but the number of calls.
  for (const { out } of [said.killed, said.full, said.install, said.failed, said.remove])
    expect(out).toMatch(/^([4-9]|[1-3]\d)\n$/);
});

realKernel(
  "a signal ends an installation before it begins, or when it is whole, and the exit code says which",
  async () => {
    const none = "tunectl boot-check --remove > /dev/null";
    const both = `${install} > /dev/null`;
    const left = 'echo "$code $(find /etc/systemd -name "*boot-check*" | wc -l)"';
    const each = (signal: string, doing: string, before: string): string =>
      `export SUDO_UID=65534 FAULT_LOG=/tmp/calls; ${before}
with-fault ${signal} count boot-check --${doing} > /dev/null; calls=$(wc -l < /tmp/calls)
for at in $(seq $calls); do ${before}; with-fault ${signal} $at boot-check --${doing} > /dev/null 2>&1; code=$?; ${left}; done`;
    const said = await onHost({
      first: both,
      interrupt: each("INT", "install", none),
      terminate: each("TERM", "install", none),
      removal: each("TERM", "remove", both),
    });
    expect(said.interrupt.out).toMatch(/^((130|0) [02]\n)+$/);
    for (const { out } of [said.interrupt, said.terminate]) {
      expect(out).toMatch(/^((130|143) 0\n)*(0 2\n)+$/);
      expect(out.match(/^0 2$/gm)?.length).toBeGreaterThan(3);
    }
    expect(said.removal.out).toMatch(/^(143 2\n)*(0 0\n){2,}$/);
  },
);

realKernel("an answer that nobody can read is told, and fails what is a report alone", async () => {
  const said = await onHost(
    {
      install: `${install} > /dev/full`,
      again: `${install} > /dev/full`,
      apply: "tunectl apply ./web.yaml > /dev/full",
      verify: "tunectl verify > /dev/full",
      boot: "tunectl boot > /dev/full",
      remove: "tunectl boot-check --remove > /dev/full; tunectl boot-check --remove",
    },
    files,
  );
  for (const { err } of Object.values(said))
    expect(err).toContain("tunectl: the answer could not be written (ENOSPC).\n");
  expect([said.install, said.again, said.apply, said.remove].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect([said.verify, said.boot].map(({ code }) => code)).toEqual([1, 1]);
  expect(said.remove.out).toBe("Nothing to do: no check of the boot is installed.\n");
});

realKernel("an image gets the files alone, and needs systemd and tunectl in it", async () => {
  const said = await onHost({
    nothing: "mkdir empty; tunectl boot-check --remove --root empty; ls -A empty",
    neither: "mkdir image; tunectl boot-check --install --root image",
    both: "mkdir -p image/usr/lib/systemd image/usr/bin; touch image/usr/lib/systemd/systemd image/usr/bin/tunectl; tunectl boot-check --install --root image",
    unit: `grep ExecStart= image${unit}; readlink image${link}`,
    packaged: `tunectl boot-check --remove --root image; mkdir image/usr/lib/systemd/system; touch image/usr/lib/systemd/system/tunectl-boot-check.service; tunectl boot-check --install --root image; readlink image${link}; ls image${unit}`,
    alone: "tunectl boot-check --root image",
    loop: "rm -r image/etc; ln -s etc image/etc; tunectl boot-check --install --root image",
    noFolder:
      "rm image/etc; mkdir image/etc; touch image/etc/systemd; rm -r image/usr/lib/systemd/system; tunectl boot-check --install --root image",
  });
  expect(said.neither.err).toMatch(
    /the image at \/root\/image has no \/usr\/lib\/systemd\/systemd: .*\[no-systemd\]/,
  );
  expect(said.nothing).toEqual({
    code: 0,
    out: "Nothing to do: no check of the boot is installed.\n",
    err: "",
  });
  expect(said.neither.err).toContain("[program-unfit]");
  expect(said.unit.out).toBe(`ExecStart=/usr/bin/tunectl boot-check --wait 60s\n${unit}\n`);
  expect(said.packaged.out).toContain("\n/usr/lib/systemd/system/tunectl-boot-check.service\n");
  expect(said.packaged.code).not.toBe(0);
  expect(said.alone.err).toContain("[needs-option]");
  expect(said.loop.err).toContain("[bad-root]");
  expect(said.noFolder.err).toMatch(/image\/etc\/systemd.*\[file-not-written\]/);
});

realKernel("a program that others can change is started by no unit of root's", async () => {
  const said = await onHost({
    writable: `cp -r /tools /root/open; chmod o+w /root/open; SUDO_UID=65534 /tools/node /root/open/start.cjs boot-check --install; ls ${unit}`,
    piped: "SUDO_UID=65534 /tools/node - boot-check --install < /tools/tunectl.cjs",
  });
  expect(said.writable.err).toContain("/root/open can be written by others");
  expect(said.writable.err).toContain("[program-unfit]");
  expect(said.piped.err).toContain("[program-unfit]");
});

realKernel("systemd takes the unit, and finds nothing in it that it does not know", async () => {
  const said = await onHost({
    judge: `mkdir -p /tmp/u; echo 'Bogus=1' > /tmp/u/boot-check.service; systemd-analyze verify /tmp/u/boot-check.service 2>&1 | grep -ci boot-check`,
    verify: `${install} > /dev/null; systemd-analyze verify ${unit} 2>&1 | grep -i boot-check`,
    strange: `mkdir '/root/a b$c%d'; cp /tools/* '/root/a b$c%d'; SUDO_UID=65534 /tools/node '/root/a b$c%d/start.cjs' boot-check --install > /dev/null; systemd-analyze verify ${unit} 2>&1 | grep -i boot-check; grep ExecStart= ${unit}`,
  });
  expect(Number(said.judge.out)).toBeGreaterThan(0);
  expect(said.verify.out).toBe("");
  expect(said.strange.out).toBe('ExecStart=/tools/node "/root/a b$$c%%d/start.cjs" boot-check --wait 60s\n');
});

it("the package has the same unit as the command installs", () => {
  const packaged = readFileSync("packaging/tunectl-boot-check.service", "utf8").replace(/^(#.*\n)+/, "");
  expect(packaged).toBe(bootUnit(["/usr/bin/tunectl"]));
});
