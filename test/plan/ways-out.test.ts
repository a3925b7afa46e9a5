import { describe, expect, it } from "vitest";
import type { LoaderName } from "../../src/boot/loader.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import type { PlanFacts } from "../../src/plan/plan.js";
import { planSettings } from "../../src/plan/plan-settings.js";
import { problemWords } from "../../src/render/problems.js";
import { machine } from "../fakes/machine.js";
import { setting } from "../fakes/settings.js";

const values = {
  "net.core.somaxconn": "4096",
  "net.ipv4.ip_forward": "0",
  ...Object.fromEntries(
    ["all", "default", "lo", "eth0", "eth0/100"].flatMap((name) => [
      [`net.ipv4.conf.${name}.rp_filter`, "0"],
      [`net.ipv4.conf.${name}.forwarding`, "0"],
      [`net.ipv4.conf.${name}.accept_redirects`, "1"],
    ]),
  ),
};

/** The words of the first override, without what the boot gives. */
function words(
  files: Readonly<Record<string, string>>,
  key: string,
  value: string,
  loader?: LoaderName,
): string {
  const plan = machine({ values, files, ...(loader && { loader }) }).planFor([setting(key, value)]);
  const found = plan.problems.find(({ code }) => code === "overridden-at-boot");
  return found === undefined ? "" : problemWords(found).replace(/^.*?because /, "");
}

const yields = "or keep the value for this boot only (--on-override yield).";
const somaxconn = "net.core.somaxconn = 64\n";

describe("the way out of an override", () => {
  it("is, for a file of the administrator, the line", () => {
    expect(words({ "/etc/sysctl.d/95-a.conf": somaxconn }, "net.core.somaxconn", "8192")).toBe(
      `/etc/sysctl.d/95-a.conf:1 is read after our line. Remove that line, have it commented out (--on-override take-over), ${yields}`,
    );
    expect(words({ "/usr/local/lib/sysctl.d/95-a.conf": somaxconn }, "net.core.somaxconn", "8192")).toBe(
      `/usr/local/lib/sysctl.d/95-a.conf:1 is read after our line. Remove that line, ${yields}`,
    );
  });

  it("is not to take a line over where that would be refused", () => {
    const box = machine({ values, files: { "/etc/sysctl.d/95-a.conf": somaxconn } });
    const facts: PlanFacts = { ...box.facts(), rivalAt: () => ({ ok: false, why: "owner" }) };
    const request = { catalogue: shippedCatalogue(), profiles: ["web"], leftOut: [], parameters: {}, facts };
    const { problems } = planSettings({ ...request, settings: [setting("net.core.somaxconn", "8192")] });
    expect(problems).toMatchObject([{ code: "overridden-at-boot", ways: ["remove-line"] }]);
  });

  it("is never to take a line out of a package's file, but a later name, or a file in its place", () => {
    expect(words({ "/usr/lib/sysctl.d/99-p.conf": somaxconn }, "net.core.somaxconn", "8192")).toBe(
      `/usr/lib/sysctl.d/99-p.conf:1 is read after our line. A package owns that file: have ours read later (--drop-in 99-tunectl.conf), mask that file (ln -s /dev/null /etc/sysctl.d/99-p.conf), put a copy of it without that line into /etc/sysctl.d, ${yields}`,
    );
    expect(words({ "/run/sysctl.d/zz.conf": somaxconn }, "net.core.somaxconn", "8192")).toContain(
      "That file is made anew at each boot: have ours read later (--drop-in zzz-tunectl.conf), mask that file",
    );
  });

  it("is no later name where that would not help", () => {
    const files = { "/usr/lib/sysctl.d/99-p.conf": "net.ipv4.conf.lo.rp_filter = 1\n" };
    expect(words(files, "net.ipv4.conf.*.rp_filter", "2")).toBe(
      `/usr/lib/sysctl.d/99-p.conf:1 names the key, and that beats a pattern. A package owns that file: mask that file (ln -s /dev/null /etc/sysctl.d/99-p.conf), put a copy of it without that line into /etc/sysctl.d, ${yields}`,
    );
  });

  it("is to name the key, where a line that is read before ours does and ours is a pattern", () => {
    const line = "net.ipv4.conf.lo.rp_filter = 1\n";
    const named = words({ "/etc/sysctl.d/10-a.conf": line }, "net.ipv4.conf.*.rp_filter", "2");
    expect(named).toMatch(
      /^\S+ names the key, and that beats a pattern. Set `net.ipv4.conf.lo.rp_filter` by its/,
    );
    const box = machine({ values, files: { "/etc/sysctl.d/10-a.conf": line } });
    const both = [setting("net.ipv4.conf.*.rp_filter", "2"), setting("net.ipv4.conf.lo.rp_filter", "2")];
    expect(box.planFor(both).problems).toEqual([]);
  });

  it("is to name the key, too, where our pattern only repeats an earlier one", () => {
    const files = {
      "/etc/sysctl.d/10-a.conf": "net.ipv4.conf.*.rp_filter = 2\n",
      "/etc/sysctl.d/50-b.conf": "net.ipv4.conf.l*.rp_filter = 1\n",
    };
    const told = words(files, "net.ipv4.conf.*.rp_filter", "2");
    expect(told).toMatch(/^\S+:1 is carried out after our line, which only repeats an earlier one. Set `net/);
    const both = [setting("net.ipv4.conf.*.rp_filter", "2"), setting("net.ipv4.conf.lo.rp_filter", "2")];
    expect(machine({ values, files }).planFor(both).problems).toEqual([]);
  });

  it("is not to name the key where a line that is read after ours names it as well", () => {
    const files = { "/etc/sysctl.d/95-a.conf": "net.ipv4.conf.lo.rp_filter = 1\n" };
    expect(words(files, "net.ipv4.conf.*.rp_filter", "2")).toBe(
      `/etc/sysctl.d/95-a.conf:1 names the key, and that beats a pattern. Remove that line, have it commented out (--on-override take-over), ${yields}`,
    );
  });

  it("names the key that moves ours with it", () => {
    const files = { "/etc/sysctl.d/95-a.conf": "net.ipv4.conf.all.forwarding = 0\n" };
    expect(words(files, "net.ipv4.ip_forward", "1")).toMatch(
      /^\S+:1 sets net.ipv4.conf.all.forwarding, and the kernel changes net.ipv4.ip_forward with it. Remove/,
    );
  });
});
