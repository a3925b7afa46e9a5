/** Situations in which an earlier version said what was not so, or touched what was not its own. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn, live, set, web } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = {
  ...web,
  "hasty.yaml": profileText("hasty", { "net.ipv4.tcp_fin_timeout": "10", "net.ipv4.tcp_retries2": "3" }),
};
const both = live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2");

/** A tree such as debootstrap makes, with the host's own programs and `/proc`. */
const buildTree = `mkdir -p /build/etc/sysctl.d /build/var/lib /build/proc /build/dev /build/usr /build/tools /build/root
for name in bin sbin lib lib32 lib64 libx32; do if [ -L /$name ]; then ln -s "$(readlink /$name)" /build/$name; fi; done
mount --rbind /usr /build/usr; mount --rbind /dev /build/dev; mount --rbind /proc /build/proc
mount --rbind /tools /build/tools; cp web.yaml /build/root`;
const inTree = "chroot /build /tools/node /tools/tunectl.cjs";

realKernel(
  "in a chroot, apply writes the files of the tree and never touches the kernel outside",
  async () => {
    const said = await onHost(
      {
        tree: buildTree,
        apply: `${inTree} apply /root/web.yaml`,
        live: both,
        written: `grep -c = /build${dropIn}; ls /build/var/lib/tunectl; ls /etc/sysctl.d`,
        verify: `${inTree} verify`,
        rollback: `${inTree} rollback`,
        gone: "ls /build/etc/sysctl.d",
        root: `${inTree} apply --root / /root/web.yaml`,
        capture: `${inTree} capture`,
        after: both,
      },
      files,
    );
    expect(said.apply.err).toContain("This is a chroot: only its files are read or changed");
    expect([said.apply.code, said.verify.code, said.rollback.code, said.root.code]).toEqual([0, 0, 0, 0]);
    expect(said.written.out).toBe("2\n000001.json\n000001.undo.sh\n");
    expect(said.verify.out).toContain("2 settings in effect at its next boot.");
    expect(said.gone.out).toBe("");
    expect(said.capture.err).toContain("[in-chroot]");
    expect([said.live.out, said.after.out]).toEqual(["60\n15\n", "60\n15\n"]);
  },
);

realKernel("a chroot is seen where no process outside of it can be", async () => {
  const alone = `unshare --pid --fork chroot /build sh -c 'mount -t proc proc /proc && exec "$@"' -- /tools/node /tools/tunectl.cjs`;
  const said = await onHost(
    { tree: `${buildTree}; umount -R /build/proc`, apply: `${alone} apply /root/web.yaml`, live: both },
    files,
  );
  expect(said.apply.err).toContain("This is a chroot");
  expect(said.apply.code).toBe(0);
  expect(said.live.out).toBe("60\n15\n");
});

realKernel("where no kernel can be read, the way out that the message names works", async () => {
  const said = await onHost(
    {
      tree: `${buildTree}; umount -R /build/proc`,
      apply: `${inTree} apply /root/web.yaml`,
      root: `${inTree} apply --root / /root/web.yaml`,
    },
    files,
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toMatch(/--root \/.*\[no-kernel\]/);
  expect(said.root.code).toBe(0);
});

realKernel(
  "a kill at any call of an apply over another set leaves nothing that stops the next apply",
  async () => {
    const said = await onHost(
      {
        sweep: `calls=1
tunectl apply ./web.yaml > /dev/null
with-fault KILL count apply ./hasty.yaml > /dev/null
calls=$(cat /tmp/calls)
for at in $(seq 1 $calls); do
  tunectl rollback 2 > /dev/null 2>&1; rm -rf /var/lib/tunectl /etc/sysctl.d/*
  ${set("net.ipv4.tcp_fin_timeout", 60)}; ${set("net.ipv4.tcp_retries2", 15)}
  tunectl apply ./web.yaml > /dev/null
  with-fault KILL $at apply ./hasty.yaml > /dev/null 2>&1
  tunectl apply ./hasty.yaml > /tmp/out 2>&1 || { echo "at $at of $calls:"; cat /tmp/out; }
  tunectl verify > /dev/null || echo "not in effect at $at"
done
echo $calls calls`,
      },
      files,
    );
    expect(said.sweep.out).toMatch(/^[1-9]\d+ calls\n$/);
  },
);

realKernel("a rollback that cannot read /proc/sys is refused, and leaves record and drop-in", async () => {
  const said = await onHost(
    {
      apply: "tunectl apply ./web.yaml",
      rollback: "unshare -m sh -c 'mount -t proc -o subset=pid none /proc && exec tunectl rollback'",
      still: "ls /etc/sysctl.d /var/lib/tunectl",
      again: "tunectl rollback",
      live: both,
    },
    files,
  );
  expect(said.rollback.code).toBe(1);
  expect(said.rollback.err).toContain("[no-kernel]");
  expect(said.still.out).toContain("90-tunectl.conf");
  expect([said.again.code, said.live.out]).toEqual([0, "60\n15\n"]);
}, ["root"]);

realKernel(
  "a rollback in another network namespace than the change's is refused, and so is an apply",
  async () => {
    const said = await onHost(
      {
        apply: "tunectl apply ./web.yaml",
        rollback: "unshare -n tunectl rollback",
        dry: "unshare -n tunectl rollback --dry-run",
        other: "unshare -n tunectl apply ./hasty.yaml",
        live: both,
        again: "tunectl rollback",
      },
      files,
    );
    for (const answer of [said.rollback, said.dry, said.other]) {
      expect(answer.code).toBe(1);
      expect(answer.err).toContain("[other-namespace]");
    }
    expect([said.live.out, said.again.code]).toEqual(["30\n9\n", 0]);
  },
);

realKernel("an interrupted change is not taken back from another network namespace", async () => {
  const said = await onHost(
    {
      kill: `tunectl apply ./web.yaml > /dev/null
for at in $(seq 5 40); do
  with-fault KILL-AFTER $at apply ./hasty.yaml > /dev/null 2>&1
  if tunectl status 2>&1 | grep interrupted; then break; fi
done`,
      elsewhere: "unshare -n tunectl rollback",
      here: "tunectl rollback",
      live: both,
    },
    files,
  );
  expect(said.elsewhere.err).toContain("[other-namespace]");
  expect([said.here.code, said.live.out]).toEqual([0, "30\n9\n"]);
});

realKernel(
  "a FIFO among the files of the boot is a problem: the loader never ends, and no line is carried out",
  async () => {
    const said = await onHost(
      {
        before: "tunectl apply ./web.yaml > /dev/null; mkfifo /etc/sysctl.d/50-x.conf; tunectl verify",
        diff: "tunectl diff ./hasty.yaml",
        apply: "tunectl apply ./hasty.yaml",
        after: "rm /etc/sysctl.d/50-x.conf; tunectl verify",
      },
      files,
    );
    expect(said.before.code).toBe(2);
    expect(said.before.err).toContain("/etc/sysctl.d/50-x.conf is not a regular file");
    expect([said.diff.code, said.apply.code, said.after.code]).toEqual([1, 1, 0]);
    expect(said.diff.err).toContain("[boot-blocked]");
  },
);

realKernel("an image's pattern that a later file overrides is a problem", async () => {
  const said = await onHost(
    {
      diff: "tunectl diff --root /image ./pattern.yaml",
      removed: "rm /image/etc/sysctl.d/99-z.conf; tunectl diff --root /image ./pattern.yaml",
    },
    {
      "pattern.yaml": profileText("pattern", { "net.ipv4.conf.*.rp_filter": "2" }),
      "/image/etc/sysctl.d/99-z.conf": "net.ipv4.conf.*.rp_filter = 1\n",
    },
  );
  expect(said.diff.code).toBe(1);
  expect(said.diff.err).toContain("/etc/sysctl.d/99-z.conf:1 is read after our line");
  expect(said.removed.code).toBe(0);
});

realKernel("a glob of ours that another file excludes a key from is a problem, with the line", async () => {
  const said = await onHost(
    { diff: "tunectl diff ./pattern.yaml" },
    {
      "pattern.yaml": profileText("pattern", { "net.ipv4.conf.*.rp_filter": "2" }),
      "/etc/sysctl.d/20-x.conf": "-net.ipv4.conf.lo.rp_filter\n",
    },
  );
  expect(said.diff.code).toBe(1);
  expect(said.diff.err).toContain("/etc/sysctl.d/20-x.conf:1 excludes it from our pattern");
});

realKernel("an image has no now, and a key that waits for its interface was not verified", async () => {
  const said = await onHost(
    {
      image: "tunectl apply --root /image ./web.yaml > /dev/null; tunectl verify --root /image",
      imageStatus: "tunectl status --root /image",
      apply: "tunectl apply ./eth7.yaml",
      again: "tunectl apply ./eth7.yaml",
      verify: "tunectl verify",
      status: "tunectl status",
    },
    {
      ...files,
      "/image/etc/sysctl.d/.keep": "",
      "/image/usr/lib/systemd/systemd-sysctl": "x",
      "eth7.yaml": profileText("eth7", { "net.ipv4.conf.eth7.rp_filter": "2" }),
    },
  );
  for (const answer of [said.image, said.imageStatus]) {
    expect(answer.out).toContain("2 settings in effect at its next boot");
    expect(answer.out).not.toMatch(/\bnow\b/);
  }
  expect(said.apply.out).toContain("Applied eth7: waiting for an interface: net.ipv4.conf.eth7.rp_filter");
  expect(said.apply.out).not.toContain("verified");
  for (const answer of [said.again, said.verify, said.status])
    expect(answer.out).toContain("waiting for an interface: net.ipv4.conf.eth7.rp_filter");
});

realKernel(
  "where the record is lost, root is not told that only root may read it, nor that nothing was changed",
  async () => {
    const said = await onHost(
      {
        lose: "tunectl apply ./web.yaml > /dev/null; rm -rf /var/lib/tunectl",
        status: "tunectl status",
        snapshots: "tunectl snapshots",
        diff: "tunectl diff ./other.yaml",
      },
      { ...files, "other.yaml": profileText("other", { "net.core.somaxconn": "8192" }) },
    );
    for (const answer of Object.values(said)) expect(answer.out + answer.err).not.toContain("only root");
    expect(said.status.out).toContain("the record of it is lost");
    expect(said.snapshots.out).toContain("the record of that change is lost");
    expect(said.diff.out).toContain("1 setting to change, 1 file to write, 2 left as they are.");
  },
);

realKernel("what a rollback leaves is not said to be verified, and is said in its own words", async () => {
  const said = await onHost(
    {
      change: `tunectl apply ./web.yaml > /dev/null; ${set("net.ipv4.tcp_retries2", 12)}`,
      keep: "tunectl rollback --keep-changed",
    },
    files,
  );
  expect(said.keep.code).toBe(3);
  expect(said.keep.out).toContain("left as it is: net.ipv4.tcp_retries2 is 12, which something else set");
  expect(said.keep.out).toContain("every restored value was read back");
  expect(said.keep.out).not.toMatch(/--keep-changed|every value was/);
});

realKernel("an ordinary user is told which boot files cannot be read, and sees no stack trace", async () => {
  const said = await onHost(
    {
      file: "chmod 755 /root; echo 'net.ipv4.tcp_fin_timeout = 20' > /etc/sysctl.d/95-x.conf; chmod 600 /etc/sysctl.d/95-x.conf; lacking-root tunectl diff ./web.yaml",
      folder: "chmod 700 /etc/sysctl.d; lacking-root tunectl diff ./web.yaml",
      status: "lacking-root tunectl status",
    },
    files,
  );
  expect(said.file.err).toContain("/etc/sysctl.d/95-x.conf: may not be read (EACCES)");
  expect(said.folder.err).toContain("/etc/sysctl.d: may not be read (EACCES)");
  for (const answer of Object.values(said)) expect(answer.err).not.toMatch(/internal error|\n {4}at /);
  expect([said.file.code, said.folder.code, said.status.code]).toEqual([0, 0, 0]);
}, ["root"]);
