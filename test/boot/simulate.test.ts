import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LoaderName, usualLoader } from "../../src/boot/loader.js";
import { simulate } from "../../src/boot/simulate.js";
import type { BootContent, BootStack } from "../../src/boot/stack.js";
import { withTexts } from "../../src/boot/with-texts.js";
import { bootStack } from "./stacks.js";

const tag = (name: string) => `net/ipv4/conf/${name}/tag`;
const paths = [...["all", "default", "lo", "eth0", "eth0.100"].map(tag), "net/ipv4/tcp_retries2"];
const stackOf = (...texts: string[]): BootStack => ({
  entries: texts.map((text, index) => ({
    folder: "/etc/sysctl.d",
    name: `${index}.conf`,
    content: { kind: "text", text },
  })),
});
const values = (stack: BootStack, loader: LoaderName) =>
  Object.fromEntries(
    [...simulate(stack, usualLoader[loader], paths).winners].map(([path, { value }]) => [path, value]),
  );
const systemd = (...texts: string[]) => values(stackOf(...texts), "systemd");
const procps = (...texts: string[]) => values(stackOf(...texts), "procps");
const written = (loader: LoaderName, ...texts: string[]) => [
  ...simulate(stackOf(...texts), usualLoader[loader], paths).winners.keys(),
];
const everywhere = (value: string) => Object.fromEntries(paths.slice(0, 5).map((path) => [path, value]));

describe.each<LoaderName>(["systemd", "procps"])("the next boot under %s", (loader) => {
  const set = (...texts: string[]) => values(stackOf(...texts), loader);

  it("has the last value of a key, however it is spelt", () => {
    expect(
      set("net.ipv4.conf.eth0/100.tag = 1\n", `${tag("eth0.100")} = 2\n`, "/net//ipv4/conf/eth0.100/tag = 3"),
    ).toEqual({
      [tag("eth0.100")]: "3",
    });
  });

  it("has keys that do not exist yet, if they are named outright", () => {
    expect(set(`${tag("wg0")} = 1\nnet.bridge.x = 2\n`)).toEqual({ [tag("wg0")]: "1", "net/bridge/x": "2" });
  });

  it("has a glob's value for every key it matches but those with a line of their own, before or after it (S27, P9)", () => {
    const lines = `${tag("lo")} = 2\n${tag("*")} = 1\n${tag("eth0")} = 3\n`;
    expect(set(lines)).toEqual({ ...everywhere("1"), [tag("lo")]: "2", [tag("eth0")]: "3" });
    expect(set(`-${tag("lo")}\n${tag("*")} = 1\n-${tag("all")}\n`)).toEqual({
      [tag("default")]: "1",
      [tag("eth0")]: "1",
      [tag("eth0.100")]: "1",
    });
  });

  it("has nothing of a glob that matches nothing, nor a word about it (S30)", () => {
    expect(simulate(stackOf(`${tag("wg*")} = 1\n`), usualLoader[loader], paths)).toMatchObject({
      winners: new Map(),
      faults: [],
    });
  });

  it("has the last of two globs that overlap, be it the broader (S28)", () => {
    expect(set(`${tag("e*")} = 1\n${tag("*")} = 2\n`)).toEqual(everywhere("2"));
    expect(set(`${tag("*")} = 2\n${tag("e*")} = 1\n`)).toEqual({
      ...everywhere("2"),
      [tag("eth0")]: "1",
      [tag("eth0.100")]: "1",
    });
  });

  it("says which line won, from which glob, and which lines lost", () => {
    const stack = stackOf(
      `${tag("*")} = 1\n`,
      `\n${tag("e*")} = 2\n${tag("lo")} = 3\n`,
      `${tag("lo")} = 4\n`,
    );
    const { winners } = simulate(stack, usualLoader[loader], paths);
    expect(winners.get(tag("eth0"))).toEqual({
      value: "2",
      file: "/etc/sysctl.d/1.conf",
      line: 2,
      glob: tag("e*"),
      overridden: [{ file: "/etc/sysctl.d/0.conf", line: 1, value: "1" }],
    });
    expect(winners.get(tag("lo"))).toEqual({
      value: "4",
      file: "/etc/sysctl.d/2.conf",
      line: 1,
      overridden: [
        { file: "/etc/sysctl.d/0.conf", line: 1, value: "1" },
        { file: "/etc/sysctl.d/1.conf", line: 3, value: "3" },
      ],
    });
  });

  it("sets nothing at all if a file never ends (S7)", () => {
    const stack: BootStack = {
      entries: [
        ...stackOf(`${tag("lo")} = 1`).entries,
        { folder: "/etc/sysctl.d", name: "z.conf", content: { kind: "special" } },
      ],
    };
    expect(simulate(stack, usualLoader[loader], paths)).toMatchObject({
      winners: new Map(),
      faults: [{ code: "blocked", file: "/etc/sysctl.d/z.conf", fails: true }],
    });
  });

  it("cannot set a folder of keys, nor anything below a key (S35, P10)", () => {
    const { winners, faults } = simulate(
      stackOf("net.ipv4.conf.lo = 1\nnet.ipv4.tcp_retries2.x = 1\n-net.ipv4 = 1\n"),
      usualLoader[loader],
      paths,
    );
    expect(winners.size).toBe(0);
    const fails = loader === "systemd";
    expect(faults).toMatchObject([
      { code: "not-a-key", line: 1, fails },
      { code: "not-a-key", line: 2, fails },
      { code: "not-a-key", line: 3, fails: false },
    ]);
  });

  it("leaves a glob that is too large unknown, and says so", () => {
    const { winners, faults } = simulate(
      stackOf(`${tag("*".repeat(5000))} = 1\n`),
      usualLoader[loader],
      paths,
    );
    expect(winners.size).toBe(0);
    expect(faults).toMatchObject([{ code: "glob-too-large", line: 1 }]);
  });

  it("never names a winner that a file does not hold, and every line it names sets that value", () => {
    fc.assert(
      fc.property(bootStack, (stack) => {
        for (const { value, overridden } of simulate(stack, usualLoader[loader], paths).winners.values()) {
          const texts = [...stack.entries.map((entry) => entry.content), stack.sysctlConf].map((content) =>
            content?.kind === "text" ? content.text : "",
          );
          for (const each of [value, ...overridden.map((line) => line.value)])
            expect(texts.some((text) => text.includes(each))).toBe(true);
        }
      }),
    );
  });

  it("has what the last file says outright, whatever the others hold", () => {
    fc.assert(
      fc.property(bootStack, (stack) => {
        const readable: BootStack = { entries: stack.entries };
        const last = withTexts(readable, [
          { path: "/etc/sysctl.d/\u{1F600}\u{1F600}.conf", after: `${tag("lo")} = 77\n` },
        ]);
        expect(simulate(last, usualLoader[loader], paths).winners.get(tag("lo"))).toMatchObject({
          value: "77",
          line: 1,
        });
      }),
    );
  });

  it("is the same whatever order the entries are listed in", () => {
    fc.assert(
      fc.property(bootStack, (stack) => {
        const reversed = { ...stack, entries: [...stack.entries].reverse() };
        expect([...simulate(reversed, usualLoader[loader], paths).winners]).toEqual([
          ...simulate(stack, usualLoader[loader], paths).winners,
        ]);
      }),
    );
  });
});

describe("systemd", () => {
  it("moves a key to the end when its value changes, and leaves it in place when it does not (S22, S23)", () => {
    const [lo, all, eth0] = [tag("lo"), tag("all"), tag("eth0")];
    expect(written("systemd", `${lo} = 1\n${all} = 1\n${lo} = 2\n`)).toEqual([all, lo]);
    expect(written("systemd", `${lo} = 1\n${all} = 1\n${lo} = 1\n${eth0} = 1\n`)).toEqual([lo, all, eth0]);
  });

  it("keeps the first of lines that say the same, and none of them has lost (S23)", () => {
    const { winners } = simulate(
      stackOf(`${tag("lo")} = 1\n`, `${tag("lo")} = 1\n`),
      usualLoader.systemd,
      paths,
    );
    expect(winners.get(tag("lo"))).toEqual({
      value: "1",
      file: "/etc/sysctl.d/0.conf",
      line: 1,
      overridden: [],
    });
  });

  it("does not help a narrow glob that is repeated with its own value (S23, S28)", () => {
    expect(systemd(`${tag("e*")} = 1\n${tag("*")} = 2\n${tag("e*")} = 1\n`)).toEqual(everywhere("2"));
    expect(procps(`${tag("e*")} = 1\n${tag("*")} = 2\n${tag("e*")} = 1\n`)[tag("eth0")]).toBe("1");
  });

  it("drops an assignment that an exclusion follows, where procps keeps it (S24, P9)", () => {
    const lines = [`${tag("lo")} = 1\n`, `-${tag("lo")}\n`];
    expect(systemd(...lines)).toEqual({});
    expect(procps(...lines)).toEqual({ [tag("lo")]: "1" });
    expect(systemd(...lines, `${tag("lo")} = 2\n`)).toEqual({ [tag("lo")]: "2" });
  });

  it("drops a glob that the same glob with a dash follows, where procps keeps it (S24, P9)", () => {
    const lines = `${tag("*")} = 1\n-${tag("*")}\n`;
    expect(systemd(lines)).toEqual({});
    expect(procps(lines)).toEqual(everywhere("1"));
    expect(systemd(`${tag("*")} = 1\n-${tag("e*")}\n`)).toEqual(everywhere("1"));
  });

  it("expands braces in a glob, where procps takes them for letters (S26, P9)", () => {
    expect(systemd(`${tag("{lo,e*}")} = 1\n`)).toEqual({
      [tag("lo")]: "1",
      [tag("eth0")]: "1",
      [tag("eth0.100")]: "1",
    });
    expect(procps(`${tag("{lo,e*}")} = 1\n`)).toEqual({});
    expect(systemd(`${tag("{lo,eth0}")} = 1\n`)).toEqual({ [tag("{lo,eth0}")]: "1" });
  });

  it("knows a key by its path, where procps knows it by its spelling (S21, P9)", () => {
    const lines = `-${tag("lo")}\n/${tag("l*")} = 1\n`;
    expect(systemd(lines)).toEqual({});
    expect(procps(lines)).toEqual({ [tag("lo")]: "1" });
    expect(procps(`-/${tag("lo")}\n/${tag("l*")} = 1\n`)).toEqual({});
  });

  it("never reads /etc/sysctl.conf, which beats everything under procps (S8, P1)", () => {
    const stack: BootStack = {
      ...stackOf(`${tag("lo")} = 1\n`),
      sysctlConf: { kind: "text", text: `${tag("lo")} = 2\n` },
    };
    expect(values(stack, "systemd")).toEqual({ [tag("lo")]: "1" });
    expect(values(stack, "procps")).toEqual({ [tag("lo")]: "2" });
  });

  it("loses the rest of a file behind a line of 1 MiB, not what came before nor other files (S12)", () => {
    const lines = [`${tag("lo")} = 1\n#${"x".repeat(2 ** 20)}\n${tag("all")} = 1\n`, `${tag("eth0")} = 1\n`];
    expect(systemd(...lines)).toEqual({ [tag("lo")]: "1", [tag("eth0")]: "1" });
    expect(procps(...lines)).toEqual({ [tag("lo")]: "1", [tag("all")]: "1", [tag("eth0")]: "1" });
  });
});

describe("a key that the loader cannot take", () => {
  const fault = (loader: LoaderName, text: string) =>
    simulate(stackOf(text), usualLoader[loader], paths).faults.map(({ code, fails }) => ({ code, fails }));

  it.each(["net/../vm/x = 1", "net.ipv4.//.x = 1", "= 1", "/ = 1", ". = 1"])(
    "fails systemd, without a dash in front: %s (S19)",
    (text) => {
      expect(fault("systemd", text)).toEqual([{ code: "bad-key", fails: true }]);
      expect(fault("systemd", `-${text}`)).toEqual([{ code: "bad-key", fails: false }]);
    },
  );

  it("fails systemd only if it is still there when lines are merged (S22 to S24)", () => {
    expect(fault("systemd", "= 1\n-= 1\n")).toEqual([{ code: "bad-key", fails: false }]);
    expect(fault("systemd", "-= 1\n= 2\n")).toEqual([{ code: "bad-key", fails: true }]);
    expect(fault("systemd", "net/ipv4 = 1\n-net/ipv4\n")).toEqual([]);
    expect(fault("systemd", "-/ = 1\n= 1\n").map(({ fails }) => fails)).toEqual([false, true]);
  });

  it("fails systemd in a glob with .. only if the glob matches (S19, S30)", () => {
    expect(fault("systemd", "net/ipv4/conf/l*/../eth0/tag = 1")).toEqual([{ code: "bad-key", fails: true }]);
    expect(fault("systemd", "net/ipv4/conf/wg*/../eth0/tag = 1")).toEqual([]);
  });

  it.each(["= 1", "-= 1", "/ = 1", "-net/../../version = 1"])(
    "fails procps, dash or not: %s (P7)",
    (text) => {
      expect(fault("procps", text)).toEqual([{ code: "bad-key", fails: true }]);
    },
  );

  it.each(["- a.b = 1", "- a.b", "a.b. = 1", "-a/b/", "a/b/. = 1", "a/b/*/ = 1"])(
    "is never found by procps, which does not say so: %s (P6, P7)",
    (text) => {
      expect(fault("procps", `${text}\n`)).toEqual([{ code: "unusable-key", fails: false }]);
    },
  );

  it("may be one among those a glob finds", () => {
    const glob = stackOf("net.ipv4.* = 1\n");
    for (const loader of ["systemd", "procps"] as const) {
      const { winners, faults } = simulate(glob, usualLoader[loader], paths);
      expect([...winners.keys()]).toEqual(["net/ipv4/tcp_retries2"]);
      expect(faults).toMatchObject([{ code: "not-a-key", fails: loader === "systemd" }]);
    }
  });
});

describe("procps", () => {
  it("follows .. inside /proc/sys (P7)", () => {
    expect(procps(`net/ipv4/../ipv4/tcp_retries2 = 1\nnet/ipv4/conf/*/../lo/tag = 2\n`)).toEqual({
      "net/ipv4/tcp_retries2": "1",
      [tag("lo")]: "2",
    });
  });

  it("writes every assignment in turn, so a repeated value wins again (P8)", () => {
    const { winners } = simulate(
      stackOf(`${tag("lo")} = 1\n${tag("lo")} = 2\n${tag("lo")} = 1\n`),
      usualLoader.procps,
      paths,
    );
    expect(winners.get(tag("lo"))).toMatchObject({
      value: "1",
      line: 3,
      overridden: [{ line: 1 }, { line: 2 }],
    });
  });

  it("writes in the order of lines, each key when it is written last", () => {
    expect(written("procps", `${tag("lo")} = 1\n${tag("all")} = 1\n${tag("lo")} = 1\n`)).toEqual([
      tag("all"),
      tag("lo"),
    ]);
  });
});

describe("a file that cannot be read", () => {
  it.each<[BootContent, boolean | undefined, boolean | undefined]>([
    [{ kind: "masked" }, undefined, undefined],
    [{ kind: "dangling" }, false, true],
    [{ kind: "folder" }, true, false],
    [{ kind: "unreadable", reason: "ELOOP" }, true, true],
  ])("fails systemd and procps differently: %j (S7, P3)", (content, systemdFails, procpsFails) => {
    const stack: BootStack = { entries: [{ folder: "/etc/sysctl.d", name: "a.conf", content }] };
    expect(simulate(stack, usualLoader.systemd, []).faults.map((fault) => fault.fails)).toEqual(
      [systemdFails].filter((fails) => fails !== undefined),
    );
    expect(simulate(stack, usualLoader.procps, []).faults.map((fault) => fault.fails)).toEqual(
      [procpsFails].filter((fails) => fails !== undefined),
    );
  });
});

describe("a simulation", () => {
  it("of many lines and keys takes no more than seconds", () => {
    const many = Array.from({ length: 400 }, (_, index) => tag(`eth${index}`));
    const same = "net.ipv4.conf.lo.tag = 1\n".repeat(10_000);
    const distinct = Array.from(
      { length: 10_000 },
      (_, index) => `net.ipv4.conf.x${index}.tag = ${index}\nnet.ipv4.x${index}*.tag = 1\n`,
    ).join("");
    const start = performance.now();
    for (const loader of ["systemd", "procps"] as const) {
      simulate(stackOf(same, distinct), usualLoader[loader], many);
      simulate(stackOf(`${tag("*")} = 1\n`.repeat(300)), usualLoader[loader], many);
    }
    expect(performance.now() - start).toBeLessThan(45_000);
  }, 60_000);
});
