/** Disks that are full or read-only, and limits of the process: what the sweep only feigns, for real. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { atRename, die, dropIn, live, tunectlAfter, web } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = {
  ...web,
  // Ended where all values are written and the drop-in is in place.
  "dies.cjs": atRename("after", dropIn, die),
  "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20", "net.core.somaxconn": "9000" }),
};
const all = "world 2> /dev/null; ls -A /etc/sysctl.d";
/** What differs from a world that was noted in a file. */
const noted = (name: string): string => `{ ${all}; } > /tmp/${name}`;
// diff ends with 1 where there are changes; with nothing to compare with, that must not look like none.
const changesSince = (name: string): string =>
  `({ ${all}; } | diff /tmp/${name} - || [ $? = 1 ] || echo "nothing to compare with")`;
const state = "/var/lib/tunectl";

/** A folder becomes a small file system of its own with what was in it, and one without room. */
const full = (folder: string, options: string): string =>
  `mkdir -p -m 700 ${folder}; cp -a ${folder} /tmp/kept; mount -t tmpfs -o mode=700,${options} none ${folder}; cp -a /tmp/kept/. ${folder}; rm -r /tmp/kept`;
const troubles: Readonly<Record<string, (folder: string) => string>> = {
  full: (folder) =>
    `${full(folder, "size=256k")}; dd if=/dev/zero of=${folder}/ballast bs=4k 2> /dev/null; true`,
  "without inodes": (folder) =>
    `${full(folder, "size=256k,nr_inodes=200")}; n=0; while touch ${folder}/ballast$n; do n=$((n + 1)); done 2> /dev/null; true`,
  "read-only": (folder) =>
    `mkdir -p -m 700 ${folder}; mount --bind ${folder} ${folder}; mount -o remount,bind,ro ${folder}`,
};

for (const [what, trouble] of Object.entries(troubles))
  for (const folder of ["/etc/sysctl.d", state])
    realKernel(
      `where ${folder} is ${what}, an apply over another set changes nothing and says why`,
      async () => {
        const said = await onHost(
          {
            before: `tunectl apply ./web.yaml > /dev/null; ${trouble(folder)}; ${all}`,
            apply: "tunectl apply ./other.yaml",
            after: all,
            verify: "tunectl verify",
          },
          files,
        );
        expect(said.before.err).toBe("");
        expect(said.apply.code).toBe(1);
        expect(said.apply.err).toMatch(/cannot be written \((ENOSPC|EROFS)/);
        expect(said.after.out).toBe(said.before.out);
        expect(said.verify.code).toBe(0);
      },
    );

const halfMade = `tunectl apply ./web.yaml > /dev/null; ${noted("old")}; ${tunectlAfter("dies.cjs", "apply ./other.yaml")}`;

for (const [what, trouble] of Object.entries(troubles))
  for (const folder of ["/etc/sysctl.d", state])
    realKernel(
      `where ${folder} is ${what}, a recovery puts back what it can, and never says more`,
      async () => {
        const said = await onHost(
          {
            half: `${halfMade}; ${trouble(folder)}; tunectl status`,
            recover: "tunectl recover",
            live: live("net.ipv4.tcp_fin_timeout"),
            status: "tunectl status",
            whole: `${changesSince("old")} | grep -v ballast | grep '^[<>]'`,
            free: `umount ${folder} 2> /dev/null; mount -o remount,bind,rw ${folder} 2> /dev/null; tunectl recover`,
            after: changesSince("old"),
          },
          files,
        );
        expect(said.half.code).toBe(4);
        // Whatever the code says is so.
        if (said.recover.code === 0) expect(`${said.whole.out}${said.status.code}`).toBe("0");
        else expect(said.status.code).toBe(4);
        expect(said.recover.err).not.toContain("internal error");
        // The values need no disk.
        expect(said.live.out).toBe("30\n");
        if (what !== "read-only") return;
        expect(said.free.code).toBe(0);
        expect(said.after.out).toBe("");
      },
    );

const limits: Readonly<Record<string, string>> = {
  "files of 100 bytes": "--fsize=100",
  "files of 1000 bytes": "--fsize=1000",
  "20 open files": "--nofile=20",
  "10 open files": "--nofile=10",
  "400 MB of memory": "--as=400000000",
  "a second of processor time and one process": "--cpu=1 --nproc=1",
};

realKernel("under a limit of the process a change is made whole, or nothing is changed", async () => {
  const said = await onHost(
    {
      before: `tunectl apply ./web.yaml > /dev/null; ${noted("before")}`,
      ...Object.fromEntries(
        Object.entries(limits).map(([what, limit]) => [
          what,
          `prlimit ${limit} tunectl apply ./other.yaml > /tmp/out 2>&1; code=$?; tunectl recover > /dev/null; recovered=$?
tunectl verify > /dev/null; verified=$?
if [ $code = 0 ]; then tunectl rollback > /dev/null; fi
echo $code $recovered $verified; ${changesSince("before")}`,
        ]),
      ),
    } as Record<string, string>,
    files,
  );
  for (const what of Object.keys(limits)) {
    expect(said[what]?.out, what).toMatch(/^\d+ 0 0\n$/);
  }
}, ["prlimit"]);

const noKernel: Readonly<Record<string, string>> = {
  "no /proc": "mount -t tmpfs none /proc",
  "a /proc of processes alone": "mount -t proc -o subset=pid none /proc",
};

for (const [what, trouble] of Object.entries(noKernel))
  realKernel(`with ${what}, every command that changes the host refuses, and leaves all as it is`, async () => {
    const hidden = (command: string): string => `unshare -m sh -c '${trouble}; exec tunectl ${command}'`;
    const said = await onHost(
      {
        half: `${halfMade}; ls ${state} >> /etc/sysctl.d/records; ${noted("half")}`,
        apply: hidden("apply ./other.yaml"),
        rollback: hidden("rollback"),
        recover: hidden("recover"),
        after: `ls ${state} > /etc/sysctl.d/records; ${changesSince("half")}`,
        again: `rm /etc/sysctl.d/records; tunectl recover; ${changesSince("old")}`,
      },
      files,
    );
    for (const refused of [said.apply, said.rollback, said.recover]) {
      expect(refused.code).toBe(1);
      expect(refused.err).not.toContain("internal error");
    }
    expect(said.after.out).toBe("");
    expect(said.again).toMatchObject({ code: 0, out: "" });
  }, ["root"]);

/** Loaded before tunectl: the clock is elsewhere, and goes back by an hour at each look. */
const clock = (years: number): string => `let now = Date.now() + ${years} * 365 * 86400e3;
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length > 0 ? given : [(now -= 3600e3)])); }
  static now() { return (now -= 3600e3); }
};
`;

realKernel("a clock that jumps decides neither what is undone nor in which order", async () => {
  const at = (name: string, command: string): string =>
    `/tools/node --require /root/${name}.cjs /tools/tunectl.cjs ${command}`;
  const said = await onHost(
    {
      before: noted("before"),
      first: at("future", "apply ./web.yaml"),
      second: at("past", "apply ./other.yaml"),
      status: "tunectl status",
      back: at("future", "rollback"),
      verify: "tunectl verify",
      live: live("net.ipv4.tcp_fin_timeout"),
      rest: at("past", "rollback"),
      after: changesSince("before"),
    },
    { ...files, "future.cjs": clock(200), "past.cjs": clock(-50) },
  );
  expect([said.first, said.second, said.back, said.verify, said.rest].map(({ code }) => code)).toEqual([
    0, 0, 0, 0, 0,
  ]);
  expect(said.status.out).toContain("other: 2 settings");
  expect(said.live.out).toBe("30\n");
  expect(said.after.out).toBe("");
});
