/** What rollback, verify and status say of a host that a crash, another user or a signal has left odd. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn, live, set, web } from "../support/kernel-kit.js";
import { realKernel } from "../support/real-kernel.js";

const both = live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2");

realKernel(
  "a signal that comes once a change stands does not make its exit code that of an undone one",
  async () => {
    const said = await onHost(
      {
        late: `for run in 1 2 3 4 5 6; do
  rm -f /tmp/said; tunectl apply ./web.yaml > /tmp/said & pid=$!
  until grep -q 'To undo' /tmp/said 2> /dev/null; do :; done
  kill -TERM $pid 2> /dev/null; wait $pid; echo $?; tunectl rollback > /dev/null
done`,
      },
      web,
    );
    expect(said.late.out).toBe("0\n".repeat(6));
  },
);

realKernel("a rollback by the number of the interrupted change takes it back, and that is all", async () => {
  const said = await onHost(
    {
      cut: "with-fault KILL 20 apply ./web.yaml",
      rollback: "tunectl rollback 1",
      live: both,
      again: "tunectl rollback",
    },
    web,
  );
  expect(said.cut.code).toBe(137);
  expect(said.rollback.code).toBe(0);
  expect(said.rollback.err).toBe("Change 1, an apply that was interrupted, is taken back.\n");
  expect(said.live.out).toBe("60\n15\n");
  expect(said.again.out).toContain("no change of tunectl is in effect");
});

realKernel("the dry run after a killed rollback shows where the next rollback leads", async () => {
  const said = await onHost(
    {
      cut: "tunectl apply ./web.yaml > /dev/null; with-fault KILL 20 rollback",
      status: "tunectl status",
      dry: "tunectl rollback --dry-run",
      rollback: "tunectl rollback",
      live: both,
    },
    web,
  );
  expect(said.cut.code).toBe(137);
  expect(said.status.err).toContain("change 2 was interrupted");
  expect(said.dry.out).toContain("rollback to before change 1 (then applied: no profile)");
  expect(said.dry.out).not.toContain("(create)");
  expect(said.rollback).toMatchObject({ code: 0 });
  expect(said.rollback.out).toContain("No profile is applied now.");
  expect(said.live.out).toBe("60\n15\n");
});

realKernel("a dry run of a rollback changes no value, no file and no record", async () => {
  const said = await onHost(
    {
      before: "tunectl apply ./web.yaml > /dev/null; world; ls /var/lib/tunectl",
      dry: "tunectl rollback --dry-run",
      forced: "tunectl rollback --dry-run --force --format json",
      after: "world; ls /var/lib/tunectl",
    },
    web,
  );
  expect(said.dry).toMatchObject({ code: 0, err: "" });
  expect(said.dry.out).toContain("2 to restore, 1 file to remove.");
  expect(JSON.parse(said.forced.out)).toMatchObject({ ok: true, status: "planned", changed: false });
  expect(said.after.out).toBe(said.before.out);
});

realKernel("a rollback to a profile that something else has changed says what is not in effect", async () => {
  const said = await onHost(
    {
      given: `tunectl apply ./web.yaml > /dev/null; ${set("net.ipv4.tcp_retries2", 8)}; tunectl apply ./other.yaml > /dev/null`,
      rollback: "tunectl rollback",
      json: "tunectl rollback 1 --force --format json",
    },
    { ...web, "other.yaml": web["web.yaml"].replace("30", "31") },
  );
  expect(said.rollback.out).toContain("Applied now: web.\ndrift: net.ipv4.tcp_retries2: applied 9, live 8\n");
  expect(JSON.parse(said.json.out)).toMatchObject({ ok: true, drifts: [] });
});

realKernel("a change that is undone is called undone, whatever its keys are now", async () => {
  const said = await onHost(
    {
      undo: `tunectl apply ./web.yaml > /dev/null; tunectl rollback > /dev/null; ${set("net.ipv4.tcp_retries2", 12)}`,
      again: "tunectl rollback 1",
    },
    web,
  );
  expect(said.again).toMatchObject({ code: 0, out: "Nothing to roll back: change 1 is already undone.\n" });
});

realKernel(
  "a rollback that leaves our drop-in is not ok in JSON, and the next one says why there is none",
  async () => {
    const said = await onHost(
      {
        keep: `tunectl apply ./web.yaml > /dev/null; echo '# mine' >> ${dropIn}; tunectl rollback --keep-changed --format json`,
        again: "tunectl rollback",
        force: `tunectl rollback --force; ls ${dropIn}`,
      },
      web,
    );
    expect(said.keep.code).toBe(3);
    expect(JSON.parse(said.keep.out)).toMatchObject({ ok: false, problems: [{ code: "file-modified" }] });
    expect(said.again.err).toContain("`rollback --keep-changed` left the file");
    expect(said.force.out).toContain(`${dropIn} (removed)`);
    expect(said.force.err).toContain("No such file");
  },
);

realKernel("what a boot file hides from an ordinary user is said to be not known", async () => {
  const said = await onHost(
    {
      file: "chmod 755 /root; tunectl apply ./web.yaml > /dev/null; echo 'net.ipv4.tcp_retries2 = 12' > /etc/sysctl.d/99-s.conf; chmod 600 /etc/sysctl.d/99-s.conf; lacking-root tunectl verify",
      folder: "chmod 700 /etc/sysctl.d; lacking-root tunectl verify",
      status: "lacking-root tunectl status",
    },
    web,
  );
  expect(said.file.out).toBe("web: 2 settings in effect now; after the next boot is not known.\n");
  expect(said.folder).toMatchObject({ code: 1, out: "" });
  expect(said.folder.err).toContain("error: /etc/sysctl.d: permission denied (EACCES)");
  expect(said.status.out).toBe("Whether a profile is applied is not known.\n");
  expect(said.status.err).toContain("/etc/sysctl.d: may not be read (EACCES)");
}, ["root"]);

realKernel(
  "the second name that a killed run left to our drop-in does not make it somebody else's",
  async () => {
    const said = await onHost(
      {
        cut: `tunectl apply ./web.yaml > /dev/null; ln ${dropIn} /etc/sysctl.d/.90-tunectl.conf.tunectl-old`,
        diff: "tunectl diff high-churn-webserver",
        other: `ln ${dropIn} /etc/another; tunectl diff high-churn-webserver`,
      },
      web,
    );
    expect(said.diff).toMatchObject({ code: 0, err: "" });
    expect(said.other.err).toContain("[foreign-file]");
  },
);
