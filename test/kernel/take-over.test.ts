import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { anotherBoot, dropIn, live, reboot, set } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const values = live("net.core.somaxconn", "net.ipv4.tcp_fin_timeout");
const systemd = "$(ls /usr/lib/systemd/systemd-sysctl /lib/systemd/systemd-sysctl 2> /dev/null | head -n 1)";
const files = {
  "web.yaml": profileText("web", { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" }),
  "/etc/sysctl.conf": "# mine\nnet.core.somaxconn = 128\nnet.ipv4.tcp_sack = 1\n",
  "/etc/sysctl.d/95-old.conf": "net/core/somaxconn=64\nnet.ipv4.tcp_fin_timeout = 90\r\n",
};
const link = "ln -s ../sysctl.conf /etc/sysctl.d/99-sysctl.conf; chmod 640 /etc/sysctl.d/95-old.conf";

realKernel("a line that is taken over sets nothing at the boot, and a rollback gives every byte and mode back", async () => {
  const said = await onHost(
    {
      before: `${link}; world`,
      refused: "tunectl apply web.yaml",
      foretold: `unshare -n sh -c '${systemd}; ${values}'`,
      apply: "tunectl apply web.yaml --on-override take-over",
      files:
        "cat /etc/sysctl.conf /etc/sysctl.d/95-old.conf; stat -c %A /etc/sysctl.d/95-old.conf; ls -L /etc/sysctl.d",
      boot: `unshare -n sh -c '${systemd}; ${values}'`,
      procps: `unshare -n sh -c 'sysctl -q --system && ${values}'`,
      verify: "tunectl verify",
      again: "tunectl apply web.yaml",
      rollback: "tunectl rollback",
      after: "world",
    },
    files,
  );
  expect(said.refused.code).toBe(1);
  expect(said.refused.err).toContain("Remove line 2 of /etc/sysctl.conf, have it commented out");
  expect(said.foretold.out).toBe("128\n90\n");
  expect(said.apply.code).toBe(0);
  expect(said.files.out).toBe(
    [
      "# mine",
      "# Taken over by tunectl: net.core.somaxconn = 128",
      "net.ipv4.tcp_sack = 1",
      "# Taken over by tunectl: net/core/somaxconn=64",
      "# Taken over by tunectl: net.ipv4.tcp_fin_timeout = 90\r",
      "-rw-r-----",
      "90-tunectl.conf\n95-old.conf\n99-sysctl.conf\n",
    ].join("\n"),
  );
  expect(said.boot.out).toBe("8192\n30\n");
  expect(said.procps.out).toBe("8192\n30\n");
  expect(said.verify).toMatchObject({
    code: 0,
    out: "web: 2 settings in effect now and after the next boot.\n",
  });
  expect(said.again.out).toContain("Nothing to do");
  expect(said.rollback.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
}, ["systemd-sysctl", "sysctl"]);

realKernel("a rollback gives lines back in a file that was edited since, and every edit stays", async () => {
  const said = await onHost(
    {
      apply: `${link}; tunectl apply web.yaml --on-override take-over`,
      edit: "echo vm.swappiness = 10 >> /etc/sysctl.conf; rm /etc/sysctl.d/95-old.conf",
      rollback: "tunectl rollback",
      after: "cat /etc/sysctl.conf; ls /etc/sysctl.d",
    },
    files,
  );
  expect(said.apply.code).toBe(0);
  expect(said.rollback.code).toBe(0);
  expect(said.rollback.out).toContain("  /etc/sysctl.conf (lines given back)\n");
  expect(said.after.out).toBe(`${files["/etc/sysctl.conf"]}vm.swappiness = 10\n99-sysctl.conf\n`);
}, ["sysctl"]);

realKernel(
  "a diff shows what is taken over as a patch, and changes nothing; so does a plan in JSON",
  async () => {
    const said = await onHost(
      {
        before: `${link}; world; ls /var/lib`,
        patch: "tunectl diff web.yaml --on-override take-over --format patch",
        json: "tunectl diff web.yaml --on-override take-over --format json",
        ordinary:
          "chmod 755 /root; cp web.yaml /tmp; chmod 644 /etc/sysctl.d/*; cd /tmp; lacking-root tunectl diff ./web.yaml --on-override take-over",
        captured:
          "tunectl capture host.json && tunectl diff --against host.json web.yaml --on-override take-over",
        after: "chmod 640 /etc/sysctl.d/95-old.conf; world; ls /var/lib",
      },
      files,
    );
    expect(said.patch.out).toContain(
      "-net.core.somaxconn = 128\n+# Taken over by tunectl: net.core.somaxconn = 128\n",
    );
    expect(said.patch.out).toContain("--- a/etc/sysctl.conf\n+++ b/etc/sysctl.conf\n");
    const { files: changed } = JSON.parse(said.json.out);
    expect(
      changed.map(({ path, theirs = "ours" }: { path: string; theirs?: string }) => [path, theirs]),
    ).toEqual([
      [dropIn, "ours"],
      ["/etc/modules-load.d/tunectl.conf", "ours"],
      ["/etc/sysctl.conf", "taken-over"],
      ["/etc/sysctl.d/95-old.conf", "taken-over"],
    ]);
    for (const one of [said.ordinary, said.captured]) {
      expect(one.code).toBe(0);
      expect(one.out).toContain("~ /etc/sysctl.conf (lines taken over)");
    }
    expect(said.after.out).toBe(said.before.out);
  },
);

realKernel(
  "a file that others could have prepared is not taken over: it is named, and nothing is changed",
  async () => {
    const refused = "tunectl apply web.yaml --on-override take-over";
    const said = await onHost(
      {
        owner: `${link}; chown 65534 /etc/sysctl.d/95-old.conf; world > b; ${refused}; code=$?; chown 0 /etc/sysctl.d/95-old.conf; exit $code`,
        offer: `chown 65534 /etc/sysctl.d/95-old.conf; tunectl apply web.yaml; chown 0 /etc/sysctl.d/95-old.conf`,
        newline: `f="$(printf '/etc/sysctl.d/99-x\\ny.conf')"; echo net.core.somaxconn=5 > "$f"; ${refused}; code=$?; rm "$f"; exit $code`,
        mode: `chmod 660 /etc/sysctl.d/95-old.conf; ${refused}; code=$?; chmod 640 /etc/sysctl.d/95-old.conf; exit $code`,
        folder: `chmod 777 /etc/sysctl.d; ${refused}; code=$?; chmod 755 /etc/sysctl.d; exit $code`,
        second: `ln /etc/sysctl.d/95-old.conf /etc/second; ${refused}; code=$?; rm /etc/second; exit $code`,
        elsewhere: `mkdir -m 777 /tmp/x; mv /etc/sysctl.conf /tmp/x/y.conf; ln -s /tmp/x/y.conf /etc/sysctl.conf; ${refused}; code=$?; rm /etc/sysctl.conf; mv /tmp/x/y.conf /etc/sysctl.conf; exit $code`,
        package: `mkdir -p /usr/lib/sysctl.d; echo net.core.somaxconn=5 > /usr/lib/sysctl.d/99-zz.conf; ${refused}; code=$?; rm /usr/lib/sysctl.d/99-zz.conf; exit $code`,
        root: `chmod 755 /root; lacking-root ${refused}`,
        after: "ls /etc/sysctl.d /var/lib",
      },
      files,
    );
    expect(said.offer.err).toContain("Remove that line, or keep the value for this boot only");
    const why = {
      newline: "99-x\\u000ay.conf is not changed: it has a line's end in its name",
      owner: "belongs to another user",
      mode: "can be changed by others",
      folder: "/etc/sysctl.d can be changed by others",
      second: "has a second name",
      elsewhere: "/tmp/x/y.conf is neither /etc/sysctl.conf nor a file of /etc/sysctl.d",
      package: "is not a file of the administrator below /etc",
      root: "needs root",
    };
    for (const [name, words] of Object.entries(why)) {
      const { code, err } = said[name as keyof typeof why];
      expect([name, code]).toEqual([name, 1]);
      expect(err).toContain(words);
    }
    expect(said.package.err).toContain(
      "A package owns that file: have ours read later (--drop-in zz-tunectl.conf)",
    );
    expect(said.after.out).toBe("/etc/sysctl.d:\n95-old.conf\n99-sysctl.conf\n\n/var/lib:\n");
  },
);

realKernel("killed at any call, a take-over is made whole or taken back whole", async () => {
  const points = Array.from({ length: 14 }, (_, at) => 3 * at + 1);
  const one = (at: number): string =>
    `${link}; world > before; with-fault KILL ${at} apply web.yaml --on-override take-over; tunectl recover > /dev/null; world > after; find /etc -name '.*tunectl*'; if tunectl status | grep -q 'No profile'; then cmp before after; else tunectl verify > /dev/null; fi`;
  const runs = await Promise.all(
    points.map(async (at) => [at, (await onHost({ one: one(at) }, files)).one] as const),
  );
  for (const [at, { code, out }] of runs) expect([at, code, out]).toEqual([at, 0, ""]);
});

realKernel("where /etc cannot be written, nothing is changed, and the values are as they were", async () => {
  const said = await onHost(
    {
      before: `${link}; world`,
      apply:
        "mount --bind /etc /etc && mount -o remount,bind,ro /etc; tunectl apply web.yaml --on-override take-over",
      after: "umount /etc; world",
    },
    files,
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toContain("read-only");
  expect(said.after.out).toBe(said.before.out);
});

realKernel(
  "what is yielded is in effect for this boot, on record, and no drift before the boot or after it",
  async () => {
    const said = await onHost(
      {
        apply: `${link}; tunectl apply web.yaml --on-override yield`,
        live: values,
        again: "tunectl apply web.yaml --on-override yield",
        verify: "tunectl verify",
        json: "tunectl status --format json",
        same: `${set("net.core.somaxconn", 128)}; tunectl verify`,
        cure: "tunectl apply web.yaml --on-override yield",
        later: `${set("net.ipv4.tcp_fin_timeout", 90)}; ${set("net.core.somaxconn", 128)}; ${reboot}; tunectl verify`,
        other: `${set("net.ipv4.tcp_fin_timeout", 91)}; tunectl verify`,
        plain: "tunectl apply web.yaml",
      },
      { ...files, ...anotherBoot },
    );
    expect(said.apply.code).toBe(0);
    expect(said.apply.out).toContain("net.core.somaxconn becomes 128, from /etc/sysctl.d/99-sysctl.conf:2");
    expect(said.live.out).toBe("8192\n30\n");
    expect(said.again.out).toContain("Nothing to do");
    expect(said.verify).toMatchObject({ code: 0 });
    expect(said.verify.out).toContain(
      "net.core.somaxconn: the boot gives 128, from /etc/sysctl.d/99-sysctl.conf:2, as was accepted",
    );
    expect(said.verify.out).not.toContain("in effect now and after the next boot");
    expect(JSON.parse(said.json.out).yielded).toEqual([
      { key: "net.core.somaxconn", value: "128", by: "/etc/sysctl.d/99-sysctl.conf:2" },
      { key: "net.ipv4.tcp_fin_timeout", value: "90", by: "/etc/sysctl.d/95-old.conf:2" },
    ]);
    // In the boot for which it was promised, the value of the file is drift.
    expect(said.same.code).toBe(2);
    expect(said.same.out).toContain("`tunectl apply web.yaml --on-override yield` corrects it.");
    expect(said.cure.code).toBe(0);
    expect(said.later.code).toBe(0);
    expect(said.other.code).toBe(2);
    expect(said.plain.code).toBe(1);
  },
);

realKernel("lines of an image are taken over and given back inside it, whatever its links say", async () => {
  const said = await onHost(
    {
      image:
        "mkdir -p img/etc/sysctl.d img/var/lib img/usr; cp /etc/sysctl.conf img/etc; ln -s /etc/sysctl.conf img/etc/sysctl.d/99-sysctl.conf; find img -type f -exec cat {} + > before",
      apply: "tunectl apply --root img web.yaml --on-override take-over",
      inside: "cat img/etc/sysctl.conf; cat /etc/sysctl.conf",
      verify: "tunectl verify --root img",
      rollback: "tunectl rollback --root img; cmp img/etc/sysctl.conf /etc/sysctl.conf",
    },
    files,
  );
  expect(said.apply.code).toBe(0);
  expect(said.inside.out).toBe(
    `# mine\n# Taken over by tunectl: net.core.somaxconn = 128\nnet.ipv4.tcp_sack = 1\n${files["/etc/sysctl.conf"]}`,
  );
  expect(said.verify.code).toBe(0);
  expect(said.rollback.code).toBe(0);
});

realKernel(
  "on trial no line is touched; once it is confirmed the file has its own mode and owner",
  async () => {
    const said = await onHost(
      {
        before: `${link}; chown 0:65534 /etc/sysctl.d/95-old.conf; world > before; files > files`,
        trial:
          "tunectl apply web.yaml --on-override take-over --trial 5m > /dev/null; files | cmp - files && echo same",
        confirm: "tunectl confirm; tunectl verify; stat -c '%A %g' /etc/sysctl.d/95-old.conf",
        rollback: "tunectl rollback > /dev/null; world | cmp - before",
      },
      files,
    );
    expect(said.trial.out).toBe("same\n");
    expect(said.confirm.out).toContain("2 settings in effect now and after the next boot.");
    expect(said.confirm.out).toContain("-rw-r----- 65534\n");
    expect(said.rollback).toMatchObject({ code: 0, out: "" });
  },
);

realKernel("without the kernel lines are taken over through links as well, and given back", async () => {
  const said = await onHost(
    {
      before: `${link}; files > before`,
      apply: "tunectl apply web.yaml --on-override take-over --offline",
      files: "cat /etc/sysctl.conf",
      rollback: "tunectl rollback > /dev/null; files | cmp - before",
    },
    files,
  );
  expect(said.apply.code).toBe(0);
  expect(said.files.out).toContain("# Taken over by tunectl: net.core.somaxconn = 128\n");
  expect(said.rollback).toMatchObject({ code: 0, out: "" });
});

realKernel("what is live only is set right by an apply that is live only too", async () => {
  const said = await onHost(
    {
      apply: `${link}; tunectl apply web.yaml --live-only`,
      drift: `${set("net.core.somaxconn", 128)}; tunectl verify`,
      cure: "tunectl apply web.yaml --live-only",
      after: "ls /etc/sysctl.d",
    },
    files,
  );
  expect(said.apply.code).toBe(0);
  expect(said.drift.code).toBe(2);
  expect(said.drift.out).toContain("`tunectl apply web.yaml --live-only` corrects it.");
  expect(said.cure.code).toBe(0);
  expect(said.after.out).toBe("95-old.conf\n99-sysctl.conf\n");
});
