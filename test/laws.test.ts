/**
 * The laws of the program over generated machines, settings and faults. The machine is in memory; the
 * functions are the real ones.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../src/apply/outcome.js";
import { findTunable } from "../src/catalogue/catalogue.js";
import { canonicalReading, type Value } from "../src/catalogue/value.js";
import { ownFiles } from "../src/disk/own-files.js";
import { hasNoChanges } from "../src/plan/plan.js";
import type { HostProblem } from "../src/problem.js";
import type { Setting } from "../src/profile/profile.js";
import { clamp, combine } from "../src/profile/wanted.js";
import { fromThenOn, type Mode, modes, once, type Schedule } from "./fakes/faults.js";
import { catalogue, interfaces, type Machine, machine } from "./fakes/machine.js";
import {
  atLeast,
  atMost,
  canHold,
  setting,
  settingSets,
  startingValues,
  wantedNumbers,
} from "./fakes/settings.js";

type Values = Readonly<Record<string, string>>;

const done = (outcome: Outcome): Extract<Outcome, { status: "done" }> => {
  if (outcome.status !== "done") throw new Error(JSON.stringify(outcome.problems, null, 1));
  return outcome;
};

/** A kernel's values and settings that it can hold. */
const oneSet = fc
  .tuple(startingValues, settingSets)
  .filter(([values, settings]) => canHold(values, settings));

/** Two sets, of which the second follows the first; keys of the first alone return to their values. */
const twoSets = fc
  .tuple(startingValues, settingSets, settingSets)
  .filter(([values, first, second]) => canHold(values, first) && canHold(values, second));

const readingOf = (texts: ReadonlyMap<string, string>, key: string): Value =>
  canonicalReading(findTunable(catalogue, key as Setting["key"]), texts.get(key) ?? "");

function isInForce(texts: ReadonlyMap<string, string>, { key, wanted }: Setting): boolean {
  const value = readingOf(texts, key);
  return wanted.kind === "value" ? value === wanted.value : clamp(value, wanted) === value;
}

/** Patterns spelled out; a key named outright beats them. */
function spelledOut(settings: readonly Setting[]): readonly Setting[] {
  const outright = new Set<string>(settings.map((one) => one.key));
  return settings.flatMap((one) => {
    if (!one.key.includes("*")) return [one];
    const keys = interfaces.map((name) => one.key.replace("*", name.replace(".", "/")));
    return keys.filter((key) => !outright.has(key)).map((key) => setting(key, one.wanted));
  });
}

const notInForce = (texts: ReadonlyMap<string, string>, settings: readonly Setting[]): readonly string[] =>
  spelledOut(settings)
    .filter((one) => !isInForce(texts, one))
    .map((one) => one.key);

/** What a key can hold, and no generated setting asks for. */
function foreignText(key: string): string {
  if (key.endsWith("_ports")) return "4242";
  if (key.endsWith("_range")) return "40000 40001";
  if (key.endsWith("_rmem")) return "0 7654321 7654321";
  if (key.endsWith("_control")) return "vegas";
  return "7654321";
}

const shuffled = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

describe("what was applied", () => {
  it("is in force now", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values });
        done(await box.apply(settings));
        expect(notInForce(box.kernel.texts(), settings)).toEqual([]);
      }),
    ));

  it("leaves nothing to plan, and no drift", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values });
        done(await box.apply(settings));
        const second = box.planFor(settings);
        expect(
          second.keys.filter((planned) => planned.action !== "unchanged").map((planned) => planned.key),
        ).toEqual([]);
        expect(second.files.filter((file) => file.before !== file.after)).toEqual([]);
        expect(hasNoChanges(second)).toBe(true);
        expect(second.recordChanges).toBe(false);
        expect(box.drifts()).toEqual([]);
      }),
    ));

  it.each(["systemd", "procps"] as const)("is in force again after the next boot with %s", (loader) =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values, loader });
        done(await box.apply(settings));
        expect(notInForce(box.rebooted(values).texts(), settings)).toEqual([]);
      }),
    ),
  );

  it("leaves nothing behind beside the files in place", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values });
        done(await box.apply(settings));
        expect([...box.files.litter]).toEqual([]);
      }),
    ));

  it("is found to have drifted wherever another writer changes it", () =>
    fc.assert(
      fc.asyncProperty(oneSet, fc.nat(), async ([values, settings], pick) => {
        const box = machine({ values });
        done(await box.apply(settings));
        const held = spelledOut(settings);
        const chosen = held[pick % Math.max(1, held.length)];
        if (chosen === undefined) return fc.pre(false);
        const texts = new Map([[chosen.key as string, foreignText(chosen.key)]]);
        fc.pre(!isInForce(texts, chosen));
        box.kernel.put(chosen.key, foreignText(chosen.key));
        const value = readingOf(texts, chosen.key);
        expect(box.drifts()).toMatchObject([{ kind: "live", key: chosen.key, found: { value } }]);
      }),
    ));
});

describe("a rollback", () => {
  it("restores every reading, every byte and the record", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values, files: { "/etc/sysctl.d/50-other.conf": "vm.swappiness = 10\n" } });
        const before = box.state();
        done(await box.apply(settings));
        expect(box.planBack(1).problems).toEqual([]);
        done(await box.rollback(1));
        expect(box.state()).toEqual(before);
      }),
    ));

  it("of two changes at once restores what was before the first", () =>
    fc.assert(
      fc.asyncProperty(twoSets, async ([values, first, second]) => {
        const box = machine({ values });
        const before = box.state();
        done(await box.apply(first, ["one"]));
        done(await box.apply(second, ["two"]));
        expect(box.planBack(1).problems).toEqual([]);
        done(await box.rollback(1));
        expect(box.state()).toEqual(before);
      }),
    ));

  it("can be rolled back", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values });
        done(await box.apply(settings));
        const applied = box.state();
        done(await box.rollback(1));
        done(await box.rollback(2));
        expect(box.state()).toEqual(applied);
      }),
    ));

  it("keeps what somebody else changed since, where it is told to", async () => {
    const box = machine({ values: { "net.core.somaxconn": "4096", "net.ipv4.tcp_retries2": "15" } });
    done(await box.apply([setting("net.core.somaxconn", "8192"), setting("net.ipv4.tcp_retries2", "8")]));
    box.kernel.put("net.core.somaxconn", "1000");
    expect(box.planBack(1).problems).toEqual([
      { code: "modified-externally", key: "net.core.somaxconn", ours: "8192", found: "1000", before: "4096" },
    ]);
    done(await box.rollback(1, "keep"));
    expect(box.state().readings).toEqual({ "net.core.somaxconn": "1000", "net.ipv4.tcp_retries2": "15" });
  });
});

/** What the first set holds and the second does not, under either of its names. */
function leaving(first: readonly Setting[], second: readonly Setting[]): readonly Setting[] {
  const staying = new Set<string | undefined>(
    spelledOut(second).flatMap(({ key }) => [key, findTunable(catalogue, key)?.same_as]),
  );
  return spelledOut(first).filter(
    ({ key }) => !staying.has(key) && !staying.has(findTunable(catalogue, key)?.same_as),
  );
}

describe("a switch to another profile", () => {
  it("returns the keys that leave to what they were", () =>
    fc.assert(
      fc.asyncProperty(twoSets, async ([values, first, second]) => {
        const box = machine({ values });
        done(await box.apply(first, ["one"]));
        done(await box.apply(second, ["two"]));
        const straight = machine({ values });
        const original = straight.kernel.texts();
        done(await straight.apply(second, ["two"]));
        expect(notInForce(box.kernel.texts(), second)).toEqual([]);
        // Besides what the second set itself moves: a twin that it zeroes is as if the first had never been.
        for (const { key } of leaving(first, second))
          expect([original.get(key), straight.kernel.texts().get(key)]).toContain(
            box.kernel.texts().get(key),
          );
      }),
    ));

  it("and another, and then to none, returns the keys of both to what they were before the first", () =>
    fc.assert(
      fc.asyncProperty(
        startingValues,
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 99 }),
        async (values, a, b) => {
          const box = machine({ values });
          done(await box.apply([setting("net.core.somaxconn", String(a), "one")], ["one"]));
          done(await box.apply([setting("net.core.somaxconn", String(b), "two")], ["two"]));
          done(await box.apply([], []));
          expect(box.kernel.texts().get("net.core.somaxconn")).toBe(values["net.core.somaxconn"]);
        },
      ),
    ));

  it("to no settings at all takes the drop-in away", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values });
        done(await box.apply(settings));
        done(await box.apply([], []));
        expect(box.state()).toEqual({ readings: expect.anything(), files: {}, applied: undefined });
        const own = spelledOut(settings).map((one) => one.key);
        const printed = machine({ values }).kernel.texts();
        for (const key of own) expect([key, box.kernel.texts().get(key)]).toEqual([key, printed.get(key)]);
      }),
    ));
});

/**
 * Holds for every outcome, whatever failed: nobody is told that all is well, or as it was, where it is not.
 */
function expectHonest(
  box: Machine,
  before: ReturnType<Machine["state"]>,
  outcome: Outcome,
  settings: readonly Setting[] | "back",
): void {
  const after = box.state();
  if (outcome.status === "done") {
    if (settings === "back") expectNamed(machine({ values }).state(), after, outcome.left);
    else expect(notInForce(box.kernel.texts(), settings)).toEqual([]);
    if (!outcome.left.some(isOfState) && (outcome.recorded || outcome.left.length === 0))
      expect(after.applied).toEqual(outcome.record.after.applied ?? undefined);
  } else if (outcome.status === "reverted") expect(after).toEqual(before);
  else {
    expectNamed(before, after, outcome.problems);
    // The record of a change that never was can only stay where the state folder is named.
    if (!outcome.problems.some(isOfState)) expect(after.applied).toEqual(before.applied);
  }
}

type State = Pick<ReturnType<Machine["state"]>, "readings" | "files">;

const nameIn = (problem: HostProblem): string =>
  "key" in problem ? problem.key : "file" in problem ? problem.file : "";

const isOfState = (problem: HostProblem): boolean => nameIn(problem).startsWith("/var/lib/tunectl");

/** All that differs is among what these problems name. */
function expectNamed(wanted: State, found: State, problems: readonly HostProblem[]): void {
  const named = problems.map(nameIn);
  // Of two names of one value, one is enough.
  const isNamed = (name: string): boolean =>
    named.includes(name) || named.includes(findTunable(catalogue, name as Setting["key"])?.same_as ?? "");
  const differing = (a: Values, b: Values): readonly string[] =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]);
  const different = [...differing(wanted.readings, found.readings), ...differing(wanted.files, found.files)];
  expect(different.filter((name) => !isNamed(name))).toEqual([]);
}

const lastEffect = 400;

/** Fails effect 0, 1, 2 … until none fails. */
async function sweep(
  schedule: (at: number) => Schedule,
  prepare: () => Promise<Machine>,
  act: (box: Machine) => Promise<Outcome>,
  settings: readonly Setting[] | "back",
): Promise<number> {
  for (let at = 0; at < lastEffect; at++) {
    const box = await prepare();
    const before = box.state();
    box.faults.arm(schedule(at));
    const outcome = await act(box);
    if (box.faults.struck() === 0) {
      expect(outcome.status).toBe("done");
      return at;
    }
    box.faults.arm(() => undefined);
    expectHonest(box, before, outcome, settings);
  }
  throw new Error("some effect always fails: the sweep never ends");
}

const values: Values = {
  "net.ipv4.ip_local_port_range": "32768 60999",
  "net.ipv4.ip_unprivileged_port_start": "1024",
  "net.ipv4.ip_local_reserved_ports": "",
  "net.ipv4.tcp_rmem": "4096 131072 6291456",
  "net.ipv4.ip_forward": "1",
  "net.ipv4.conf.all.forwarding": "1",
  "net.ipv4.conf.eth0.forwarding": "0",
  "net.ipv4.conf.all.accept_redirects": "0",
  "net.core.somaxconn": "4096",
  "vm.dirty_bytes": "0",
  "vm.dirty_ratio": "20",
};
const earlier = [
  setting("net.core.somaxconn", "8192", "old"),
  setting("net.ipv4.tcp_rmem", "4096 87380 6291456", "old"),
];
const later = [
  setting("net.ipv4.ip_local_port_range", "900 65000"),
  setting("net.ipv4.ip_unprivileged_port_start", "800"),
  setting("net.ipv4.ip_local_reserved_ports", "1000-1999,8080"),
  setting("net.ipv4.tcp_rmem", atLeast("8192 87380 16777216")),
  setting("net.ipv4.ip_forward", "0"),
  setting("net.ipv4.conf.all.accept_redirects", "0"),
  setting("vm.dirty_bytes", "268435456"),
];

const configured = async (): Promise<Machine> => {
  const box = machine({ values });
  done(await box.apply(earlier, ["old"]));
  return box;
};

const schedules: readonly (readonly [string, (mode: Mode) => (at: number) => Schedule])[] = [
  ["once", (mode) => (at) => once(at, mode)],
  ["and all that follow", (mode) => (at) => fromThenOn(at, mode)],
  [
    "and the one after",
    (mode) => (at) => (effect) => (effect === at || effect === at + 1 ? mode : undefined),
  ],
  [
    "and one of the undo",
    (mode) => (at) => (effect) => (effect === at || effect === at + 3 ? mode : undefined),
  ],
];

describe.each(modes)("an effect that fails %s it happened", (mode) => {
  describe.each(schedules)("%s", (_, schedule) => {
    it("leaves an apply done, the host as it was, or each thing that is left named", async () => {
      const effects = await sweep(schedule(mode), configured, (box) => box.apply(later), later);
      expect(effects).toBeGreaterThan(10);
    });

    it("leaves a rollback done, the host as it was, or each thing that is left named", async () => {
      const applied = async (): Promise<Machine> => {
        const box = await configured();
        done(await box.apply(later));
        return box;
      };
      const effects = await sweep(schedule(mode), applied, (box) => box.rollback(1), "back");
      expect(effects).toBeGreaterThan(10);
    });
  });
});

describe("files on a real disk", () => {
  const filesIn = (folder: string): Values =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "utf8")]),
    );

  /** With a drop-in of an earlier apply in place. */
  async function onDisk(use: (box: Machine, folder: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "tunectl-laws-"));
    try {
      const box = machine({ values, disk: ownFiles(folder) });
      done(await box.apply(earlier, ["old"]));
      await use(box, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("are as before, with nothing beside them, whichever write of the kernel or of the record fails", async () => {
    let ended = false;
    for (let at = 0; !ended; at++)
      await onDisk(async (box, folder) => {
        const before = filesIn(folder);
        expect(Object.keys(before)).toEqual(["90-tunectl.conf"]);
        box.faults.arm(once(at, "before"));
        const outcome = await box.apply(later);
        ended = box.faults.struck() === 0;
        if (outcome.status !== "done") expect(filesIn(folder)).toEqual(before);
      });
  });

  it("are as before any apply after a rollback", () =>
    onDisk(async (box, folder) => {
      done(await box.apply(later));
      expect(Object.keys(filesIn(folder))).toEqual(["90-tunectl.conf"]);
      done(await box.rollback(1));
      expect(filesIn(folder)).toEqual({});
    }));
});

describe("faults anywhere, any number of them", () => {
  it("never make an outcome lie", () =>
    fc.assert(
      fc.asyncProperty(
        twoSets,
        fc.array(fc.tuple(fc.nat({ max: 40 }), fc.constantFrom(...modes)), { maxLength: 4 }),
        async ([start, first, second], strikes) => {
          const box = machine({ values: start });
          done(await box.apply(first, ["one"]));
          const before = box.state();
          const table = new Map(strikes);
          box.faults.arm((effect) => table.get(effect));
          const outcome = await box.apply(second, ["two"]);
          box.faults.arm(() => undefined);
          expectHonest(box, before, outcome, second);
        },
      ),
    ));

  it("let one that is asked to stop put everything back", () =>
    fc.assert(
      fc.asyncProperty(oneSet, fc.nat({ max: 25 }), async ([start, settings], at) => {
        let pauses = 0;
        const box = machine({
          values: start,
          stopRequest: async () => (pauses++ === at ? "SIGTERM" : undefined),
        });
        const before = box.state();
        const outcome = await box.apply(settings);
        if (pauses <= at) return void done(outcome);
        expect(outcome).toEqual({
          status: "reverted",
          problems: [{ code: "interrupted", signal: "SIGTERM" }],
        });
        expect(box.state()).toEqual(before);
      }),
    ));
});

describe("a run that ends between two steps of a change", () => {
  const crash = new Error("as if killed");
  const crashing = (start: Values, at: () => number) => {
    let pauses = 0;
    const box = machine({
      values: start,
      stopRequest: async () => {
        if (pauses++ === at()) throw crash;
        return undefined;
      },
    });
    return { box, restart: () => (pauses = 0) };
  };

  it("is taken back whole by the next one", () =>
    fc.assert(
      fc.asyncProperty(twoSets, fc.nat({ max: 12 }), async ([start, first, second], step) => {
        let at = -1;
        const { box, restart } = crashing(start, () => at);
        done(await box.apply(first, ["one"]));
        const before = box.state();
        restart();
        at = step;
        const ended = await box.apply(second, ["two"]).catch(() => undefined);
        if (ended) return void done(ended);
        expect(await box.finish()).toEqual({ notRestored: [], kept: [] });
        expect(box.state()).toEqual(before);
        expect(await box.finish()).toEqual({ notRestored: [], kept: [] });
      }),
    ));

  it("keeps what somebody else has written meanwhile, and names it", async () => {
    const { box } = crashing(values, () => 3);
    const settings = [
      setting("net.core.somaxconn", "8192"),
      setting("net.ipv4.tcp_rmem", "4096 87380 6291456"),
    ];
    await expect(box.apply([...settings, setting("net.ipv4.ip_local_reserved_ports", "8080")])).rejects.toBe(
      crash,
    );
    expect(box.kernel.texts().get("net.core.somaxconn")).toBe("8192");
    box.kernel.put("net.ipv4.tcp_rmem", "4096 99999 6291456");
    const { notRestored, kept } = await box.finish();
    expect(notRestored).toEqual([]);
    expect(kept).toMatchObject([
      { code: "modified-externally", key: "net.ipv4.tcp_rmem", found: "4096 99999 6291456" },
    ]);
    expect(Object.fromEntries(box.kernel.texts())).toMatchObject({
      "net.core.somaxconn": "4096",
      "net.ipv4.tcp_rmem": "4096\t99999\t6291456",
      "net.ipv4.ip_local_reserved_ports": "",
    });
  });

  it("takes back a value that the kernel rounded, or took a part of, as its own", async () => {
    const key = "net.ipv4.neigh.lo.base_reachable_time_ms";
    const { box } = crashing({ ...values, [key]: "30000" }, () => 2);
    await expect(box.apply([setting(key, "12345"), setting("net.core.somaxconn", "8192")])).rejects.toBe(
      crash,
    );
    // Whichever of the two was written first, the kernel made this of the one.
    box.kernel.put(key, "12348");
    expect(await box.finish()).toEqual({ notRestored: [], kept: [] });
    expect(Object.fromEntries(box.kernel.texts())).toMatchObject({
      [key]: "30000",
      "net.core.somaxconn": "4096",
    });
  });

  it("touches no value if none of its own had arrived", async () => {
    const { box } = crashing(values, () => 1);
    await expect(box.apply([setting("net.core.somaxconn", "8192")])).rejects.toBe(crash);
    box.kernel.put("net.core.somaxconn", "5000");
    expect(await box.finish()).toEqual({ notRestored: [], kept: [] });
    expect(box.kernel.texts().get("net.core.somaxconn")).toBe("5000");
  });

  it("is taken back by a later boot as well, which has read its drop-in", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([start, settings]) => {
        const box = machine({ values: start });
        const before = box.state();
        const { record, written } = done(await box.apply(settings));
        fc.pre(Object.keys(record.after.files).length > 0);
        const readings = Object.fromEntries(written.map(({ key, value }) => [key, value]));
        box.records.put({ ...record, status: "prepared", after: { ...record.after, readings } });
        expect(await box.finish(false)).toEqual({ notRestored: [], kept: [] });
        expect(box.state()).toEqual(before);
      }),
    ));
});

describe("a way back", () => {
  it("writes one name of a value that has two, the one that can be written", async () => {
    const [one, other] = ["fs.inotify.max_user_instances", "user.max_inotify_instances"];
    const box = machine({ values: { [one]: "128", [other]: "128" }, readOnly: [other] });
    const outcome = done(await box.apply([setting(one, "256")]));
    // The fake kernel knows nothing of the two being one.
    box.kernel.put(other, "256");
    box.records.put({
      ...outcome.record,
      after: { ...outcome.record.after, readings: { [one]: "256" as Value, [other]: "256" as Value } },
    });
    const before = box.kernel.written.length;
    await box.rollback(1);
    expect(box.kernel.written.slice(before)[0]).toBe(one);
    expect(box.kernel.written.slice(before)).not.toContain(other);
  });

  it("of a run that was cut short passes over an interface that has gone with its values", async () => {
    const box = machine({ values });
    const { record, written } = done(
      await box.apply([setting("net.ipv4.conf.eth0.forwarding", "1"), setting("net.core.somaxconn", "8192")]),
    );
    const readings = Object.fromEntries(written.map(({ key, value }) => [key, value]));
    box.records.put({ ...record, status: "prepared", after: { ...record.after, readings } });
    box.kernel.put("net.ipv4.conf.eth0.forwarding", undefined);
    expect(await box.finish()).toEqual({ notRestored: [], kept: [] });
    expect(box.kernel.texts().get("net.core.somaxconn")).toBe("4096");
  });
});

describe("a later boot that has read the drop-in of a change that was cut short", () => {
  it("is not forgotten by a first try that could not restore its values", async () => {
    const box = machine({ values });
    const before = box.state();
    const { record, written } = done(await box.apply(later));
    const readings = Object.fromEntries(written.map(({ key, value }) => [key, value]));
    box.records.put({ ...record, status: "prepared", after: { ...record.after, readings } });
    box.faults.arm(fromThenOn(0, "before"));
    expect((await box.finish(false)).notRestored.length).toBeGreaterThan(0);
    box.faults.arm(() => undefined);
    expect(await box.finish(false)).toEqual({ notRestored: [], kept: [] });
    expect(box.state()).toEqual(before);
  });
});

describe("settings that the kernel cannot hold together", () => {
  it("are undone, whichever it is that it refuses", () =>
    fc.assert(
      fc.asyncProperty(fc.tuple(startingValues, settingSets), async ([start, settings]) => {
        fc.pre(!canHold(start, settings));
        const box = machine({ values: start });
        const before = box.state();
        const outcome = await box.apply(settings);
        expect(outcome.status).toBe("reverted");
        expect(box.state()).toEqual(before);
      }),
    ));
});

describe("an undo", () => {
  // Of bounds between keys that the catalogue does not know, only the reverse order is known to be accepted.
  it("writes the keys in the reverse of the order in which they were written", async () => {
    let pauses = 0;
    const keys = ["net.core.somaxconn", "net.ipv4.tcp_retries2", "vm.dirty_ratio"];
    const box = machine({
      values: { "net.core.somaxconn": "4096", "net.ipv4.tcp_retries2": "15", "vm.dirty_ratio": "20" },
      stopRequest: async () => (++pauses === keys.length + 2 ? "SIGTERM" : undefined),
    });
    const outcome = await box.apply([
      setting("net.core.somaxconn", "8192"),
      setting("net.ipv4.tcp_retries2", "8"),
      setting("vm.dirty_ratio", "30"),
    ]);
    expect(outcome.status).toBe("reverted");
    expect(box.kernel.written).toEqual([...keys, ...keys.toReversed()]);
  });
});

describe("an outcome", () => {
  it("tells what was written, and what moved besides", async () => {
    const box = machine({ values });
    const outcome = done(
      await box.apply([setting("vm.dirty_bytes", "268435456"), setting("net.core.somaxconn", "4096")]),
    );
    expect(outcome.written).toEqual([{ key: "vm.dirty_bytes", value: "268435456", before: "0" }]);
    expect(outcome.sideEffects).toEqual([{ key: "vm.dirty_ratio", before: "20", after: "0" }]);
  });

  it("tells what the kernel said of a value that it refuses", async () => {
    const box = machine({ values });
    expect(await box.apply([setting("net.ipv4.ip_unprivileged_port_start", "40000")])).toEqual({
      status: "reverted",
      problems: [
        {
          code: "write-refused",
          key: "net.ipv4.ip_unprivileged_port_start",
          value: "40000",
          errno: "EINVAL",
        },
      ],
    });
    const missing = await box.apply([
      setting("net.core.somaxconn", "5"),
      setting("net.ipv4.tcp_retries2", "8"),
    ]);
    expect(missing).toEqual({
      status: "reverted",
      problems: [{ code: "not-writable-here", key: "net.ipv4.tcp_retries2", errno: "ENOENT" }],
    });
    expect(box.kernel.texts().get("net.core.somaxconn")).toBe("4096");
  });
});

describe("the order of settings", () => {
  const twice = oneSet.chain(([start, settings]) =>
    fc.tuple(fc.constant(start), fc.constant(settings), shuffled(settings)),
  );

  it("changes nothing in the plan", () =>
    fc.assert(
      fc.property(twice, ([start, settings, other]) => {
        const box = machine({ values: start });
        expect(box.planFor(other)).toEqual(box.planFor(settings));
      }),
    ));

  it("changes nothing in what comes of it", () =>
    fc.assert(
      fc.asyncProperty(twice, async ([start, settings, other]) => {
        const [one, two] = [machine({ values: start }), machine({ values: start })];
        done(await one.apply(settings));
        done(await two.apply(other));
        expect(two.state().readings).toEqual(one.state().readings);
        expect(two.state().files).toEqual(one.state().files);
      }),
    ));
});

describe("bounds", () => {
  const pair = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }));

  it("never lower with at_least, and never raise with at_most", () =>
    fc.assert(
      fc.asyncProperty(pair, async ([live, bound]) => {
        const bounded = async (wanted: Setting["wanted"]): Promise<number> => {
          const box = machine({ values: { "net.core.somaxconn": String(live) } });
          done(await box.apply([setting("net.core.somaxconn", wanted)]));
          return Number(box.kernel.texts().get("net.core.somaxconn"));
        };
        expect(await bounded(atLeast(String(bound)))).toBe(Math.max(live, bound));
        expect(await bounded(atMost(String(bound)))).toBe(Math.min(live, bound));
      }),
    ));

  it("agree on the same whichever profile comes first", () =>
    fc.assert(
      fc.property(wantedNumbers, wantedNumbers, (a, b) => {
        const [one, two] = [setting("net.core.somaxconn", a, "a"), setting("net.core.somaxconn", b, "b")];
        expect(combine(two, one)?.wanted).toEqual(combine(one, two)?.wanted);
      }),
    ));

  it("that agree are both kept by every value that keeps the result", () =>
    fc.assert(
      fc.property(wantedNumbers, wantedNumbers, fc.integer({ min: 1, max: 120 }), (a, b, number) => {
        const both = combine(setting("net.core.somaxconn", a), setting("net.core.somaxconn", b));
        const texts = new Map([["net.core.somaxconn", String(number)]]);
        const keeps = (one: Setting["wanted"]): boolean =>
          isInForce(texts, setting("net.core.somaxconn", one));
        if (both) expect(keeps(both.wanted)).toBe(keeps(a) && keeps(b));
        else expect(keeps(a) && keeps(b)).toBe(false);
      }),
    ));
});
