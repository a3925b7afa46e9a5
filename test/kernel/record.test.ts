import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn, firstSnapshot, live, set } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = {
  "web.yaml": profileText("web", { "net.ipv4.tcp_fin_timeout": "30" }),
  "proxy.yaml": profileText("proxy", { "net.ipv4.tcp_retries2": "9" }),
  "met.yaml": profileText("met", { "net.ipv4.tcp_fin_timeout": { at_least: "10" } }),
  "none.yaml":
    "name: none\nsummary: For another kind of host\nsettings:\n  net.ipv4.tcp_fin_timeout: { value: 30, why: w, when: '${false}' }\n",
  "rmem.yaml": profileText("rmem", { "net.ipv4.tcp_rmem": { at_least: "4096 131072 5000000" } }),
};

realKernel(
  "a profile whose values are there already, or that leaves out all of them here, is on record after an apply",
  async () => {
    const commands = { apply: "tunectl apply", verify: "tunectl verify", again: "tunectl apply" };
    for (const name of ["met", "none"]) {
      const said = await onHost(
        {
          apply: `${commands.apply} ./${name}.yaml`,
          verify: commands.verify,
          again: `${commands.again} ./${name}.yaml`,
          status: "tunectl status",
        },
        files,
      );
      expect([said.apply.code, said.verify.code, said.again.code], name).toEqual([0, 0, 0]);
      expect(said.again.out).toContain("Nothing to do");
      expect(said.status.out).toContain(`${name}: `);
    }
  },
);

realKernel(
  "where the record of what was before is gone, a rollback says so and does not claim that all is well",
  async () => {
    const said = await onHost(
      {
        lost: "tunectl apply ./web.yaml > /dev/null; mv /var/lib/tunectl /tmp/away; tunectl rollback",
        back: [
          "rm -r /var/lib/tunectl; mv /tmp/away /var/lib/tunectl; tunectl rollback > /dev/null",
          live("net.ipv4.tcp_fin_timeout"),
        ].join("; "),
      },
      files,
    );
    expect(said.lost.code).toBe(1);
    expect(said.lost.err).toContain("web is applied, but no snapshot says what was before it");
    expect(said.back.out).toBe("60\n");
  },
);

realKernel("a drop-in that a rollback left, since somebody had edited it, is not forgotten", async () => {
  const said = await onHost(
    {
      kept: `tunectl apply ./web.yaml > /dev/null; echo '# hi' >> ${dropIn}; tunectl rollback --keep-changed`,
      status: "tunectl status",
      rollback: "tunectl rollback",
    },
    files,
  );
  expect(said.kept.code).toBe(3);
  expect(said.status.out).toContain("But /etc/sysctl.d/90-tunectl.conf exists");
  expect(said.rollback.code).toBe(1);
});

const applyToImage = "mkdir -p /image/etc/sysctl.d; tunectl apply --root /image ./web.yaml";
/** What the host has after a boot from that image. */
const bootImage = [
  "cp /image/etc/sysctl.d/* /etc/sysctl.d",
  "cp -r /image/var/lib/tunectl /var/lib/",
  set("net.ipv4.tcp_fin_timeout", 30),
].join("; ");

realKernel("values that an image brought stay after --force as well, and are named", async () => {
  const said = await onHost(
    {
      apply: applyToImage,
      boot: bootImage,
      rollback: "tunectl rollback --force",
    },
    files,
  );
  expect(said.apply.out).toContain("tunectl rollback --root /image (snapshot 1)");
  expect(said.rollback.out).toContain("left as it is: net.ipv4.tcp_fin_timeout is 30");
});

realKernel(
  "on a disk that takes no record, a rollback restores values and files, and says that no record tells of it",
  async () => {
    const said = await onHost(
      {
        before: "world",
        rollback:
          "tunectl apply ./web.yaml > /dev/null; mount --bind /var/lib /var/lib; mount -o remount,bind,ro /var/lib; tunectl rollback",
        after: "world",
        again: "mount -o remount,bind,rw /var/lib; tunectl rollback",
      },
      files,
    );
    expect(said.rollback.code).toBe(3);
    expect(said.rollback.out).toContain("/var/lib/tunectl/000001.json: cannot be written (EROFS");
    expect(said.after.out).toBe(said.before.out);
    expect(said.again.code).toBe(0);
    expect(said.again.out).toContain("No profile is applied now.");
  },
);

// The usual way to a profile: a value is tried by hand, found good, and then written down.
realKernel(
  "a bound that is met only by what somebody set by hand gets a line for the next boot",
  async () => {
    const said = await onHost(
      {
        diff: `${set("net.ipv4.tcp_rmem", "4096 131072 60000000")}; tunectl diff ./rmem.yaml`,
        apply: `tunectl apply ./rmem.yaml; grep -v '^#' ${dropIn}`,
        verify: "tunectl verify",
      },
      files,
    );
    expect(said.diff.out).toContain("4096 131072 60000000 (pinned)");
    expect(said.apply.out).toContain("net.ipv4.tcp_rmem = 4096 131072 60000000");
    expect(said.verify.code).toBe(0);
  },
);

realKernel("an interface with an odd name takes part in a pattern, and gets its own value back", async () => {
  const odd = "/proc/sys/net/ipv4/conf/k=v,ü/rp_filter";
  const said = await onHost(
    {
      add: `add-interface 'k=v,ü'; echo 1 > '${odd}'`,
      apply: "tunectl apply ./loose.yaml",
      applied: `cat '${odd}'`,
      verify: "tunectl verify",
      rollback: "tunectl rollback",
      after: `cat '${odd}'`,
    },
    { "loose.yaml": profileText("loose", { "net.ipv4.conf.*.rp_filter": "2" }) },
  );
  expect([said.add.code, said.apply.code, said.verify.code, said.rollback.code]).toEqual([0, 0, 0, 0]);
  expect(said.applied.out).toBe("2\n");
  expect(said.after.out).toBe("1\n");
}, ["ip"]);

realKernel("a rollback goes on to the change before, where somebody has taken back the newest by hand", async () => {
  const byHand = "sysctl -q -w net.ipv4.tcp_fin_timeout=60";
  const said = await onHost(
    {
      apply: `tunectl apply ./both.yaml; ${byHand}; tunectl apply ./both.yaml; ${byHand}`,
      rollback: "tunectl rollback",
      live: `${live("net.ipv4.tcp_retries2")}; ls /etc/sysctl.d`,
      status: "tunectl status",
    },
    { "both.yaml": profileText("both", { "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_retries2": "9" }) },
  );
  expect(said.rollback.code).toBe(0);
  expect(said.live.out).toBe("15\n");
  expect(said.status.out).toBe("No profile is applied.\n");
}, ["sysctl"]);

realKernel(
  "what an image brought and another profile does not want is named when that one is applied",
  async () => {
    const said = await onHost(
      {
        boot: `${applyToImage}; ${bootImage}`,
        apply: "tunectl apply ./proxy.yaml",
      },
      files,
    );
    expect(said.apply.code).toBe(0);
    expect(said.apply.out).toContain("net.ipv4.tcp_fin_timeout left as it is: 30");
  },
);

realKernel("a value that only a boot has taken from our drop-in goes back as well, and one that somebody set does not", async () => {
  const key = "net.ipv4.tcp_keepalive_time";
  // Within the bound, so that nothing is written; the line is for the boot, whose default of 7200 is not.
  const apply = `${set(key, 300)}; tunectl apply ./alive.yaml > /dev/null`;
  const said = await onHost(
    {
      boot: `${apply}; sysctl -q -p ${dropIn}; ${live(key)}`,
      rollback: `tunectl rollback > /dev/null; ${live(key)}`,
      byHand: `${apply}; ${set(key, 200)}; tunectl rollback > /dev/null; ${live(key)}`,
    },
    {
      "alive.yaml": profileText("alive", {
        [key]: { at_most: "600" },
        "net.ipv4.tcp_retries2": "9",
      }),
    },
  );
  expect(said.boot.out).toBe("600\n");
  expect(said.rollback.out).toBe("300\n");
  expect(said.byHand.out).toBe("200\n");
}, ["sysctl"]);

realKernel("a host whose record cannot be read is not captured as one where nothing is applied", async () => {
  const said = await onHost(
    {
      capture: `tunectl apply ./web.yaml > /dev/null; echo x > ${firstSnapshot}
tunectl capture facts.json; ls`,
    },
    files,
  );
  expect(said.capture.code).toBe(0);
  expect(said.capture.err).toContain("[damaged-snapshot]");
  expect(said.capture.out).not.toContain("facts.json");
});
