/** What `boot` and `why` say where it is not sure that the boot carries a line out. */
import { describe, expect, it } from "vitest";
import type { Key } from "../src/catalogue/key.js";
import type { Host } from "../src/host.js";
import { foretellBoot } from "../src/operations/boot.js";
import { tellKeys, type WhyOptions } from "../src/operations/why.js";
import { findingsText } from "../src/render/boot-findings.js";
import { bootJson } from "../src/render/boot-json.js";
import { paint } from "../src/render/paint.js";
import { whyText } from "../src/render/why-text.js";
import { answerWords } from "../src/render/why-words.js";
import type { BootSources } from "../src/writers/sources.js";
import { machine } from "./fakes/machine.js";
import { setting } from "./fakes/settings.js";

const systemd: BootSources = {
  "/usr/lib/systemd/systemd": { kind: "present" },
  "/etc/systemd/system": { kind: "present" },
  "/etc/systemd/system/sysinit.target.wants": {
    kind: "folder",
    names: ["systemd-sysctl.service", "systemd-modules-load.service"],
  },
  "/usr/lib/systemd/system/systemd-sysctl.service": {
    kind: "text",
    text: "[Service]\nExecStart=/usr/lib/systemd/systemd-sysctl\n",
  },
  "/usr/lib/systemd/system/systemd-modules-load.service": {
    kind: "text",
    text: "[Service]\nExecStart=/usr/lib/systemd/systemd-modules-load\n",
  },
};
const listed: BootSources = {
  "/etc/modules-load.d": { kind: "folder", names: ["a.conf"] },
  "/etc/modules-load.d/a.conf": { kind: "text", text: "nf-conntrack\n" },
};
const denied: BootSources = {
  "/etc/modprobe.d": { kind: "folder", names: ["x.conf"] },
  "/etc/modprobe.d/x.conf": { kind: "text", text: "blacklist nf_conntrack\n" },
};
const modulesUnit = "/etc/systemd/system/systemd-modules-load.service";
const timeout = "net.netfilter.nf_conntrack_tcp_timeout_established";

/** What else the machine has, what becomes of a line that needs nf_conntrack, and why. */
const moduleCases: readonly (readonly [sources: BootSources, effect: string, reason?: string])[] = [
  [listed, "set"],
  [{ ...listed, ...denied }, "none", "module nf_conntrack, which /etc/modprobe.d/x.conf:1 denies"],
  [{ ...listed, [modulesUnit]: { kind: "masked" } }, "none", "systemd-modules-load.service is masked"],
  [{}, "unknown", "nothing in modules-load.d has that loaded"],
];

/** The module is there now, and so is its key. */
function hostOfModule(sources: BootSources): Host {
  const { host } = machine({
    values: { [timeout]: "432000" },
    files: { "/etc/sysctl.d/10-a.conf": `${timeout} = 86400\n` },
  });
  return { ...host, bootSources: () => ({ ...systemd, ...sources }) };
}

function withChangedUnit(host: Host): Host {
  const folder = "/etc/systemd/system/systemd-sysctl.service.d";
  const sources: BootSources = {
    ...systemd,
    [folder]: { kind: "folder", names: ["x.conf"] },
    [`${folder}/x.conf`]: { kind: "text", text: "[Service]\nExecStart=\nExecStart=/bin/true\n" },
  };
  return { ...host, bootSources: () => sources };
}

const values = { "net.ipv4.tcp_fin_timeout": "60", "net.core.somaxconn": "4096" };
const hostWith = (text: string): Host => machine({ values, files: { "/etc/sysctl.d/10-a.conf": text } }).host;

type Answer = {
  assignments: readonly { effect: string; reason: string | null }[];
  problems: readonly { code: string }[];
};

const answerOf = (host: Host): Answer => JSON.parse(bootJson(foretellBoot(host))) as Answer;
const why = (host: Host, key: string, options: WhyOptions = {}) => {
  const [story] = tellKeys(host, [key as Key], options);
  if (!story) throw new Error(`no story of ${key}`);
  return story;
};

/** Its files alone: no kernel runs. */
function asImage({ kernel: _, facts: __, ...host }: Host): Host {
  return { ...host, kind: "image", kernel: undefined, facts: undefined };
}

describe("boot", () => {
  it("calls a line not set whose module the boot does not load, and not known where nothing asks for it", () => {
    for (const [sources, effect, reason] of moduleCases) {
      const host = hostOfModule(sources);
      expect(answerOf(host).assignments).toMatchObject([
        { effect, ...(reason && { reason: expect.stringContaining(reason) }) },
      ]);
      expect(answerOf(host).problems.map(({ code }) => code)).toEqual(reason ? ["module"] : []);
    }
  });

  it("lets a line with `-` fail where its module is late", () => {
    expect(answerOf(hostWith(`-${timeout} = 86400\n`)).problems).toEqual([]);
  });

  it("calls what the lines set not known where the unit runs something else", () => {
    const host = withChangedUnit(hostWith("net.core.somaxconn = 8192\n"));
    expect(answerOf(host).assignments).toMatchObject([
      {
        effect: "unknown",
        reason:
          "systemd-sysctl.service runs something else (/etc/systemd/system/systemd-sysctl.service.d/x.conf:3)",
      },
    ]);
  });

  it("names the unit once, with what it is for", () => {
    const { findings } = foretellBoot(withChangedUnit(hostWith("net.core.somaxconn = 8192\n")));
    expect(findingsText(findings.slice(0, 1), "systemd-sysctl", paint(false))).toBe(
      "/etc/systemd/system/systemd-sysctl.service.d/x.conf:3: error: systemd-sysctl.service, which applies the files at boot, runs something else (/etc/systemd/system/systemd-sysctl.service.d/x.conf:3).\n",
    );
  });
});

describe("why", () => {
  it("does not know what the next boot makes of a key whose module need not be there in time", () => {
    const known = moduleCases.map(([sources, , reason]) => {
      const story = why(hostOfModule(sources), timeout);
      if (reason) expect(answerWords(story)).toContain(reason);
      expect(story.findings.map(({ code }) => code)).toEqual(reason ? ["module"] : []);
      return story.boot.value;
    });
    expect(known).toEqual(["86400", undefined, undefined, undefined]);
  });

  it("says that a module is not loaded though our list names it", async () => {
    const host = machine({ values: { [timeout]: "432000" } });
    await host.apply([setting(timeout, "86400")]);
    const history = { records: host.records.all(), unreadable: [] };
    const story = why({ ...host.host, bootSources: () => ({ ...systemd, ...denied }) }, timeout, { history });
    expect(answerWords(story)).toBe(
      `${timeout} is 86400 now, as profile web wants 86400; what the next boot makes it is not known, because it comes with module nf_conntrack, which /etc/modprobe.d/x.conf:1 denies.`,
    );
    expect(whyText(story, paint(false))).not.toContain("loaded before the files are read");
  });

  it("does not know what a unit that runs something else makes of a key", async () => {
    const host = machine({ values });
    await host.apply([setting("net.core.somaxconn", "8192")]);
    const history = { records: host.records.all(), unreadable: [] };
    const story = why(withChangedUnit(host.host), "net.core.somaxconn", { history });
    expect(answerWords(story)).toBe(
      "net.core.somaxconn is 8192 now, as profile web wants 8192; what the next boot makes it is not known, because systemd-sysctl.service runs something else (/etc/systemd/system/systemd-sysctl.service.d/x.conf:3).",
    );
    expect(story.boot.value).toBeUndefined();
    // Nothing sets this one, and the unit has no part in it.
    expect(why(withChangedUnit(host.host), "net.ipv4.tcp_fin_timeout").boot.value).toBe("60");
  });

  it("speaks of an image without a now", async () => {
    const host = machine({ values });
    await host.apply([setting("net.core.somaxconn", "8192")]);
    const history = { records: host.records.all(), unreadable: [] };
    const answers = [host.host, withChangedUnit(host.host)].map((one) =>
      answerWords(why(asImage(one), "net.core.somaxconn", { history })),
    );
    expect(answers).toEqual([
      "net.core.somaxconn will be 8192, as profile web wants 8192.",
      "net.core.somaxconn will have a value that is not known, because systemd-sysctl.service runs something else (/etc/systemd/system/systemd-sysctl.service.d/x.conf:3); profile web wants 8192.",
    ]);
  });

  it("names what beats a line, not a line that says the same", () => {
    const { host } = machine({
      values: { "net.ipv4.ip_forward": "0", "net.ipv4.conf.all.forwarding": "0" },
      files: {
        "/etc/sysctl.d/10-a.conf": "net.ipv4.ip_forward = 1\n",
        "/etc/sysctl.d/20-b.conf": "net.ipv4.conf.all.forwarding = 0\n",
        "/etc/sysctl.d/30-a.conf": "net.ipv4.ip_forward = 1\n",
      },
    });
    expect(answerWords(why(host, "net.ipv4.ip_forward"))).toBe(
      "net.ipv4.ip_forward is 0 and not 1 (/etc/sysctl.d/30-a.conf:1), because /etc/sysctl.d/20-b.conf:1 sets net.ipv4.conf.all.forwarding, and the kernel changes this key with it to 0.",
    );
  });
});
