import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn, live, set } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const web = {
  "web.yaml": profileText("web", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.tcp_rmem": "8192 131072 67108864",
    "net.ipv4.ip_local_reserved_ports": "30000-32767,8080",
  }),
};
const values = live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_rmem", "net.ipv4.ip_local_reserved_ports");
const wanted = "30\n8192\t131072\t67108864\n8080,30000-32767\n";

const lines = `# Written by tunectl: \`tunectl apply\` replaces this file, \`tunectl rollback\` puts the one before it back.
# Profiles: web

# web: Wanted by a test
net.ipv4.ip_local_reserved_ports = 8080,30000-32767

# web: Wanted by a test
net.ipv4.tcp_fin_timeout = 30

# web: Wanted by a test
net.ipv4.tcp_rmem = 8192 131072 67108864
`;

realKernel(
  "an apply makes the values live and leaves a drop-in, a snapshot that root alone can read, and nothing else",
  async () => {
    const said = await onHost(
      {
        apply: "tunectl apply ./web.yaml",
        live: values,
        dropIn: `cat ${dropIn}`,
        all: "cd /; find etc/sysctl.d etc/modules-load.d var -printf '%p %m %U\\n' | sort",
      },
      web,
    );
    expect(said.apply).toMatchObject({ code: 0, err: "" });
    expect(said.live.out).toBe(wanted);
    expect(said.dropIn.out).toBe(lines);
    expect(said.all.out.trim().split("\n")).toEqual([
      "etc/modules-load.d 755 0",
      "etc/sysctl.d 755 0",
      "etc/sysctl.d/90-tunectl.conf 644 0",
      "var 755 0",
      "var/lib 755 0",
      "var/lib/tunectl 700 0",
      "var/lib/tunectl/000001.json 600 0",
      "var/lib/tunectl/000001.undo.sh 700 0",
    ]);
  },
);

realKernel("the drop-in alone gives the same values at the next boot, under systemd and under procps", async () => {
  const systemd =
    "$(ls /usr/lib/systemd/systemd-sysctl /lib/systemd/systemd-sysctl 2> /dev/null | head -n 1)";
  const said = await onHost(
    {
      apply: "tunectl apply ./web.yaml && rm -r /tools/tunectl /var/lib/tunectl",
      fresh: `unshare -n sh -c '${values}'`,
      systemd: `unshare -n sh -c '${systemd} && ${values}'`,
      procps: `unshare -n sh -c 'sysctl -q --system && ${values}'`,
    },
    web,
  );
  expect(said.apply.code).toBe(0);
  expect(said.fresh.out).not.toBe(wanted);
  expect(said.systemd.out).toBe(wanted);
  expect(said.procps.out).toBe(wanted);
}, ["systemd-sysctl", "sysctl"]);

realKernel("a second apply has nothing to do, says so, and touches no file, not even its times", async () => {
  const times = "find /etc /var -printf '%p %i %T@ %C@\\n' | sort";
  const said = await onHost(
    {
      first: "tunectl apply ./web.yaml",
      before: times,
      second: "tunectl apply ./web.yaml",
      json: "tunectl apply --format json ./web.yaml",
      pending: "tunectl diff --exit-code ./web.yaml",
      verify: "tunectl verify",
      after: times,
    },
    web,
  );
  expect(said.first.code).toBe(0);
  expect(said.second).toEqual({
    code: 0,
    out: "Nothing to do: web is in effect now and after the next boot.\n",
    err: "",
  });
  expect(JSON.parse(said.json.out)).toMatchObject({ ok: true, status: "unchanged", changed: false });
  expect(said.pending.code).toBe(0);
  expect(said.verify.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
});

realKernel(
  "a value that somebody else sets is drift: verify and status name it, and an apply puts it right",
  async () => {
    const said = await onHost(
      {
        apply: "tunectl apply ./web.yaml",
        other: set("net.ipv4.tcp_fin_timeout", 77),
        verify: "tunectl verify",
        status: "tunectl status",
        again: "tunectl apply ./web.yaml",
        live: values,
        healed: "tunectl verify",
      },
      web,
    );
    expect(said.verify.code).toBe(2);
    expect(said.verify.out).toContain("net.ipv4.tcp_fin_timeout: applied 30, live 77");
    expect(said.status.out).toContain("net.ipv4.tcp_fin_timeout: applied 30, live 77");
    expect(said.again.code).toBe(0);
    expect(said.live.out).toBe(wanted);
    expect(said.healed.code).toBe(0);
  },
);

realKernel(
  "a file that wins at the next boot stops an apply, which names its line and changes nothing",
  async () => {
    const other = {
      "/etc/sysctl.d/99-other.conf":
        "# theirs\nnet.ipv4.tcp_fin_timeout = 45\nnet/ipv4/tcp_rmem = 4096 8192 16384\n",
    };
    const said = await onHost(
      {
        before: "world; ls -A /var/lib",
        apply: "tunectl apply ./web.yaml",
        after: "world; ls -A /var/lib",
        allowed: "tunectl apply --allow-override ./web.yaml",
        live: values,
      },
      { ...web, ...other },
    );
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toContain("/etc/sysctl.d/99-other.conf:2");
    expect(said.apply.err).toContain("/etc/sysctl.d/99-other.conf:3");
    expect(said.after.out).toBe(said.before.out);
    expect(said.allowed.code).toBe(0);
    expect(said.live.out).toBe(wanted);
  },
);

realKernel("a later file that comes after an apply is drift at boot, named with its line", async () => {
  const said = await onHost(
    {
      apply: "tunectl apply ./web.yaml",
      other: "printf '\\nnet.ipv4.tcp_fin_timeout=45\\n' > /etc/sysctl.d/95-theirs.conf",
      verify: "tunectl verify",
    },
    web,
  );
  expect(said.verify.code).toBe(2);
  expect(said.verify.out).toContain("the next boot gives 45 from /etc/sysctl.d/95-theirs.conf:2");
});

realKernel("a bound never lowers what the kernel has, nor raises what it may keep", async () => {
  const bounds = {
    "bounds.yaml": profileText("bounds", {
      "net.core.somaxconn": { at_least: "1024" },
      "net.ipv4.tcp_max_syn_backlog": { at_least: "16384" },
      "net.ipv4.tcp_fin_timeout": { at_most: "120" },
      "net.ipv4.tcp_synack_retries": { at_most: "3" },
    }),
  };
  const said = await onHost(
    {
      start: "cd /proc/sys/net; echo 4000 > core/somaxconn; echo 60 > ipv4/tcp_fin_timeout",
      apply: "tunectl apply ./bounds.yaml",
      live: "cd /proc/sys/net; cat core/somaxconn ipv4/tcp_max_syn_backlog ipv4/tcp_fin_timeout ipv4/tcp_synack_retries",
      verify: "tunectl verify",
      again: "tunectl apply ./bounds.yaml",
    },
    bounds,
  );
  expect(said.apply.code).toBe(0);
  expect(said.live.out).toBe("4000\n16384\n60\n3\n");
  expect(said.verify.code).toBe(0);
  expect(said.again.out).toContain("Nothing to do");
});
