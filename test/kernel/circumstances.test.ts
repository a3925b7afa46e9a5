import { expect } from "vitest";
import { onHost, type Said } from "../support/host.js";
import { dropIn, firstSnapshot, live, tunectlAfter, web } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const all = "world; find /var -type f; ls -A /etc/sysctl.d /tmp /root";

/** An apply under `trouble`, and all that there is before and after it. */
async function underTrouble(
  trouble: string,
  apply = "tunectl apply ./web.yaml",
): Promise<Record<"before" | "apply" | "after", Said>> {
  return onHost({ before: `${trouble}; ${all}`, apply, after: all }, web);
}

realKernel("without root no command that changes the host touches anything", async () => {
  const said = await onHost(
    {
      before: `${all}; ls /var/lib`,
      apply: "lacking-root tunectl apply ./web.yaml",
      rollback: "lacking-root tunectl rollback",
      prune: "lacking-root tunectl snapshots --keep 1",
      after: `${all}; ls /var/lib`,
      diff: "lacking-root tunectl diff ./web.yaml",
      applied: "tunectl apply ./web.yaml",
      status: "lacking-root tunectl status",
      verify: "lacking-root tunectl verify",
    },
    web,
  );
  for (const refused of [said.apply, said.rollback, said.prune]) {
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("needs root");
  }
  expect(said.after.out).toBe(said.before.out);
  expect(said.diff).toMatchObject({ code: 0, err: "" });
  expect(said.status.out).toContain("web: 2 settings");
  expect(said.verify.code).toBe(0);
}, ["setpriv"]);

realKernel("a read-only /proc/sys is named and nothing is changed", async () => {
  const said = await underTrouble("mount -o remount,bind,ro /proc/sys/net");
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toContain("/proc/sys is read-only");
  expect(said.after.out).toBe(said.before.out);
});

realKernel("a read-only /etc/sysctl.d is named and nothing is changed", async () => {
  const said = await underTrouble(
    "mount --bind /etc/sysctl.d /etc/sysctl.d; mount -o remount,bind,ro /etc/sysctl.d",
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toContain(`${dropIn}: cannot be written (EROFS: the file system is read-only)`);
  expect(said.after.out).toBe(said.before.out);
});

const filled = (folder: string): string =>
  `mkdir -p -m 700 ${folder}; mount -t tmpfs -o size=4k,mode=700 none ${folder}; head -c 4096 /dev/zero > ${folder}/ballast`;

for (const folder of ["/etc/sysctl.d", "/var/lib/tunectl"])
  realKernel(`a full disk under ${folder} is named and nothing is changed`, async () => {
    const said = await underTrouble(filled(folder));
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toMatch(
      new RegExp(`${folder}/.*: cannot be written \\(ENOSPC: the disk is full\\)`),
    );
    expect(said.after.out).toBe(said.before.out);
  });

const foreign: Readonly<Record<string, string>> = {
  "a symbolic link": `echo 'net.ipv4.tcp_retries1 = 3' > /etc/canary; ln -s /etc/canary ${dropIn}`,
  "a folder": `mkdir ${dropIn}`,
  "a fifo": `mkfifo ${dropIn}`,
  "a file with a second name": `echo 'net.ipv4.tcp_retries1 = 3' > /etc/canary; ln /etc/canary ${dropIn}`,
  "a file that tunectl did not write": `echo 'net.ipv4.tcp_retries1 = 3' > ${dropIn}`,
};

for (const [what, trouble] of Object.entries(foreign))
  realKernel(`where the drop-in should be there is ${what}: it is named, and it stays`, async () => {
    const said = await onHost(
      {
        before: `${trouble}; ${all}; cat /etc/canary`,
        apply: "timeout 10 tunectl apply ./web.yaml",
        after: `${all}; cat /etc/canary`,
      },
      web,
    );
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toContain(dropIn);
    expect(said.apply.err).not.toContain("fault of tunectl");
    expect(said.after.out).toBe(said.before.out);
  });

realKernel("while another run holds the lock, the host is left alone and the exit code is 75", async () => {
  const said = await onHost(
    {
      before: "tunectl apply ./web.yaml; world; find /var -type f",
      apply: "flock /var/lib/tunectl tunectl apply ./other.yaml",
      rollback: "flock /var/lib/tunectl tunectl rollback",
      after: "world; find /var -type f",
      free: "tunectl apply ./other.yaml",
    },
    { ...web, "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20" }) },
  );
  expect(said.apply.code).toBe(75);
  expect(said.apply.err).toContain("another tunectl process");
  expect(said.rollback.code).toBe(75);
  expect(said.before.out.endsWith(said.after.out)).toBe(true);
  expect(said.free.code).toBe(0);
});

realKernel("of runs that start at once each is done whole or not at all", async () => {
  const said = await onHost(
    {
      race: `for name in web other web other; do (tunectl apply ./$name.yaml > /dev/null 2>&1; echo $? >> /tmp/codes) & done; wait; sort -u /tmp/codes`,
      verify: "tunectl verify",
      back: "tunectl rollback 1",
      live: `${live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2")}; ls -A /etc/sysctl.d`,
    },
    {
      ...web,
      "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20", "net.ipv4.tcp_retries2": "7" }),
    },
  );
  expect(["0\n", "0\n75\n"]).toContain(said.race.out);
  expect(said.verify.code).toBe(0);
  expect(said.back.code).toBe(0);
  expect(said.live.out).toBe("60\n15\n");
});

const damages: Readonly<Record<string, string>> = {
  "cut short": `truncate -s 200 ${firstSnapshot}`,
  empty: `: > ${firstSnapshot}`,
  "edited by hand": `sed -i 's/"60"/"10"/' ${firstSnapshot}`,
  "of a newer tunectl": `sed -i 's/"version": 2/"version": 3/' ${firstSnapshot}`,
};

realKernel("a damaged snapshot is named, and stops only what needs it", async () => {
  const back = "rm -rf /var/lib/tunectl; cp -a /tmp/whole /var/lib/tunectl";
  const said = await onHost(
    {
      apply: `tunectl apply ./web.yaml; tunectl apply ./other.yaml; cp -a /var/lib/tunectl /tmp/whole; ${all}`,
      ...Object.fromEntries(
        Object.entries(damages).flatMap(([what, damage]) => [
          [
            `older ${what}`,
            `${back}; ${damage}
for command in status verify snapshots 'rollback 1' 'apply ./other.yaml' rollback; do tunectl $command > /dev/null; echo $?; done
${live("net.ipv4.tcp_fin_timeout")}; tunectl apply ./other.yaml > /dev/null; echo $?`,
          ],
          [
            `newest ${what}`,
            `${back}; ${damage.replaceAll("000001", "000002")}
for command in status verify snapshots rollback 'apply ./web.yaml'; do tunectl $command > /dev/null; echo $?; done
${all}`,
          ],
        ]),
      ),
    } as Record<string, string>,
    { ...web, "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20" }) },
  );
  for (const what of Object.keys(damages)) {
    const [status, verify, snapshots, first, apply, rollback, ...rest] =
      said[`older ${what}`]?.out.split("\n") ?? [];
    expect(
      [status, verify, snapshots, first, apply, rollback].map((line) => line?.[0]),
      what,
    ).toEqual([...["0", "0", "1", "1", "0", "0"]]);
    expect(rest, what).toEqual(["30", "0", ""]);
    const newest = said[`newest ${what}`];
    expect(newest?.out.startsWith("0\n0\n1\n1\n1\n"), what).toBe(true);
    expect(said["apply"]?.out.endsWith(newest?.out.slice(10) ?? "?"), what).toBe(true);
    expect(newest?.err.match(/000002.json: (is not a valid|was written by a newer)/g), what).toHaveLength(5);
  }
});

const sinks: Readonly<Record<string, string>> = {
  "a reader that has gone": "| true",
  "a full disk": "> /dev/full 2> /dev/full",
  "a closed descriptor": ">&- 2>&- <&-",
};

realKernel("whoever cannot read the answer changes neither what is done nor the exit code", async () => {
  const heard = (command: string, sink: string): string =>
    `{ { ${command}; } ; echo $? > /tmp/code; } ${sink}; sleep 0.1; cat /tmp/code`;
  const piped = (command: string, sink: string): string =>
    sink.startsWith("|") ? heard(command, sink) : `${command} ${sink}; echo $?`;
  const said = await onHost(
    {
      before: "world",
      ...Object.fromEntries(
        Object.entries(sinks).flatMap(([what, sink]) => [
          [`apply to ${what}`, piped("tunectl apply ./web.yaml", sink)],
          [`live after ${what}`, `cat /proc/sys/net/ipv4/tcp_fin_timeout ${dropIn} | sed -n '1p;$p'`],
          [`rollback to ${what}`, piped("tunectl rollback", sink)],
          [`refusal to ${what}`, piped("tunectl apply ./nowhere.yaml", sink)],
        ]),
      ),
      after: "world",
    } as Record<string, string>,
    web,
  );
  for (const what of Object.keys(sinks)) {
    expect(said[`apply to ${what}`]?.out, what).toBe("0\n");
    expect(said[`live after ${what}`]?.out, what).toBe("30\nnet.ipv4.tcp_retries2 = 9\n");
    expect(said[`rollback to ${what}`]?.out, what).toBe("0\n");
    expect(said[`refusal to ${what}`]?.out, what).toBe("1\n");
  }
  expect(said["after"]?.out).toBe(said["before"]?.out);
});

const surroundings: Readonly<Record<string, string>> = {
  "an empty environment": "env -i /tools/node /tools/tunectl.cjs",
  "a working folder that is gone": "mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone; tunectl",
  "umask 000": "umask 000; tunectl",
  "umask 777": "umask 777; tunectl",
};

realKernel(
  "what a shell leaves behind decides neither whether it works nor who may read the files",
  async () => {
    const modes = `stat -c '%a' ${dropIn} /var/lib/tunectl ${firstSnapshot} | tr '\\n' ' '`;
    const said = await onHost(
      Object.fromEntries(
        Object.entries(surroundings).map(([what, tunectl]) => [
          what,
          `(${tunectl} apply /root/web.yaml > /dev/null; echo $?); ${modes}; (${tunectl} rollback > /dev/null; echo $?); rm -r /var/lib/tunectl; ls -A /etc/sysctl.d`,
        ]),
      ),
      web,
    );
    for (const [what, { out, err }] of Object.entries(said)) {
      expect(out, what).toBe("0\n644 700 600 0\n");
      expect(err, what).not.toContain("tunectl");
    }
  },
);

realKernel("a profile that others could have written is not applied as root", async () => {
  const said = await onHost(
    {
      before: "world; ls /var/lib",
      file: "chmod 666 web.yaml; tunectl apply ./web.yaml",
      folder:
        "chmod 644 web.yaml; mkdir open; chmod 777 open; cp web.yaml open; tunectl apply ./open/web.yaml",
      after: "world; ls /var/lib",
    },
    web,
  );
  expect(said.file.code).toBe(1);
  expect(said.file.err).toContain("web.yaml");
  expect(said.folder.code).toBe(1);
  expect(said.folder.err).toContain("/root/open");
  expect(said.after.out).toBe(said.before.out);
});

const owned: Readonly<
  Record<string, { readonly given: string; readonly path: string; readonly culprit: string }>
> = {
  "a file": {
    given: "cp web.yaml own.yaml; chown 1000 own.yaml",
    path: "./own.yaml",
    culprit: "/root/own.yaml",
  },
  "a folder above it": {
    given: "mkdir home; cp web.yaml home; chown 1000 home",
    path: "./home/web.yaml",
    culprit: "/root/home",
  },
  "a folder with a link to it": {
    given: "mkdir links; ln -s ../web.yaml links; chown 1000 links",
    path: "./links/web.yaml",
    culprit: "/root/links",
  },
  "a link to it": {
    given: "ln -s web.yaml link.yaml; chown -h 1000 link.yaml",
    path: "./link.yaml",
    culprit: "/root/link.yaml",
  },
  "a folder that its path climbs out of": {
    given: "mkdir climb; chown 1000 climb",
    path: "/root/climb/../web.yaml",
    culprit: "/root/climb",
  },
};

for (const [what, { given, path, culprit }] of Object.entries(owned))
  realKernel(`${what}: where it is a user's, root applies the profile for that user alone`, async () => {
    const said = await onHost(
      {
        before: `${given}; ${all}`,
        root: `tunectl apply ${path}`,
        other: `SUDO_UID=1001 tunectl apply ${path}`,
        after: all,
        caller: `SUDO_UID=1000 tunectl apply ${path}`,
      },
      web,
    );
    for (const refused of [said.root, said.other]) {
      expect(refused.code).toBe(1);
      expect(refused.err).toContain(`because ${culprit} belongs to another user`);
    }
    expect(said.after.out).toBe(said.before.out);
    expect(said.caller).toMatchObject({ code: 0, err: "" });
  }, ["root"]);

realKernel("root applies its own profiles through its own links, and below a sticky folder", async () => {
  const said = await onHost(
    {
      named: "mkdir profiles; ln -s ../web.yaml profiles; tunectl apply web",
      sticky: "mkdir /tmp/mine; ln -s /root/web.yaml /tmp/mine; tunectl apply /tmp/mine/web.yaml",
    },
    web,
  );
  expect(said.named).toMatchObject({ code: 0, err: "" });
  expect(said.sticky).toMatchObject({ code: 0, err: "" });
  expect(said.sticky.out).toContain("Nothing to do");
});

/**
 * Loaded before tunectl: turns the link `way` from one folder to another as soon as the profile behind it is
 * open.
 */
const turning = `const fs = require("node:fs");
const open = fs.openSync;
fs.openSync = (path, ...rest) => {
  const fd = open(path, ...rest);
  if (path === "/root/way/web.yaml") fs.renameSync("/root/next", "/root/way");
  return fd;
};
`;

realKernel(
  "a link that is turned to root's profile after another was opened does not vouch for that one",
  async () => {
    const said = await onHost(
      {
        before: `mkdir mine theirs; cp web.yaml mine; cp other.yaml theirs/web.yaml; ln -s theirs way; ln -s mine next; ${all}`,
        apply: tunectlAfter("turning.cjs", "apply ./way/web.yaml"),
        turned: "readlink way",
        after: `ln -s mine next; ${all}`,
      },
      {
        ...web,
        "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20" }),
        "turning.cjs": turning,
      },
    );
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toContain(
      "/root/way/web.yaml: is not applied as root, because another file took its place",
    );
    expect(said.turned.out).toBe("mine\n");
    expect(said.after.out).toBe(said.before.out);
  },
);
