import { expect } from "vitest";
import { onHost, type Said } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = {
  "web.yaml": profileText("web", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.core.somaxconn": { at_least: "16384" },
  }),
  "/image/etc/sysctl.d/10-theirs.conf": "net.core.somaxconn = 65535\nnet.ipv4.tcp_fin_timeout = 45\n",
  "/image/etc/hostname": "image\n",
};
const image = "cd /image; find . -type f -not -path './var/*' -printf '%p %m\\n' -exec cat {} + | sort";

realKernel("an image is tuned by files below its folder alone: no kernel and no other file is touched", async () => {
  const outside = "world; find /var /etc /root -printf '%p %T@\\n' | sort";
  const said = await onHost(
    {
      before: `${outside}; ${image}`,
      diff: "tunectl diff --root /image ./web.yaml",
      apply: "tunectl apply --root /image ./web.yaml",
      made: "cd /image; find . -type f | sort; grep -v -e '^#' -e '^$' etc/sysctl.d/90-tunectl.conf",
      host: outside,
      again: "tunectl apply --root /image ./web.yaml",
      verify: "tunectl verify --root /image",
      boot: "unshare -n -m sh -c 'mount --bind /image/etc/sysctl.d /etc/sysctl.d; sysctl -q --system; sysctl -n net.ipv4.tcp_fin_timeout net.core.somaxconn'",
      rollback: "tunectl rollback --root /image",
      after: `${outside}; ${image}`,
    },
    files,
  );
  expect(said.diff.code).toBe(0);
  expect(said.apply.code).toBe(0);
  expect(said.made.out.split("\n")).toEqual([
    "./etc/hostname",
    "./etc/sysctl.d/10-theirs.conf",
    "./etc/sysctl.d/90-tunectl.conf",
    "./var/lib/tunectl/000001.json",
    "./var/lib/tunectl/000001.undo.sh",
    "net.ipv4.tcp_fin_timeout = 30",
    "",
  ]);
  expect(said.before.out.startsWith(said.host.out)).toBe(true);
  expect(said.again.out).toContain("Nothing to do");
  expect(said.verify.code).toBe(0);
  expect(said.boot.out).toBe("30\n65535\n");
  expect(said.rollback.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
}, ["sysctl"]);

realKernel(
  "an absolute link inside of an image means the image, and a drop-in that is a link is refused",
  async () => {
    const said = await onHost(
      {
        start:
          "echo 'net.ipv4.tcp_fin_timeout = 45' > /image/etc/sysctl.conf; ln -s /etc/sysctl.conf /image/etc/sysctl.d/99-sysctl.conf",
        apply: "tunectl apply --root /image ./web.yaml",
        link: "rm /image/etc/sysctl.d/99-sysctl.conf; ln -s /etc/hosts /image/etc/sysctl.d/90-tunectl.conf; tunectl apply --root /image ./web.yaml",
        hosts: "cat /etc/hosts",
      },
      { ...files, "/etc/hosts": "127.0.0.1 localhost\n" },
    );
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toMatch(
      /the next boot will give 45, not 30, because \/etc\/sysctl\.(d\/99-sysctl\.)?conf:1/,
    );
    expect(said.link.code).toBe(1);
    expect(said.link.err).toContain("/etc/sysctl.d/90-tunectl.conf");
    expect(said.hosts.out).toBe("127.0.0.1 localhost\n");
  },
);

realKernel("an image that an ordinary user may write needs no root", async () => {
  const said = await onHost(
    {
      start:
        "cp -r /image /tmp/image; mkdir -p /tmp/image/lib/systemd; touch /tmp/image/lib/systemd/systemd-sysctl; chmod -R a+rwX /tmp/image; cp web.yaml /tmp",
      apply: "cd /tmp; lacking-root tunectl apply --root /tmp/image ./web.yaml",
      rollback: "cd /tmp; lacking-root tunectl rollback --root /tmp/image",
      left: "find /tmp/image -name '*tunectl*' -type f -not -path '*/var/lib/tunectl/*'",
    },
    files,
  );
  // What the host of the image has is not known, nor which systemd this is.
  expect(said.apply).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^(warning: .*\[(relations-not-judged|loader-version-unknown)\]\n)+$/),
  });
  expect(said.rollback).toMatchObject({ code: 0, err: "" });
  expect(said.left.out).toBe("");
}, ["setpriv"]);

// In a script, `--root "$ROOT"` with no ROOT set must not fall upon the machine that runs it.
realKernel(
  "a root that is empty, not there, this host's own or leads back to it is refused by every command, and nothing is touched",
  async () => {
    const roots = {
      empty: "''",
      slash: "/",
      dots: "/tmp/..",
      missing: "./nowhere",
      file: "./web.yaml",
      circle: "/loop",
    };
    const commands = Object.fromEntries(
      Object.entries(roots).flatMap(([name, root]) =>
        ["apply ./web.yaml", "rollback", "snapshots --keep 1", "status"].map((command) => [
          `${name}: ${command}`,
          `tunectl ${command} --root ${root}`,
        ]),
      ),
    );
    const said: Readonly<Record<string, Said>> = await onHost(
      {
        before: "world; mkdir -p /loop/etc; ln -s /etc/sysctl.d /loop/etc/sysctl.d",
        ...commands,
        after: "world; ls /var/lib",
      },
      files,
    );
    for (const name of Object.keys(commands)) {
      expect(said[name]?.code, name).toBe(1);
      expect(said[name]?.err, name).toContain("--root");
    }
    expect(said["after"]?.out).toBe(said["before"]?.out);
  },
);

realKernel(
  "a bound of an image is a guess, and told as one, unless a host of its kind was captured",
  async () => {
    const key = "net.ipv4.tcp_max_tw_buckets";
    const said = await onHost(
      {
        live: "mkdir -p /image/etc; cat /proc/sys/net/ipv4/tcp_max_tw_buckets",
        guess: "tunectl apply --root /image ./low.yaml; grep ^net /image/etc/sysctl.d/90-tunectl.conf",
        captured:
          "tunectl capture facts.json; tunectl apply --root /image --against facts.json ./low.yaml; grep ^net /image/etc/sysctl.d/90-tunectl.conf",
      },
      { "low.yaml": profileText("low", { [key]: { at_least: "1000" } }) },
    );
    expect(said.guess.out).toContain(`${key} = 1000\n`);
    expect(said.guess.err).toContain("[image-default-unknown]");
    expect(said.captured.out).toContain(`${key} = ${said.live.out}`);
    expect(said.captured.err).not.toContain("image-default-unknown");
  },
);

realKernel("a key that can stop the host or runs code needs its word for an image as well", async () => {
  const said = await onHost(
    {
      apply: "mkdir -p /image/etc; tunectl apply --root /image ./once.yaml",
      files: "find /image -type f",
      accepted: "tunectl apply --root /image --accept kernel.modules_disabled ./once.yaml",
    },
    { "once.yaml": profileText("once", { "kernel.modules_disabled": "1" }) },
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toContain("[needs-acceptance]");
  expect(said.files.out).toBe("");
  expect(said.accepted.code).toBe(0);
});

realKernel("a way out of an image's trouble names the image: this host is left alone", async () => {
  const systemd = "/image/usr/lib/systemd";
  const units = `${systemd}/system`;
  const unit = "[Service]\nExecStart=/usr/lib/systemd/systemd-sysctl\n";
  const said = await onHost(
    {
      idle: "tunectl apply --root /image ./web.yaml",
      masked:
        "mkdir -p /image/etc/systemd/system; ln -s /dev/null /image/etc/systemd/system/systemd-sysctl.service; tunectl apply --root /image ./web.yaml",
      missing: `rm /image/etc/systemd/system/*; rm ${units}/systemd-sysctl.service; tunectl apply --root /image ./web.yaml`,
      package:
        "ln -s ../systemd-sysctl.service '/my image/usr/lib/systemd/system/sysinit.target.wants'; tunectl apply --root '/my image' ./web.yaml",
    },
    {
      ...files,
      [`${systemd}/systemd`]: "x",
      [`${systemd}/systemd-sysctl`]: "x",
      [`${units}/systemd-sysctl.service`]: unit,
      "/my image/usr/lib/systemd/systemd": "x",
      "/my image/usr/lib/systemd/systemd-sysctl": "x",
      "/my image/usr/lib/systemd/system/systemd-sysctl.service": unit,
      "/my image/usr/lib/systemd/system/sysinit.target.wants/.keep": "",
      "/my image/usr/lib/sysctl.d/99-z.conf": "net.ipv4.tcp_fin_timeout = 9\n",
    },
  );
  expect(said.idle.err).toContain(
    "Run `systemctl --root=/image add-wants sysinit.target systemd-sysctl.service`.",
  );
  expect(said.masked.err).toContain(
    "(/etc/systemd/system/systemd-sysctl.service of the image): the next boot applies no file of sysctl.d. Run `systemctl --root=/image unmask systemd-sysctl.service`.",
  );
  expect(said.missing.err).toContain("Install the package that brings it into the image.");
  expect(said.package.err).toContain("ln -s /dev/null '/my image/etc/sysctl.d/99-z.conf'");
});

realKernel("nothing is foretold of an image in which nothing sets keys at boot", async () => {
  const said = await onHost(
    {
      apply: "mkdir empty; tunectl apply --root empty ./web.yaml",
      again: "tunectl apply --root empty ./web.yaml",
      verify: "tunectl verify --root empty",
      boot: "tunectl boot --root empty",
      why: "tunectl why --root empty net.ipv4.tcp_fin_timeout",
      supposed: "tunectl boot --root empty --loader procps:4.0.4",
      same: "tunectl boot --root empty --loader systemd:257",
      container: "mkdir -p empty/usr/sbin; touch empty/usr/sbin/sysctl; tunectl verify --root empty",
      init: "ln -s ../lib/systemd/systemd empty/usr/sbin/init; tunectl verify --root empty",
    },
    files,
  );
  for (const { code, out, err } of [said.apply, said.again, said.verify, said.container]) {
    expect(code).toBe(0);
    expect(err).toMatch(/nothing in \/root\/empty applies sysctl\.d at boot: .* \[no-boot-loader\]/);
    expect(out).not.toMatch(/in effect (at|after)/i);
  }
  for (const { code, out, err } of [said.boot, said.why]) {
    expect(code).toBe(1);
    expect(err).toContain("nothing that applies these files at boot is here");
    expect(out).not.toContain("will be 30");
  }
  expect([said.supposed.code, said.same.code]).toEqual([0, 0]);
  expect(said.init.err).not.toContain("[no-boot-loader]");
});
