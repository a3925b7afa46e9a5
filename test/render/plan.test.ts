import { applyPatch, parsePatch } from "diff";
import { describe, expect, it } from "vitest";
import { keyPath } from "../../src/catalogue/key.js";
import { withAccepted } from "../../src/plan/acceptance.js";
import type { Plan } from "../../src/plan/plan.js";
import { jsonText, planJson } from "../../src/render/json.js";
import { paint } from "../../src/render/paint.js";
import { planMarkdown } from "../../src/render/plan-markdown.js";
import { planPatch } from "../../src/render/plan-patch.js";
import { planText } from "../../src/render/plan-text.js";
import { machine } from "../fakes/machine.js";
import { atLeast, atMost, setting } from "../fakes/settings.js";

const now = new Date("2026-01-01T00:00:00Z");
const text = (plan: Plan, all = false): string => planText(plan, { now, paint: paint(false), all });

const values = {
  "net.core.somaxconn": "4096",
  "net.ipv4.ip_local_reserved_ports": "",
  "net.ipv4.tcp_fin_timeout": "60",
  "vm.swappiness": "60",
};
const settings = [
  setting("net.core.somaxconn", "16384"),
  setting("net.ipv4.ip_local_reserved_ports", "8080"),
  setting("net.ipv4.tcp_fin_timeout", atLeast("30")),
  setting("vm.swappiness", atMost("10")),
];
const plan = machine({ values, files: { "/etc/sysctl.d/50-x.conf": "vm.swappiness = 10\n" } }).planFor(
  settings,
  ["web-base"],
);

describe("a plan on a terminal", () => {
  it("has three columns, and the why beneath each change", () => {
    expect(text(plan)).toBe(`web-base on box, Linux 6.18.0, read now

  KEY                               NOW   AFTER APPLY  AFTER NEXT BOOT
~ net.core.somaxconn                4096  16384        16384
    because of net.core.somaxconn
    Takes effect for sockets that call listen() later.
~ net.ipv4.ip_local_reserved_ports  ""    8080         8080
    because of net.ipv4.ip_local_reserved_ports
~ vm.swappiness                     60    10           10
    because of vm.swappiness

+ /etc/sysctl.d/90-tunectl.conf (create)
3 settings to change, 1 file to write, 1 unchanged.
`);
  });

  it("sums up as well what will not last, be it accepted or not", () => {
    const file = { "/etc/sysctl.d/98-a.conf": "net.core.somaxconn = 64\n" };
    const refused = machine({ values, files: file }).planFor([setting("net.core.somaxconn", "16384")]);
    for (const onOverride of ["fail", "yield"] as const)
      expect(text(withAccepted(refused, { onOverride }))).toContain(
        "1 setting to change, 1 not as wanted after the next boot, 1 file to write.",
      );
  });

  it.each([
    ["2025-12-29T12:00:00Z", "2 days old"],
    ["2025-12-31T23:59:58Z", "2 seconds old"],
    ["2026-01-01T00:00:30Z", "0 seconds old"],
    ["2026-01-03T00:00:00Z", "in the future by this machine's clock"],
  ])("of facts captured %s is told as %s", (taken, age) => {
    const captured = { ...plan, host: { ...plan.host, taken } };
    expect(text(captured).split("\n")[0]).toBe(`web-base on box, Linux 6.18.0, captured ${taken}, ${age}`);
  });

  it("shows all that is as wanted when it is asked to", () => {
    expect(text(plan, true)).toContain(
      "\n  net.ipv4.tcp_fin_timeout          60    60           60 (kernel)\n",
    );
  });

  it("says so where nothing would change", async () => {
    const box = machine({ values });
    await box.apply(settings, ["web-base"]);
    expect(text(box.planFor(settings, ["web-base"]))).toBe(
      "web-base on box, Linux 6.18.0, read now\n\nNothing would change: 4 unchanged.\n",
    );
  });

  it("tells what leaves, what waits, what is loaded and how old its facts are", async () => {
    const box = machine({ values });
    await box.apply([setting("net.core.somaxconn", "8192")]);
    const made = box.planFor([
      setting("net.ipv4.conf.wg0.rp_filter", "2"),
      setting("net.bridge.bridge-nf-call-iptables", "0"),
    ]);
    const captured = { ...made, host: { ...made.host, taken: "2025-12-29T23:00:00Z" } };
    expect(text(captured)).toBe(`web on box, Linux 6.18.0, captured 2025-12-29T23:00:00Z, 2 days old

  KEY                                 NOW     AFTER APPLY              AFTER NEXT BOOT
~ net.bridge.bridge-nf-call-iptables  absent  0                        0
    because of net.bridge.bridge-nf-call-iptables
- net.core.somaxconn                  8192    4096                     4096 (kernel)
    No profile holds it any longer: it is restored to what it was before tunectl first set it.
~ net.ipv4.conf.wg0.rp_filter         absent  waits for the interface  2
    because of net.ipv4.conf.wg0.rp_filter

+ module br_netfilter (load)
~ /etc/sysctl.d/90-tunectl.conf (change)
+ /etc/modules-load.d/tunectl.conf (create)
2 settings to change, 1 to restore, 2 files to write, 1 module to load.
`);
  });

  it("has colours only where it may", () => {
    expect(planText(plan, { now, paint: paint(true), all: false })).toContain("\u001b[");
    expect(text(plan)).not.toContain("\u001b");
  });
});

describe("a plan as a patch", () => {
  it("is a unified diff over real paths", () => {
    expect(planPatch(plan, now)).toBe(`# web-base on box, Linux 6.18.0, read now
# because of net.core.somaxconn
# Takes effect for sockets that call listen() later.
--- a/proc/sys/net/core/somaxconn
+++ b/proc/sys/net/core/somaxconn
@@ -1,1 +1,1 @@
-4096
+16384
# because of net.ipv4.ip_local_reserved_ports
--- a/proc/sys/net/ipv4/ip_local_reserved_ports
+++ b/proc/sys/net/ipv4/ip_local_reserved_ports
@@ -1,1 +1,1 @@
-
+8080
# because of vm.swappiness
--- a/proc/sys/vm/swappiness
+++ b/proc/sys/vm/swappiness
@@ -1,1 +1,1 @@
-60
+10
--- /dev/null
+++ b/etc/sysctl.d/90-tunectl.conf
@@ -0,0 +1,8 @@
+# Written by tunectl: \`tunectl apply\` replaces this file, \`tunectl rollback\` puts the one before it back.
+# Profiles: web-base
+
+# web: because of net.core.somaxconn
+net.core.somaxconn = 16384
+
+# web: because of net.ipv4.ip_local_reserved_ports
+net.ipv4.ip_local_reserved_ports = 8080
`);
  });

  it("applied to what is there gives what is wanted", () => {
    const patches = new Map(parsePatch(planPatch(plan, now)).map((patch) => [patch.newFileName, patch]));
    for (const { key, now: reading, after } of plan.keys.filter((planned) => planned.action === "set")) {
      const patch = patches.get(`b/proc/sys/${keyPath(key)}`);
      const before = reading.status === "present" ? `${reading.value}\n` : "";
      expect(patch && applyPatch(before, patch)).toBe(`${after}\n`);
    }
    const file = patches.get("b/etc/sysctl.d/90-tunectl.conf");
    expect(file && applyPatch("", file)).toBe(plan.files[0]?.after);
  });
});

describe("a plan in Markdown", () => {
  it("is a table, and the files below it", () => {
    expect(planMarkdown(plan, now)).toBe(`### web-base on box, Linux 6.18.0, read now

3 settings to change, 1 file to write, 1 unchanged.

| key | now | after apply | after next boot | why |
| --- | --- | --- | --- | --- |
| \`net.core.somaxconn\` | 4096 | **16384** | 16384 | because of net.core.somaxconn Takes effect for sockets that call listen() later. |
| \`net.ipv4.ip_local_reserved_ports\` | "" | **8080** | 8080 | because of net.ipv4.ip\\_local\\_reserved\\_ports |
| \`vm.swappiness\` | 60 | **10** | 10 | because of vm.swappiness |

<details><summary><code>/etc/sysctl.d/90-tunectl.conf</code> (create)</summary>

\`\`\`diff
--- /dev/null
+++ b/etc/sysctl.d/90-tunectl.conf
@@ -0,0 +1,8 @@
+# Written by tunectl: \`tunectl apply\` replaces this file, \`tunectl rollback\` puts the one before it back.
+# Profiles: web-base
+
+# web: because of net.core.somaxconn
+net.core.somaxconn = 16384
+
+# web: because of net.ipv4.ip_local_reserved_ports
+net.ipv4.ip_local_reserved_ports = 8080
\`\`\`

</details>
`);
  });
});

describe("a plan in JSON", () => {
  it("says of each key what it is, what becomes of it and who asks for it", () => {
    expect(JSON.parse(jsonText(planJson(plan)))).toMatchObject({
      version: 1,
      profiles: ["web-base"],
      host: { name: "box", kernel: "6.18.0", facts_taken: null, boot_loader: "systemd" },
      changes: true,
      keys: [
        {
          key: "net.core.somaxconn",
          action: "set",
          now: { status: "present", value: "4096" },
          after: "16384",
          boot: { now: { from: "kernel", value: "4096" }, after: { from: "file", value: "16384", line: 5 } },
          wanted: "16384",
          profile: "web",
          why: "because of net.core.somaxconn",
        },
        { key: "net.ipv4.ip_local_reserved_ports" },
        { key: "net.ipv4.tcp_fin_timeout", action: "unchanged", wanted: "at least 30" },
        { key: "vm.swappiness", boot: { now: { file: "/etc/sysctl.d/50-x.conf", line: 1 } } },
      ],
      left_out: [],
      files: [
        { path: "/etc/sysctl.d/90-tunectl.conf", before: null },
        { path: "/etc/modules-load.d/tunectl.conf", after: null },
      ],
      modules_to_load: [],
      problems: [],
      warnings: [],
    });
  });
});

describe("a why that means harm", () => {
  const hostile = "x\u001b]0;owned\u0007 | y \u202e `</details>` \n# z = 1\n``` <b>\u2028 \u009b2J";
  const bad = machine({ values }).planFor(
    [{ ...setting("net.core.somaxconn", "5"), why: hostile }],
    ["web-base"],
  );

  it.each([
    ["text", text(bad)],
    ["patch", planPatch(bad, now)],
    ["markdown", planMarkdown(bad, now)],
    ["json", jsonText(planJson(bad))],
    ["drop-in", bad.files[0]?.after ?? ""],
  ])("steers no terminal and no reader: %s", (_, output) => {
    expect(output).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
    );
  });

  it("makes no second row, no second line of the drop-in, and closes no fence", () => {
    const row = planMarkdown(bad, now)
      .split("\n")
      .find((line) => line.startsWith("| `net.core.somaxconn`"));
    expect(row?.split(/(?<!\\)\|/)).toHaveLength(7);
    expect((bad.files[0]?.after ?? "").split("\n").filter((line) => /^[^#]/.test(line))).toEqual([
      "net.core.somaxconn = 5",
    ]);
    expect(planMarkdown(bad, now)).toContain("\n````diff\n");
    for (const line of planPatch(bad, now).split("\n")) expect(line).toMatch(/^([#@+-]|$)/);
  });
});
