/** Each relation, broken by one profile and kept by another. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { findTunable } from "../../src/catalogue/catalogue.js";
import type { Key } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { everyKernel } from "../../src/catalogue/target.js";
import type { Value } from "../../src/catalogue/value.js";
import type { HostView } from "../../src/expression/host-view.js";
import { hostAnswers } from "../../src/relations/answers.js";
import { judgeValues } from "../../src/relations/judge-values.js";
import type { HostUse } from "../../src/relations/relation.js";
import { relationIds, relationsAbout } from "../../src/relations/shipped.js";

type Facts = Readonly<Record<string, unknown>>;
type Case = {
  readonly settings: Readonly<Record<string, string>>;
  readonly host?: Readonly<Record<string, string>>;
  readonly facts?: Facts;
};
type Cases = Readonly<Record<string, { readonly breaks: Case; readonly keeps: Case }>>;

const cases = parse(readFileSync("test/relations/cases.yaml", "utf8"), { schema: "failsafe" }) as Cases;
const catalogue = shippedCatalogue();
const place = { file: "case.yaml", line: 1, column: 1, length: 1 };

const list = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.map(String) : undefined;
const number = (value: unknown): bigint | undefined =>
  value === undefined ? undefined : BigInt(String(value));

/** A host of which only these facts are known: asking for another one gives no answer. */
function answersOf(facts: Facts) {
  const view = {
    kernel: facts["kernel"],
    arch: facts["arch"],
    memoryBytes: number(facts["memory_bytes"]),
    pageSize: number(facts["page_size"]),
    cpus: number(facts["cpus"]),
    modules: list(facts["modules"]) ?? [],
    interfaces: list(facts["interfaces"]) ?? [],
    has: (key: string) => (list(facts["has_tunable"]) ?? []).includes(key),
    value: () => undefined,
  } as unknown as HostView;
  const use = {
    swapBytes: number(facts["swap_bytes"]),
    committedBytes: number(facts["committed_bytes"]),
    hugePageBytes: number(facts["huge_page_bytes"]),
    threads: number(facts["threads"]),
    processes: number(facts["processes"]),
    openFilesLimit: number(facts["open_files_limit"]),
    listeningPorts: list(facts["listening_ports"])?.map(BigInt),
    programs: list(facts["programs"]),
  } as unknown as HostUse;
  const loadable = list(facts["can_load"]);
  return hostAnswers({
    ...(Object.keys(facts).length > 0 && { view }),
    use: () => use,
    ...(loadable && { canLoad: (module: string) => loadable.includes(module) }),
  });
}

function idsToldOf({ settings, host = {}, facts = {} }: Case): readonly string[] {
  const { problems, warnings } = judgeValues({
    catalogue,
    settings: Object.entries(settings).map(([key, value]) => ({
      key: key as Key,
      value: value as Value,
      place,
    })),
    now: (key) => (host[key] ?? undefined) as Value | undefined,
    have: (key) => (host[key] ?? undefined) as Value | undefined,
    interfaces: list(facts["interfaces"]) ?? [],
    target: everyKernel,
    answers: answersOf(facts),
  });
  return [...problems, ...warnings].flatMap((told) => ("id" in told ? [told.id] : []));
}

describe("a relation between keys", () => {
  it.each(Object.entries(cases))("%s is told where it is broken, and not where it is kept", (id, one) => {
    expect(idsToldOf(one.breaks)).toContain(id);
    expect(idsToldOf(one.keeps)).not.toContain(id);
  });

  it("has a case each", () => expect(Object.keys(cases).sort()).toEqual([...relationIds()].sort()));

  it("is found by each of its keys, and names keys that a kernel has", () => {
    const all = relationIds().map((id) => relationsAbout(keysOf(id)).find((one) => one.id === id));
    for (const relation of all)
      for (const { key } of Object.values(relation?.keys ?? {})) {
        expect(relationsAbout([key as Key])).toContain(relation);
        expect(findTunable(catalogue, key as Key)?.never).toBeUndefined();
      }
  });

  it("is not judged where a value is not known, and nothing is thrown at a user", () => {
    for (const { breaks } of Object.values(cases))
      expect(() => idsToldOf({ settings: breaks.settings })).not.toThrow();
  });
});

const keysOf = (id: string): readonly Key[] => Object.keys(cases[id]?.breaks.settings ?? {}) as Key[];
