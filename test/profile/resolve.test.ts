import { describe, expect, it } from "vitest";
import { answer, host, profileText, resolved } from "../fakes/profiles.js";

const one = (settings: readonly string[], head?: string): { readonly p: string } => ({
  p: profileText("p", settings, head),
});

describe("a profile's settings", () => {
  it("are canonical, with where they come from and why", async () => {
    const result = await resolved(
      one([
        "net.ipv4.ip_local_reserved_ports: { value: '9000-9100,8080' }",
        "net/ipv4/ip_forward: { value: 1 }",
      ]),
    );
    expect(result.ok && result.value.settings).toMatchObject([
      {
        key: "net.ipv4.ip_local_reserved_ports",
        wanted: { kind: "value", value: "8080,9000-9100" },
        profile: "p",
        why: "because",
      },
      { key: "net.ipv4.ip_forward", place: { file: "p.yaml", line: 5, column: 3, length: 19 } },
    ]);
  });

  it.each([
    ["net.core.somaxcon: { value: 1 }", "p.yaml:4:3 unknown-tunable"],
    ["x.y.z: { value: 1 }", "p.yaml:4:3 unknown-tunable"],
    ["net/../x: { value: 1 }", "p.yaml:4:3 bad-key"],
    ["net.core.somaxconn: { value: 010000 }", "p.yaml:4:32 bad-value"],
    ['net.core.somaxconn: { value: "1\\n2" }', "p.yaml:4:32 bad-value"],
    ["net.ipv4.conf.*.rp_filter: { at_least: 1 }", "p.yaml:4:42 bound-on-pattern"],
    ["net.ipv4.ip_local_reserved_ports: { at_least: 8080 }", "p.yaml:4:49 unordered-type"],
    ["net.core.somaxconn: { at_least: 9, at_most: 5 }", "p.yaml:4:3 empty-range"],
    ["net.ipv4.route.flush: { value: 1 }", "p.yaml:4:3 write-only-tunable"],
    ["fs.file-nr: { value: 1 }", "p.yaml:4:3 read-only-tunable"],
    ["net.ipv4.tcp_fastopen_key: { value: 1 }", "p.yaml:4:3 secret-tunable"],
  ])("%s is told", async (line, words) => expect(await answer(one([line]))).toEqual([words]));

  const bare = { ...host, has: () => false };

  it("that have another name now are told by it, where the host has not the old one", async () => {
    const line = "net.ipv4.netfilter.ip_conntrack_max: { value: 65536 }";
    expect(await answer(one([line]), { host: bare })).toEqual(["p.yaml:4:3 renamed-tunable"]);
    const old = await resolved(one([line]));
    expect([old.ok, old.warnings]).toMatchObject([true, [{ code: "removed-later" }]]);
  });

  it("that are gone say why", async () => {
    const result = await resolved(one(["net.ipv4.tcp_tw_recycle: { value: 1 }"]), { host: bare });
    expect(!result.ok && result.problems).toMatchObject([
      { code: "removed-tunable", version: "4.12", because: expect.stringMatching(/.{20}/) },
    ]);
  });

  it("that name a key in both forms are the same key twice", async () => {
    expect(
      await answer(one(["net.ipv4.ip_forward: { value: 1 }", "net/ipv4/ip_forward: { value: 1 }"])),
    ).toEqual(["p.yaml:5:3 duplicate-key"]);
  });

  it("have all their problems told at once", async () => {
    const lines = [
      "x.y: { value: 1 }",
      "net.core.somaxconn: { value: 16M }",
      "net.ipv4.ip_forward: { value: on }",
    ];
    expect((await answer(one(lines))).map((words) => words.split(" ")[1])).toEqual([
      "unknown-tunable",
      "bad-value",
      "bad-value",
    ]);
  });
});

describe("what a profile includes", () => {
  const base = profileText("base", [
    "net.core.somaxconn: { at_least: 4096 }",
    "vm.swappiness: { value: 10 }",
  ]);
  const child = (settings: readonly string[]): Readonly<Record<string, string>> => ({
    child: profileText("child", settings, "include: [base]"),
    base,
  });
  const resolvedChild = (settings: readonly string[]): Promise<readonly string[]> =>
    answer(child(settings), { names: ["child"] });

  it("comes first, and the profile's own value replaces it", async () => {
    expect(await resolvedChild(["vm.swappiness: { value: 60 }"])).toEqual([
      "net.core.somaxconn: at least 4096",
      "vm.swappiness: 60",
    ]);
  });

  it("is dropped with unset", async () =>
    expect(await resolvedChild(["vm.swappiness: unset"])).toEqual(["net.core.somaxconn: at least 4096"]));

  it("keeps the larger of two floors and the smaller of two ceilings", async () => {
    expect((await resolvedChild(["net.core.somaxconn: { at_least: 1024 }"]))[0]).toBe(
      "net.core.somaxconn: at least 4096",
    );
    expect((await resolvedChild(["net.core.somaxconn: { at_least: 8192 }"]))[0]).toBe(
      "net.core.somaxconn: at least 8192",
    );
    expect((await resolvedChild(["net.core.somaxconn: { at_most: 9000 }"]))[0]).toBe(
      "net.core.somaxconn: at least 4096, at most 9000",
    );
  });

  it("gives way to a ceiling of the profile's own below the floor", async () => {
    expect((await resolvedChild(["net.core.somaxconn: { at_most: 100 }"]))[0]).toBe(
      "net.core.somaxconn: at most 100",
    );
  });

  it("must exist", async () => {
    expect(
      await answer({ p: profileText("p", ["vm.swappiness: { value: 1 }"], "include: [nothing]") }),
    ).toEqual(["p.yaml:3:11 unknown-profile"]);
  });

  it("must not lead back", async () => {
    const texts = { a: "name: a\nsummary: s\ninclude: [b]\n", b: "name: b\nsummary: s\ninclude: [a]\n" };
    expect(await answer(texts, { names: ["a"] })).toEqual(["b.yaml:3:11 include-cycle"]);
    expect(await answer({ a: "name: a\nsummary: s\ninclude: [a]\n" })).toEqual(["a.yaml:3:11 include-cycle"]);
  });

  it("must not lead back by a name that is not the file's", async () => {
    const texts = { a: "name: other\nsummary: s\ninclude: [b]\n", b: "name: b\nsummary: s\ninclude: [a]\n" };
    expect((await answer(texts, { names: ["a"] }))[0]).toMatch(/include-(cycle|depth)/);
  });

  /** Ten profiles a level, each of which includes all ten of the next. */
  const levels = (count: number): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Array.from({ length: count * 10 }, (_, at) => {
        const level = Math.floor(at / 10);
        const next = Array.from({ length: 10 }, (__, other) => `p${(level + 1) * 10 + other}`);
        const include = level === count - 1 ? "" : `include: [${next.join(", ")}]\n`;
        const rest = "settings:\n  vm.swappiness: { value: 1, why: w }\n";
        return [`p${at}`, `name: p${at}\nsummary: s\n${include}${rest}`];
      }),
    );

  it("may be reached in a hundred million ways", async () => {
    expect(await answer(levels(9), { names: ["p0"] })).toEqual(["vm.swappiness: 1"]);
  });

  it("is refused where it is reached in too deep ways, a billion of them, by the first twenty", async () => {
    const told = await answer(levels(10), { names: ["p0"] });
    expect(new Set(told.map((one) => one.split(" ").at(-1)))).toEqual(new Set(["include-depth"]));
    expect(told.length).toBeLessThanOrEqual(20);
  });

  it("must not be deeper than eight profiles", async () => {
    const chain = (length: number): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Array.from({ length }, (_, at) => [
          `p${at}`,
          at === length - 1
            ? profileText(`p${at}`, ["vm.swappiness: { value: 1 }"])
            : `name: p${at}\nsummary: s\ninclude: [p${at + 1}]\n`,
        ]),
      );
    expect(await answer(chain(9), { names: ["p0"] })).toEqual(["vm.swappiness: 1"]);
    expect(await answer(chain(10), { names: ["p0"] })).toEqual(["p8.yaml:3:11 include-depth"]);
  });

  it("is read once where two include it, and its problems are told once", async () => {
    const bad = profileText("bad", ["x.y: { value: 1 }"]);
    const texts = {
      a: "name: a\nsummary: s\ninclude: [bad]\n",
      b: "name: b\nsummary: s\ninclude: [bad]\n",
      bad,
    };
    expect(await answer(texts, { names: ["a", "b"] })).toHaveLength(1);
  });

  it("by a wide and deep family does not take for ever", async () => {
    const layers = Array.from({ length: 8 }, (_, at) => at);
    const include = (at: number): string => `include: [${layers.map((n) => `l${at + 1}x${n}`).join(", ")}]\n`;
    const texts = Object.fromEntries(
      layers.flatMap((at) =>
        layers.map(
          (n) => [`l${at}x${n}`, `name: l${at}x${n}\nsummary: s\n${at < 6 ? include(at) : ""}`] as const,
        ),
      ),
    );
    expect(await answer(texts, { names: ["l0x0"] })).toEqual([]);
  });
});

describe("two profiles at once", () => {
  const texts = (a: string, b: string): Readonly<Record<string, string>> => ({
    a: profileText("a", [`net.core.somaxconn: { ${a} }`]),
    b: profileText("b", [`net.core.somaxconn: { ${b} }`]),
  });

  it.each([
    ["value: 5", "value: 5", "net.core.somaxconn: 5"],
    ["value: 5", "at_least: 3", "net.core.somaxconn: 5"],
    ["at_least: 3", "at_least: 9", "net.core.somaxconn: at least 9"],
    ["at_most: 3", "at_most: 9", "net.core.somaxconn: at most 3"],
    ["at_least: 3", "at_most: 9", "net.core.somaxconn: at least 3, at most 9"],
  ])("that want %s and %s agree on %s", async (a, b, wanted) => {
    expect(await answer(texts(a, b))).toEqual([wanted]);
    expect(await answer(texts(b, a))).toEqual([wanted]);
  });

  it.each([
    ["value: 5", "value: 6", "6", "5"],
    ["value: 5", "at_least: 6", "at least 6", "5"],
    ["at_least: 9", "at_most: 3", "at most 3", "at least 9"],
  ])("that want %s and %s disagree, and both places are named", async (a, b, wanted, otherWanted) => {
    const result = await resolved(texts(a, b));
    expect(!result.ok && result.problems).toMatchObject([
      {
        code: "profiles-disagree",
        wanted,
        otherWanted,
        place: { file: "b.yaml", line: 4 },
        other: { file: "a.yaml", line: 4 },
      },
    ]);
  });

  it("are told apart by a third that includes both", async () => {
    const third = profileText("third", ["net.core.somaxconn: { value: 7 }"], "include: [a, b]");
    expect(await answer({ ...texts("value: 5", "value: 5"), third }, { names: ["third"] })).toEqual([
      "net.core.somaxconn: 7",
    ]);
  });
});

describe("a third profile that includes two which disagree", () => {
  it("settles it by setting the key, as the problem's words say", async () => {
    const texts = {
      third: profileText("third", ["net.core.somaxconn: { value: 7 }"], "include: [a, b]"),
      a: profileText("a", ["net.core.somaxconn: { value: 5 }"]),
      b: profileText("b", ["net.core.somaxconn: { value: 6 }"]),
    };
    expect(await answer(texts, { names: ["third"] })).toEqual(["net.core.somaxconn: 7"]);
  });
});

describe("what is worth a word", () => {
  const warnings = async (line: string): Promise<readonly string[]> =>
    (await resolved(one([line]), { purpose: "check", host: "unknown" })).warnings.map(
      (warning) => warning.code,
    );

  it.each([
    ["net.core.somaxconn: { value: 128 }", ["below-default"]],
    ["net.core.somaxconn: { at_least: 1024 }", []],
    ["net.ipv4.tcp_low_latency: { value: 1 }", ["no-effect"]],
    ["net.core.somaxconn: { value: 0 }", ["unusual-value", "below-default"]],
    ["vm.swappiness: { value: 180 }", ["refused-by-some-kernels"]],
  ])("%s: %j", async (line, codes) => expect(await warnings(line)).toEqual(codes));

  it("depends on the kernels that the profile is for", async () => {
    const told = async (line: string, head: string) =>
      (await resolved({ p: profileText("p", [line], head) }, { purpose: "check", host: "unknown" })).warnings;
    const line = "net.core.somaxconn: { value: 1024 }";
    expect(await told(line, "kernels: <5.4")).toEqual([]);
    expect(await told(line, "kernels: '>=5.10'")).toMatchObject([{ code: "below-default", default: "4096" }]);
    expect(await told("net.core.somaxconn: { value: 64 }", "kernels: <5.4")).toMatchObject([
      { default: "128" },
    ]);
    expect(await told("vm.swappiness: { value: 180 }", "kernels: '>=5.10'")).toEqual([]);
  });
});
