import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readCatalogue } from "../../build/catalogue.js";
import { printed, profileSchema, profileStructure } from "../../build/profile-schema.js";
import { rangeOn } from "../../src/catalogue/accepted.js";
import { defaultOf, findTunable } from "../../src/catalogue/catalogue.js";
import { checkValue } from "../../src/catalogue/check-value.js";
import { isPattern, parseKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { everyKernel, exactly } from "../../src/catalogue/target.js";
import type { Tunable } from "../../src/catalogue/tunable.js";
import type { Value } from "../../src/catalogue/value.js";
import { isAtLeast } from "../../src/catalogue/version.js";
import { checkProfiles } from "../../src/operations/check.js";
import type { Setting } from "../../src/profile/profile.js";
import { parseProfile } from "../../src/profile/read/parse.js";
import { hostAnswers } from "../../src/relations/answers.js";
import { isGuarded } from "../../src/relations/guard.js";
import { warningWords } from "../../src/render/messages/warnings.js";
import { problemWords } from "../../src/render/problems.js";
import { machine } from "../fakes/machine.js";
import { type Asked, answer, host, loadFrom, resolved } from "../fakes/profiles.js";

const catalogue = shippedCatalogue();

/** The entries that break a rule, by key. */
const breaking = (rule: (tunable: Tunable) => boolean): readonly string[] =>
  catalogue.all.filter((one) => !rule(one)).map((one) => one.key);

/** Whether a key, or a pattern over interfaces, names an entry. */
function isKnown(text: string): boolean {
  const key = parseKey(text);
  return key !== undefined && findTunable(catalogue, key) !== undefined;
}

describe("the catalogue", () => {
  it("is what the files say, compiled in", () => {
    expect(catalogue.all).toEqual(readCatalogue("schema"));
    expect(catalogue.all.length).toBeGreaterThanOrEqual(150);
  });

  it("has keys that are keys, each once, sorted", () => {
    const keys = catalogue.all.map((one) => one.key);
    expect(keys.filter((key) => parseKey(key) !== key)).toEqual([]);
    expect([...new Set(keys)].sort()).toEqual(keys);
  });

  it("gives each entry a summary of one line and a source", () => {
    expect(
      breaking(({ summary, source }) => /^\S[^\n]{5,160}[^.\s]$/.test(summary) && source.length > 0),
    ).toEqual([]);
  });

  it("tells as mistaken what people believe, never a denial, since it is read after the words mistaken for", () => {
    expect(
      breaking(
        ({ mistaken_for: belief }) =>
          belief === undefined || !/^(Not?|Nothing|Never|Does|Do|It|People)\b/.test(belief),
      ),
    ).toEqual([]);
  });

  it("names only keys that it knows", () => {
    expect(
      breaking(({ affects = [] }) =>
        affects.every((one) => isKnown(typeof one === "string" ? one : one.key)),
      ),
    ).toEqual([]);
    expect(breaking(({ exclusive_with: twin }) => twin === undefined || isKnown(twin))).toEqual([]);
    expect(breaking(({ same_as: other }) => other === undefined || isKnown(other))).toEqual([]);
    expect(breaking(({ bounded_by: bound }) => bound === undefined || isKnown(bound))).toEqual([]);
  });

  it("has twins and second names in both directions, but for one interface of many", () => {
    const tied = (field: "exclusive_with" | "same_as") =>
      breaking((one) => {
        const other = catalogue.get(one[field] ?? "");
        return other === undefined || other[field] === one.key;
      });
    expect(tied("exclusive_with")).toEqual([]);
    expect(tied("same_as")).toEqual([]);
  });

  it("sends a renamed key to one that is known and not gone, or to a path", () => {
    expect(
      breaking(({ renamed_to: successor }) => {
        if (successor === undefined || successor.startsWith("/")) return true;
        const key = parseKey(successor);
        return key !== undefined && isKnown(successor) && findTunable(catalogue, key)?.removed === undefined;
      }),
    ).toEqual([]);
  });

  it("says when a renamed key went, and why a key without successor did", () => {
    expect(breaking((one) => one.renamed_to === undefined || one.removed !== undefined)).toEqual([]);
    expect(
      breaking(
        (one) =>
          one.removed === undefined ||
          one.renamed_to !== undefined ||
          (one.mistaken_for ?? one.meaning) !== undefined,
      ),
    ).toEqual([]);
  });

  it("has defaults that can be written back, but where a rule or a guard says what is special about them", () => {
    expect(
      breaking(
        (one) =>
          one.default === undefined ||
          one.removed !== undefined ||
          one.default_rule !== undefined ||
          one.guard !== undefined ||
          one.type === "text" ||
          checkValue(one, one.default).ok,
      ),
    ).toEqual([]);
  });

  it("has histories from the newest kernel to the oldest, that begin with today's default", () => {
    expect(
      breaking(({ default_history: eras = [] }) =>
        eras.every((era, at) => {
          const newer = eras[at - 1]?.since;
          return (
            at === 0 ||
            (newer !== undefined &&
              (era.since === undefined || (isAtLeast(newer, era.since) && newer !== era.since)))
          );
        }),
      ),
    ).toEqual([]);
    expect(
      breaking(
        (one) =>
          one.default === undefined ||
          one.default_history === undefined ||
          defaultOf(one, "99.0")?.value === one.default,
      ),
    ).toEqual([]);
  });

  it("has ranges that hold something, and fields, members and guards where the type needs them", () => {
    expect(
      breaking(({ accepts = [], sensible = {} }) =>
        [...accepts, ...accepts.flatMap(({ fields = [] }) => fields), sensible, ...(sensible.fields ?? [])]
          .map((limits) => rangeOn(limits, everyKernel))
          .every(
            ({ minimum, maximum }) => minimum === undefined || maximum === undefined || minimum <= maximum,
          ),
      ),
    ).toEqual([]);
    expect(
      breaking((one) => one.removed !== undefined || (one.type === "vector") === (one.fields !== undefined)),
    ).toEqual([]);
    expect(
      breaking(
        (one) =>
          one.removed !== undefined || one.type !== "enumeration" || Object.keys(one.values ?? {}).length > 1,
      ),
    ).toEqual([]);
    expect(breaking((one) => one.one_way === undefined || one.guard === "one-way")).toEqual([]);
    expect(breaking((one) => one.guard === undefined || one.danger !== undefined)).toEqual([]);
  });

  it("knows of every number that can be written what a write accepts, on every kernel since 4.18", () => {
    const numeric = (one: Tunable): boolean =>
      ["integer", "boolean", "bitmask", "vector", "port-list", "cpu-list", "number-list"].includes(
        one.type,
      ) ||
      (one.type === "enumeration" && Object.keys(one.values ?? {}).every((member) => /^-?\d+$/.test(member)));
    const isSettable = (one: Tunable): boolean =>
      !one.never &&
      (one.access ?? "read-write") === "read-write" &&
      (!one.removed || isAtLeast(one.removed, "4.19"));
    // Of architectures whose code was not at hand; they are gone.
    const unseen = /^(nds32\.|kernel\.callhome$)/;
    const withoutRange = catalogue.all.filter(
      (one) =>
        numeric(one) && isSettable(one) && !one.vendor && !unseen.test(one.key) && one.accepts === undefined,
    );
    expect(withoutRange.map((one) => one.key)).toEqual([]);
    // Each era begins later than the one after it, and the oldest has no beginning.
    expect(
      breaking(({ accepts = [] }) =>
        accepts.every(({ since }, at) => {
          const older = accepts[at + 1]?.since;
          return at === accepts.length - 1
            ? since === undefined
            : since !== undefined && (older === undefined || !isAtLeast(older, since));
        }),
      ),
    ).toEqual([]);
  });

  it("has versions that are versions", () => {
    const version = /^\d+\.\d+(\.\d+)?$/;
    const versions = (one: Tunable) => [
      one.since,
      one.removed,
      one.no_effect_since,
      ...(one.changed ?? []).map((change) => change.version),
      ...(one.default_history ?? []).map((era) => era.since),
    ];
    expect(
      breaking((one) => versions(one).every((text) => text === undefined || version.test(text))),
    ).toEqual([]);
    expect(
      breaking(
        (one) => one.since === undefined || one.removed === undefined || isAtLeast(one.removed, one.since),
      ),
    ).toEqual([]);
  });

  it("knows the keys that the kernel's one-way doors have", () => {
    for (const key of [
      "kernel.modules_disabled",
      "kernel.kexec_load_disabled",
      "kernel.unprivileged_bpf_disabled",
      "kernel.yama.ptrace_scope",
    ])
      expect([key, catalogue.get(key)?.guard]).toEqual([key, "one-way"]);
  });
});

const texts = Object.fromEntries(
  readdirSync("profiles")
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name.slice(0, -5), readFileSync(`profiles/${name}`, "utf8")]),
);
const names = Object.keys(texts);

const gibibyte = 1024n ** 3n;
const hosts = [
  { ...host, memoryBytes: gibibyte / 2n, cpus: 1n },
  { ...host, memoryBytes: 24n * gibibyte },
  { ...host, memoryBytes: 256n * gibibyte, cpus: 96n },
].flatMap((one) => ["4.19.0", "6.18.0"].map((kernel) => ({ ...one, kernel })));

/** What is wanted on a host; nothing where the profile does not resolve, which another test tells. */
async function settingsOf(asked: Asked): Promise<readonly Setting[]> {
  const result = await resolved(texts, asked);
  return result.ok ? result.value.settings : [];
}

const ends = (wanted: Setting["wanted"]): readonly Value[] =>
  wanted.kind === "value" ? [wanted.value] : [wanted.least, wanted.most].filter((one) => one !== undefined);

describe.each(names)("the shipped profile %s", (name) => {
  it("is called as its file", async () => {
    const written = await loadFrom(texts)(name);
    expect(written.ok && written.value.name).toBe(name);
  });

  it("gives each setting a why that is a sentence, and a source", () => {
    const parsed = parseProfile(name, texts[name] ?? "");
    const settings = parsed.ok ? parsed.value.settings.filter((setting) => !setting.unset) : [];
    expect(parsed.ok).toBe(true);
    expect(
      settings.filter((setting) => !/^\S.{40,}\.$/.test(setting.why)).map((setting) => setting.key.text),
    ).toEqual([]);
    expect(
      settings.filter((setting) => setting.source.length === 0).map((setting) => setting.key.text),
    ).toEqual([]);
  });

  it("gives each parameter a why, and a lower bound", () => {
    const parsed = parseProfile(name, texts[name] ?? "");
    const parameters = parsed.ok ? parsed.value.parameters : [];
    expect(parameters.filter((one) => one.why.length < 20 || !one.minimum).map((one) => one.name)).toEqual(
      [],
    );
  });

  it.each(hosts.map((one) => [`${one.memoryBytes / 1024n ** 2n} MiB, Linux ${one.kernel}`, one] as const))(
    "resolves on a host of %s, with nothing to warn of",
    async (_, one) => {
      const result = await resolved(texts, { names: [name], host: one });
      expect(result.ok ? [] : result.problems.map(problemWords)).toEqual([]);
      expect(result.warnings.map(warningWords)).toEqual([]);
    },
  );

  it("holds together at the ends of its parameters", async () => {
    const parsed = parseProfile(name, texts[name] ?? "");
    for (const end of ["minimum", "maximum"] as const)
      for (const one of parsed.ok ? parsed.value.parameters : []) {
        const result = await resolved(texts, {
          names: [name],
          set: { [one.name]: one[end]?.text ?? one.default.text },
        });
        expect(result.ok ? [] : result.problems.map(problemWords)).toEqual([]);
      }
  });

  it.each(hosts.map((one) => [`${one.memoryBytes / 1024n ** 2n} MiB, Linux ${one.kernel}`, one] as const))(
    "asks for no value that is guarded on a host of %s",
    async (_, view) => {
      const guarded = (await settingsOf({ names: [name], host: view })).filter(({ key, wanted }) => {
        const tunable = findTunable(catalogue, key);
        const answers = hostAnswers({ view });
        return tunable?.guard !== undefined && ends(wanted).some((one) => isGuarded(tunable, one, answers));
      });
      expect(guarded.map(({ key }) => key)).toEqual([]);
    },
  );

  it("asks for no key that is gone, of no effect, or a secret", async () => {
    const told = (await settingsOf({ names: [name] })).filter(({ key }) => {
      const tunable = findTunable(catalogue, key);
      return !tunable || tunable.removed || tunable.no_effect_since || tunable.secret;
    });
    expect(told.map(({ key }) => key)).toEqual([]);
  });

  it.each([
    ["from 4.18 to today", everyKernel],
    ...["4.18", "5.4", "5.10", "5.14", "5.15", "6.1", "6.6", "6.12", "6.18", "7.2"].map(
      (one) => [one, exactly(one)] as const,
    ),
  ] as const)(
    "passes a check without any host for kernels %s, and nothing is warned of or excused",
    async (_, kernel) => {
      const judged = await checkProfiles({
        names: [name],
        load: loadFrom(texts),
        parameters: new Map(),
        allow: [],
        kernel,
      });
      expect(judged.problems.map(problemWords)).toEqual([]);
      expect(judged.warnings.map(warningWords)).toEqual([]);
      expect(judged.excused).toEqual([]);
    },
  );
});

describe("the shipped profiles together", () => {
  it("number ten and more, and use patterns for interfaces alone", async () => {
    expect(names.length).toBeGreaterThanOrEqual(10);
    for (const name of names) {
      const result = await resolved(texts, { names: [name] });
      for (const { key } of result.ok ? result.value.settings : [])
        if (isPattern(key)) expect(key).toMatch(/^net\.ipv[46]\.(conf|neigh)\./);
    }
  });

  it("never tell two things of one key in one family without saying so", async () => {
    for (const name of names) {
      const result = await resolved(texts, { names: [name] });
      const keys = result.ok ? result.value.settings.map((setting) => setting.key) : [];
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

/** The lines `key: what is wanted` of some keys, on a host. */
async function wantedOf(name: string, part: string, asked: Asked = {}): Promise<readonly string[]> {
  return (await answer(texts, { ...asked, names: [name] })).filter((line) => line.includes(part));
}

describe("a shipped profile by itself", () => {
  it("nat-gateway loosens no reverse path filter of a host with one uplink", async () => {
    expect(await wantedOf("nat-gateway", "rp_filter")).toEqual([]);
  });

  it("nat-gateway filters loosely on every interface of a host that says multihomed=1", async () => {
    expect(await wantedOf("nat-gateway", "rp_filter", { set: { multihomed: "1" } })).toEqual([
      "net.ipv4.conf.*.rp_filter: 2",
    ]);
  });

  it("nat-gateway with multihomed=1 leaves no interface strict that a host of CIS had strict", async () => {
    const names = ["all", "default", "lo", "eth0"];
    const box = machine({
      values: Object.fromEntries(names.map((one) => [`net.ipv4.conf.${one}.rp_filter`, "1"])),
    });
    const settings = await settingsOf({ names: ["nat-gateway"], set: { multihomed: "1" } });
    await box.apply(settings.filter(({ key }) => key.endsWith(".rp_filter")));
    expect([...box.kernel.texts().values()]).toEqual(["2", "2", "2", "2"]);
  });

  it("low-latency has what TuneD's network-latency has, but for the message about hung tasks", async () => {
    const lines = await wantedOf("low-latency", "");
    expect(lines).toEqual(
      expect.arrayContaining([
        "net.core.busy_read: at least 50",
        "net.core.busy_poll: at least 50",
        "net.ipv4.tcp_fastopen: 3",
        "kernel.numa_balancing: 0",
        "kernel.nmi_watchdog: 0",
        "vm.stat_interval: at least 10",
        "kernel.timer_migration: 0",
      ]),
    );
    expect(texts["low-latency"]).toMatch(/hung_task_timeout_secs=600 only delays/);
  });

  it("low-latency keeps the linear timeouts of thin streams out, and says why", async () => {
    expect(await wantedOf("low-latency", "tcp_thin")).toEqual([]);
    expect(texts["low-latency"]).toMatch(/Left out on purpose\. tcp_thin_linear_timeouts/);
  });

  it("high-throughput-10g gives zero-copy senders a mebibyte, with old kernels and new ones", async () => {
    for (const kernel of ["4.19.0", "6.7.0", "6.8.0", "6.18.0"])
      expect(await wantedOf("high-throughput-10g", "optmem", { host: { ...host, kernel } })).toEqual([
        "net.core.optmem_max: at least 1048576",
      ]);
  });

  it("high-throughput-10g names ESnet's guide beside the numbers that stand in it, and tells its own apart", () => {
    const parsed = parseProfile("high-throughput-10g", texts["high-throughput-10g"] ?? "");
    const settings = parsed.ok ? parsed.value.settings : [];
    const isFromGuide = ({ source }: { source: readonly string[] }) =>
      source.some((one) => one.includes("fasterdata"));
    expect(settings.filter(isFromGuide).map(({ key, why }) => [key.text, /ESnet/.test(why)])).toEqual([
      ["net.ipv4.tcp_rmem", true],
      ["net.core.rmem_max", false],
      ["net.core.wmem_max", false],
      ["net.core.optmem_max", false],
      ["net.core.default_qdisc", false],
      ["net.ipv4.tcp_mtu_probing", false],
    ]);
  });

  it("kubernetes-node has OpenShift's room for neighbours, for IPv4 and IPv6", async () => {
    const family = (one: string) => [
      `net.${one}.neigh.default.gc_thresh1: at least 8192`,
      `net.${one}.neigh.default.gc_thresh2: at least 32768`,
      `net.${one}.neigh.default.gc_thresh3: at least 65536`,
    ];
    const lines = await wantedOf("kubernetes-node", "gc_thresh");
    expect([...lines].sort()).toEqual([...family("ipv4"), ...family("ipv6")]);
  });

  it("kubernetes-node lets the containers together prepare a million asynchronous requests", async () => {
    expect(await wantedOf("kubernetes-node", "aio")).toEqual(["fs.aio-max-nr: at least 1048576"]);
  });

  it("postgresql switches automatic groups off where the kernel has them", async () => {
    const has = (key: string): boolean => key !== "kernel.sched_autogroup_enabled";
    expect(await wantedOf("postgresql", "autogroup")).toEqual(["kernel.sched_autogroup_enabled: 0"]);
    expect(await wantedOf("postgresql", "autogroup", { host: { ...host, has } })).toEqual([]);
  });

  it("postgresql on a host of its own sets the ratio before strict accounting counts by it", async () => {
    const box = machine({ values: { "vm.overcommit_memory": "0", "vm.overcommit_ratio": "50" } });
    const settings = await settingsOf({ names: ["postgresql"], set: { dedicated_host: "1" } });
    await box.apply(settings.filter(({ key }) => key.startsWith("vm.overcommit_")));
    expect(box.kernel.written).toEqual(["vm.overcommit_ratio", "vm.overcommit_memory"]);
  });

  it("forwarding-base and kubernetes-node quote the kernel's own words about a full table", () => {
    for (const name of ["forwarding-base", "kubernetes-node"])
      expect([name, texts[name]?.includes('kernel log "neighbor table overflow"')]).toEqual([name, true]);
  });

  it.each(["high-churn-webserver", "reverse-proxy"])(
    "%s at its greatest rate is told to need more than the memory of a small host",
    async (name) => {
      const box = machine({
        values: {
          "net.netfilter.nf_conntrack_max": "262144",
          "net.netfilter.nf_conntrack_buckets": "262144",
        },
      });
      const parsed = parseProfile(name, texts[name] ?? "");
      const [rate] = parsed.ok ? parsed.value.parameters : [];
      const set = { connections_per_second: rate?.maximum?.text ?? "" };
      const settings = await settingsOf({ names: [name], set });
      const plan = box.planFor(settings.filter(({ key }) => key.startsWith("net.netfilter.")));
      const told = plan.warnings.filter(({ code }) => code === "more-than-memory");
      expect(told.map(warningWords)).toEqual([expect.stringMatching(/nf_conntrack_max/)]);
    },
  );
});

describe("the schema that editors use", () => {
  const text = readFileSync("schema/profile.schema.json", "utf8");
  const schema = JSON.parse(text);
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false, strictRequired: false });
  const whole = ajv.compile(schema);
  const structure = ajv.compile(profileStructure);

  it("is fresh", () => {
    expect(text).toBe(`${printed(profileSchema(readCatalogue("schema") as readonly Tunable[]))}\n`);
  });

  it("can be read through: one line for each tunable and each kind of value", () => {
    expect(text.split("\n").length).toBeLessThan(1500);
    expect(text.length).toBeLessThan(300_000);
  });

  it.each(names)("accepts %s", (name) => {
    expect([whole(parse(texts[name] ?? "")), whole.errors]).toEqual([true, null]);
    expect([structure(parse(texts[name] ?? "")), structure.errors]).toEqual([true, null]);
  });

  const profile = (settings: object): object => ({ name: "p", summary: "s", settings });

  it.each([
    ["a key that no kernel has", profile({ "net.core.somaxcon": { value: 1, why: "w" } })],
    ["a number out of range", profile({ "net.core.somaxconn": { value: -1, why: "w" } })],
    ["a level that no kernel takes", profile({ "net.ipv4.tcp_tw_reuse": { value: "many", why: "w" } })],
    ["a setting without why", profile({ "net.core.somaxconn": { value: 1 } })],
    ["a bare value", profile({ "net.core.somaxconn": 4096 })],
    ["a value beside a bound", profile({ "net.core.somaxconn": { value: 1, at_least: 1, why: "w" } })],
    ["a key that is gone", profile({ "net.ipv4.tcp_tw_recycle": { value: 1, why: "w" } })],
    ["a field of nobody's", { ...profile({}), setings: {} }],
  ])("refuses %s", (_, value) => expect(whole(value)).toBe(false));

  it.each([
    ["an expression", profile({ "net.core.somaxconn": { value: "${a * 2}", why: "w" } })],
    ["a number as text", profile({ "net.core.somaxconn": { at_least: "4096", why: "w" } })],
    ["unset", profile({ "vm.swappiness": "unset" })],
    ["a key of one interface", profile({ "net.ipv4.conf.eth0/100.rp_filter": { value: 2, why: "w" } })],
  ])("accepts %s", (_, value) => expect([whole(value), whole.errors]).toEqual([true, null]));

  const settable = catalogue.all.filter(
    (one) => !one.removed && !one.secret && (one.access ?? "read-write") === "read-write",
  );
  const accepts = ({ key }: Tunable, value: unknown): boolean =>
    whole(profile({ [key.replace("*", "eth0")]: { value, why: "w" } }));
  const numbers = fc.oneof(
    fc.integer({ min: -3, max: 12 }),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.maxSafeInteger(),
  );
  /** A number on the edge of a tunable's range, or near a member of it. */
  const telling = (one: Tunable): fc.Arbitrary<number> => {
    const limits = [...(one.accepts ?? []), one.sensible ?? {}];
    const ends = [
      ...limits.flatMap(({ minimum, maximum }) => [minimum, maximum]),
      ...Object.keys(one.values ?? {}),
    ].map(Number);
    const whole = ends.filter((end) => Number.isSafeInteger(end) && Number.isSafeInteger(end + 1));
    const edges = whole.flatMap((end) => [end - 1, end, end + 1]);
    return edges.length > 0 ? fc.oneof(numbers, fc.constantFrom(...edges)) : numbers;
  };

  /** Limits that depend on the kernel's build are no numbers that JSON could say, nor those beyond its integers. */
  const isSaid = ({ accepts = [] }: Tunable): boolean =>
    accepts
      .flatMap(({ minimum, maximum }) => [minimum, maximum])
      .every((limit) => typeof limit === "string" && Number.isSafeInteger(Number(limit)));

  it("takes for every tunable what the program takes, and refuses a number that it refuses", () => {
    for (const one of settable)
      fc.assert(
        fc.property(telling(one), (number) => {
          const taken = checkValue(one, `${number}`).ok;
          const isHeld = ["integer", "boolean", "enumeration"].includes(one.type) && isSaid(one);
          // Of lists, masks and texts an editor knows less than the program.
          if (taken || isHeld)
            expect([one.key, number, accepts(one, number)]).toEqual([one.key, number, taken]);
          if (taken) expect([one.key, number, accepts(one, `${number}`)]).toEqual([one.key, number, true]);
        }),
        { numRuns: 20 },
      );
  });

  it("takes for every tunable its default and an expression, and nothing that is no scalar", () => {
    const defaults = settable.filter(({ default: own }) => own !== undefined);
    const good = defaults.filter((one) => checkValue(one, one.default ?? "").ok);
    expect(good.filter((one) => !accepts(one, one.default)).map((one) => one.key)).toEqual([]);
    expect(settable.filter((one) => !accepts(one, "${parameters.a}")).map((one) => one.key)).toEqual([]);
    for (const wrong of [null, true, 1.5, [1], { value: 1 }])
      expect(settable.filter((one) => accepts(one, wrong)).map((one) => one.key)).toEqual([]);
  });
});
