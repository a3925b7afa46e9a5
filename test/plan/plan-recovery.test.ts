import { describe, expect, it, vi } from "vitest";
import type { Value } from "../../src/catalogue/value.js";
import type { PlanFacts } from "../../src/plan/plan.js";
import { planRecovery } from "../../src/plan/plan-recovery.js";
import { catalogue, machine } from "../fakes/machine.js";
import { setting } from "../fakes/settings.js";

const key = "net.netfilter.nf_conntrack_tcp_timeout_established";

/** A set with a module is applied, then one without it. */
async function replaced() {
  const box = machine({ values: { [key]: "432000", "vm.swappiness": "60" } });
  await box.apply([setting(key, "86400")]);
  await box.apply([setting("vm.swappiness", "10")]);
  const record = box.records.all().at(-1);
  if (record === undefined) throw new Error("there is no record");
  const toLoad = (bootId: string | undefined, modules: PlanFacts["modules"]): readonly string[] =>
    planRecovery({
      catalogue,
      record,
      facts: { ...box.facts(), modules },
      kernel: bootId === undefined ? undefined : { bootId, release: "6.18.0" as Value },
    }).modulesToLoad;
  return { box, record, toLoad };
}

describe("the recovery of a change that took a module off the list", () => {
  it("loads it where another boot has read the list", async () => {
    const { toLoad } = await replaced();
    expect(toLoad("later", [])).toEqual(["nf_conntrack"]);
  });

  it("loads nothing that is there, and nothing in the boot that loaded it or for an image", async () => {
    const { toLoad } = await replaced();
    expect(toLoad("later", ["nf_conntrack"])).toEqual([]);
    expect(toLoad("b", [])).toEqual([]);
    expect(toLoad(undefined, [])).toEqual([]);
  });

  it("restores the values that the module brings", async () => {
    const { box, record } = await replaced();
    box.records.put({ ...record, status: "prepared" });
    box.kernel.put(key, undefined);
    let modules: readonly string[] = [];
    const { facts } = box.host;
    vi.spyOn(box.host, "facts", "get").mockImplementation(
      () => facts && { ...facts, bootId: "later", modules },
    );
    vi.spyOn(box.host.modules, "load").mockImplementation((name) => {
      modules = [name];
      box.kernel.put(key, "432000");
      return undefined;
    });
    expect(await box.finish(false)).toEqual({ notRestored: [], kept: [] });
    expect(box.kernel.texts().get(key)).toBe("86400");
  });
});
