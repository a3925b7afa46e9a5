/** Files that tunectl reads back, from another machine or in the wrong hands: no text of theirs is obeyed. */
import { expect } from "vitest";
import { onHost, type Said } from "../support/host.js";
import { expectObedienceOfNone, hostile, inAll, inBoth, merged } from "../support/hostile-text.js";
import { firstSnapshot, web } from "../support/kernel-kit.js";
import { realKernel } from "../support/real-kernel.js";

/** Facts of this host with hostile text wherever their schema takes any. */
const spoiled = String.raw`const { readFileSync, writeFileSync } = require("node:fs");
const facts = JSON.parse(readFileSync("host.json", "utf8"));
const hostile = ${JSON.stringify(hostile)};
Object.assign(facts.host, { name: hostile, kernel: "6.12.1-" + hostile, arch: hostile });
for (const list of ["modules", "loadable_modules", "interfaces"]) facts.host[list].push(hostile, "e|\u0060\u009b\u202e");
facts.readings["net.ipv4.conf.e|\u0060\u009b\u202e.rp_filter"] = "0";
for (const key of ["net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_congestion_control", "net.ipv4.tcp_rmem"])
  facts.readings[key] = hostile.replace(/\n/g, " ");
facts.boot.entries.push(
  { folder: "/etc/sysctl.d", name: "98" + hostile + ".conf", content: { kind: "text", text: "net.ipv4.tcp_retries2 = 3" } },
  { folder: "/etc/sysctl.d", name: "99.conf", content: { kind: "text", text: "net.ipv4.tcp_fin_timeout = " + hostile } },
  { folder: "/etc/sysctl.d", name: "97" + hostile + ".conf", content: { kind: "unreadable", reason: hostile } },
);
facts.drop_in = "# Written by tunectl: " + hostile + "\n# Profiles: " + hostile + "\nnet.ipv4.tcp_fin_timeout = " + hostile + "\n";
facts.use.programs = [hostile];
writeFileSync("host.json", JSON.stringify(facts));
`;

realKernel("no field of captured facts takes hold of the reviewer's terminal or review", async () => {
  const said = await onHost(
    {
      given: "tunectl capture host.json && node spoil.cjs",
      ...inAll("tunectl diff all.yaml --against host.json"),
      ...inAll("tunectl diff all.yaml --against host.json --allow-override"),
      ...inBoth("tunectl show all.yaml --against host.json"),
      image: "mkdir -p image/etc/sysctl.d; tunectl apply all.yaml --root image --against host.json",
      damaged:
        'sed -i \'s/"version": *1/"version": 1, "taken": 3/\' host.json; tunectl diff all.yaml --against host.json',
    },
    {
      "spoil.cjs": spoiled,
      "all.yaml": `name: all
summary: s
settings:
  net.ipv4.conf.*.rp_filter: { value: 1, why: w }
  net.ipv4.tcp_fin_timeout: { value: 30, why: w }
  net.ipv4.tcp_retries2: { value: 9, why: w }
  net.ipv4.tcp_congestion_control: { value: bbr, why: w }
  net.ipv4.tcp_rmem: { value: "4096 131072 5000000", why: w }
`,
    },
  );
  expect(said.given.code).toBe(0);
  expectObedienceOfNone(said);
  expect(said.given.err).toContain("readings");
  const answers: Readonly<Record<string, Said>> = said;
  const of = (format: string): string =>
    answers[`tunectl diff all.yaml --against host.json (${format})`]?.out ?? "";
  for (const format of ["text", "patch", "markdown"]) expect(of(format), format).toContain("u001b");
  expect(of("markdown")).toContain("| `` net.ipv4.conf.e\\|`\\u009b\\u202e.rp_filter `` |");
});

const sealed = `const { readFileSync, writeFileSync } = require("node:fs");
const { sha256, ...body } = JSON.parse(readFileSync("${firstSnapshot}", "utf8"));
const hostile = ${JSON.stringify(hostile)};
body.time = body.by = hostile;
body.after.applied.profiles = [hostile];
body.after.applied.arguments = [hostile];
body.after.applied.parameters = { [hostile]: hostile };
for (const setting of body.after.applied.settings) {
  Object.assign(setting, { profile: hostile, why: hostile, evidence: [hostile], source: [hostile] });
  setting.place.file = hostile;
}
const text = JSON.stringify(body, null, 1);
const seal = require("node:crypto").createHash("sha256").update(text).digest("hex");
writeFileSync("${firstSnapshot}", text.slice(0, -2) + ',\\n "sha256": "' + seal + '"\\n}\\n');
`;

realKernel("no field of a forged snapshot takes hold of the terminal", async () => {
  const said = await onHost(
    {
      given: "tunectl apply web.yaml > /dev/null; node forge.cjs",
      ...merged(
        inBoth("tunectl status"),
        inBoth("tunectl verify"),
        inBoth("tunectl snapshots"),
        inBoth("tunectl snapshots 1"),
        inAll("tunectl diff web.yaml"),
        inBoth("tunectl rollback --dry-run"),
        inBoth("tunectl rollback"),
      ),
    },
    { ...web, "forge.cjs": sealed },
  );
  expect(said.given).toMatchObject({ code: 0, err: "" });
  const text = Object.values(said).map(({ out, err }) => out + err);
  expect(text.some((one) => one.includes("\\u001b]0;owned"))).toBe(true);
  for (const one of text) expect(one).not.toMatch(/[^\P{Cc}\n\t]|[\u061c\u2028-\u202e\u2066-\u2069]/u);
});
