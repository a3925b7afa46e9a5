/** The laws of what has the last word over a setting: it is taken over whole, or yielded to and remembered. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rivalPath } from "../src/boot/drop-in.js";
import type { LoaderName } from "../src/boot/loader.js";
import { type OnOverride, withAccepted } from "../src/plan/acceptance.js";
import { driftOf } from "../src/plan/drift.js";
import { isFileChanged, type Plan } from "../src/plan/plan.js";
import { planApply } from "../src/plan/take-over.js";
import type { Setting } from "../src/profile/profile.js";
import { catalogue, interfaces, type Machine, machine } from "./fakes/machine.js";
import { atLeast, atMost, setting } from "./fakes/settings.js";

const values = {
  "net.core.somaxconn": "4096",
  "net.ipv4.tcp_retries2": "15",
  ...Object.fromEntries(interfaces.map((name) => [`net.ipv4.conf.${name.replace(".", "/")}.rp_filter`, "0"])),
};

const keyOf = fc.constantFrom(
  "net.core.somaxconn",
  "net/core/somaxconn",
  "net.ipv4.conf.*.rp_filter",
  "net.ipv4.conf.eth*.rp_filter",
  "net.ipv4.conf.lo.rp_filter",
  "net.ipv4.conf.all.rp_filter",
);
const line = fc.oneof(
  fc.tuple(keyOf, fc.constantFrom("0", "1", "2", "9000", "64")).map(([key, value]) => `${key} = ${value}`),
  keyOf.map((key) => `-${key}`),
  fc.constantFrom("# a comment", "", "; note", "# Taken over by tunectl, said somebody"),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([lines, end, ended]) => `${lines.join(end)}${ended ? end : ""}`);
const path = fc
  .tuple(
    fc.constantFrom("/etc/sysctl.d", "/etc/sysctl.d", "/etc/sysctl.d", "/usr/lib/sysctl.d"),
    fc.constantFrom("10-a.conf", "50-b.conf", "95-c.conf", "99-z.conf"),
  )
  .map(([folder, name]) => `${folder}/${name}`);
const files = fc.dictionary(path, text, { maxKeys: 4 }).map((all) => ({ ...all }));
const settings: fc.Arbitrary<readonly Setting[]> = fc
  .record({
    somaxconn: fc.constantFrom("8192", atLeast("8192"), atMost("1024")),
    rp_filter: fc.option(fc.constantFrom("1", "2")),
    lo: fc.option(fc.constantFrom("0", "2")),
  })
  .map(({ somaxconn, rp_filter, lo }) => [
    setting("net.core.somaxconn", somaxconn),
    ...(rp_filter ? [setting("net.ipv4.conf.*.rp_filter", rp_filter)] : []),
    ...(lo ? [setting("net.ipv4.conf.lo.rp_filter", lo)] : []),
  ]);
const loaders = fc.constantFrom<LoaderName>("systemd", "procps");

const planOn = (box: Machine, wanted: readonly Setting[], onOverride: OnOverride): Plan =>
  withAccepted(
    planApply(
      { catalogue, profiles: ["web"], settings: wanted, leftOut: [], parameters: {}, facts: box.facts() },
      onOverride,
    ),
    { onOverride },
  );

const textsOf = (box: Machine): Readonly<Record<string, string>> => Object.fromEntries(box.files.files);

describe("taking over", () => {
  it("leaves no line of the administrator that beats a setting, and comments out whole lines alone", () =>
    fc.assert(
      fc.property(files, loaders, settings, (texts, loader, wanted) => {
        const plan = planOn(machine({ values, files: texts, loader }), wanted, "take-over");
        for (const problem of plan.problems) {
          if (problem.code !== "overridden-at-boot" || problem.ways?.includes("profile")) continue;
          expect(rivalPath.test(problem.file ?? "")).toBe(false);
        }
        for (const { path: at, before = "", after = "" } of plan.files.filter(({ theirs }) => theirs)) {
          expect(before).toBe(texts[at]);
          const lines = after.split("\n").map((one) => one.replace(/^# Taken over by tunectl: /, ""));
          expect(lines.join("\n")).toBe(before);
          expect(after).not.toBe(before);
        }
      }),
      { numRuns: 300 },
    ));

  it("is undone by a rollback to the last byte, and by an apply of a set that does not need it", () =>
    fc.assert(
      fc.asyncProperty(files, settings, fc.boolean(), async (texts, wanted, isRollback) => {
        const box = machine({ values, files: texts });
        const plan = planOn(box, wanted, "take-over");
        if (plan.problems.length > 0 || !plan.files.some(({ theirs }) => theirs)) return;
        const before = box.state();
        expect(await box.carryOutPlan(plan)).toMatchObject({ status: "done" });
        expect(box.drifts()).toEqual([]);
        expect(planOn(box, wanted, "fail").files.filter(isFileChanged)).toEqual([]);
        if (isRollback) {
          await box.rollback(1);
          expect(box.state()).toEqual({ ...before, applied: undefined });
        } else {
          await box.carryOutPlan(planOn(box, [setting("net.ipv4.tcp_retries2", atLeast("0"))], "fail"));
          const { "/etc/sysctl.d/90-tunectl.conf": _, ...others } = textsOf(box);
          expect(others).toEqual(texts);
        }
      }),
      { numRuns: 300 },
    ));

  it("is undone in a file that somebody has edited since, and the edit stays", async () => {
    const at = "/etc/sysctl.d/99-z.conf";
    for (const conflicts of ["refuse", "keep", "overwrite"] as const) {
      const box = machine({ values, files: { [at]: "net.core.somaxconn = 64\n" } });
      await box.carryOutPlan(planOn(box, [setting("net.core.somaxconn", "8192")], "take-over"));
      box.files.put(at, `# new\n${box.files.read(at)}# mine\n`);
      expect(box.planBack(1).problems).toEqual([]);
      await box.rollback(1, conflicts);
      expect(box.files.read(at)).toBe("# new\nnet.core.somaxconn = 64\n# mine\n");
    }
  });

  it("is taken back, where it was cut short, in a file that somebody has edited since", async () => {
    const at = "/etc/sysctl.d/99-z.conf";
    const box = machine({ values, files: { [at]: "net.core.somaxconn = 64\n" } });
    await box.carryOutPlan(planOn(box, [setting("net.core.somaxconn", "8192")], "take-over"));
    const record = box.records.all().at(-1);
    if (record === undefined) throw new Error("there is no record");
    box.records.put({ ...record, status: "prepared" });
    box.files.put(at, `${box.files.read(at)}# mine\n`);
    expect(await box.finish(false)).toEqual({ notRestored: [], kept: [] });
    expect(box.files.read(at)).toBe("net.core.somaxconn = 64\n# mine\n");
  });

  it("leaves, when it is undone, a file alone that somebody has removed since", async () => {
    const at = "/etc/sysctl.d/99-z.conf";
    const box = machine({ values, files: { [at]: "net.core.somaxconn = 64\n" } });
    await box.carryOutPlan(planOn(box, [setting("net.core.somaxconn", "8192")], "take-over"));
    box.files.put(at, undefined);
    expect(box.planBack(1).problems).toEqual([]);
    await box.rollback(1);
    expect(box.files.read(at)).toBeUndefined();
  });

  it("does not have a rollback say of a drop-in that is gone that it was modified", async () => {
    const box = machine({ values });
    await box.carryOutPlan(planOn(box, [setting("net.core.somaxconn", "8192")], "fail"));
    await box.carryOutPlan(planOn(box, [setting("net.core.somaxconn", "4096")], "fail"));
    const file = "/etc/sysctl.d/90-tunectl.conf";
    box.files.put(file, undefined);
    expect(box.planBack(2).problems).toEqual([{ code: "file-modified", file, removed: true }]);
  });

  it("is done again by the rollback of what had undone it, whatever was edited since", async () => {
    const at = "/etc/sysctl.d/99-z.conf";
    const box = machine({ values, files: { [at]: "net.core.somaxconn = 64\n" } });
    await box.carryOutPlan(planOn(box, [setting("net.core.somaxconn", "8192")], "take-over"));
    await box.carryOutPlan(planOn(box, [setting("net.ipv4.tcp_retries2", atLeast("0"))], "fail"));
    box.files.put(at, `${box.files.read(at)}# mine\n`);
    await box.rollback(2);
    expect(box.files.read(at)).toBe("# Taken over by tunectl: net.core.somaxconn = 64\n# mine\n");
  });

  it("stops a rollback where the line that is to be commented out again is gone", async () => {
    const at = "/etc/sysctl.d/99-z.conf";
    const box = machine({ values, files: { [at]: "net.core.somaxconn = 64\n" } });
    await box.carryOutPlan(planOn(box, [setting("net.core.somaxconn", "8192")], "take-over"));
    await box.carryOutPlan(planOn(box, [setting("net.ipv4.tcp_retries2", atLeast("0"))], "fail"));
    box.files.put(at, "net.core.somaxconn = 65\n");
    expect(box.planBack(2).problems).toEqual([{ code: "file-modified", file: at }]);
  });
});

describe("yielding", () => {
  it("is remembered: what the boot gives instead is no drift, before it and after it", () =>
    fc.assert(
      fc.asyncProperty(files, loaders, settings, async (texts, loader, wanted) => {
        const box = machine({ values, files: texts, loader });
        const plan = planOn(box, wanted, "yield");
        if (plan.problems.length > 0) return;
        await box.carryOutPlan(plan);
        const of = (kind: string): readonly string[] =>
          box.drifts().flatMap((drift) => (drift.kind === kind && "key" in drift ? [drift.key] : []));
        expect(of("boot")).toEqual([]);
        const yielded = box.facts().applied?.yielded ?? {};
        expect(Object.keys(yielded).length).toBe(plan.accepted.length);
        const facts = { ...box.facts(), isLaterBoot: true };
        for (const [key, { value }] of Object.entries(yielded)) if (value) box.kernel.put(key, value);
        const known = Object.keys(yielded).filter((key) => yielded[key]?.value !== undefined);
        expect(of("live").toSorted()).toEqual(known.toSorted());
        expect(
          driftOf(catalogue, facts.applied ?? never(), { ...box.facts(), isLaterBoot: true }).drifts,
        ).toEqual([]);
      }),
      { numRuns: 200 },
    ));

  it("is over where the file no longer beats it, and another value of that file is drift", async () => {
    const at = "/etc/sysctl.d/99-z.conf";
    const box = machine({ values, files: { [at]: "net.core.somaxconn = 64\n" } });
    const wanted = [setting("net.core.somaxconn", "8192")];
    await box.carryOutPlan(planOn(box, wanted, "yield"));
    box.files.put(at, "net.core.somaxconn = 65\n");
    expect(box.drifts()).toMatchObject([{ kind: "boot", value: "65", file: at, line: 1 }]);
    box.kernel.put("net.core.somaxconn", "65");
    const facts = { ...box.facts(), isLaterBoot: true };
    expect(driftOf(catalogue, facts.applied ?? never(), facts).drifts[0]).toMatchObject({ kind: "live" });
    box.kernel.put("net.core.somaxconn", "8192");
    box.files.put(at, "");
    expect(box.drifts()).toEqual([]);
    const plan = planOn(box, wanted, "fail");
    expect(plan).toMatchObject({ problems: [], recordChanges: true });
    await box.carryOutPlan(plan);
    expect(box.facts().applied?.yielded).toBeUndefined();
  });
});

function never(): never {
  throw new Error("nothing is applied");
}
