/** What the values of a plan cost in memory, together. */
import { findTunable } from "../catalogue/catalogue.js";
import { presentValue } from "../catalogue/reading.js";
import type { Tunable } from "../catalogue/tunable.js";
import type { Value } from "../catalogue/value.js";
import type { Warning } from "../problem.js";
import type { PlannedKey, PlanRequest } from "./plan.js";

type Cost = {
  readonly key: string;
  readonly value: Value;
  readonly bytes: bigint;
  readonly reserved: "at-once" | "in-use";
  /** Whether the plan raises it: what the host has already needs no alarm. */
  readonly raised: boolean;
};

export function memoryWarnings(
  { catalogue, facts }: PlanRequest,
  keys: readonly PlannedKey[],
): readonly Warning[] {
  const { view } = facts;
  if (!view || view.memoryBytes === 0n) return [];
  const sizes = { page: view.pageSize, hugePage: () => facts.use?.()?.hugePageBytes ?? 2n * 1024n * 1024n };
  const costs = keys.flatMap((one) => {
    const tunable = findTunable(catalogue, one.key);
    return (tunable && one.setting && costOf(tunable, one, sizes)) ?? [];
  });
  const atOnce = tooMuch(
    costs.filter(({ reserved }) => reserved === "at-once"),
    view.memoryBytes,
    "at-once",
  );
  return atOnce ? [atOnce] : [tooMuch(costs, view.memoryBytes, "in-use")].filter((one) => one !== undefined);
}

type Sizes = { readonly page: bigint; readonly hugePage: () => bigint };

function costOf(tunable: Tunable, { key, after, now }: PlannedKey, sizes: Sizes): Cost | undefined {
  const { bytes, reserved, field = "0" } = tunable.memory_cost ?? {};
  if (bytes === undefined || reserved === undefined || after === undefined) return undefined;
  const unit =
    bytes === "page_size" ? sizes.page : bytes === "huge_page_size" ? sizes.hugePage() : BigInt(bytes);
  const amount = numberAt(after, field);
  const before = numberAt(presentValue(now), field) ?? 0n;
  return amount === undefined
    ? undefined
    : { key, value: after, bytes: amount * unit, reserved, raised: amount > before };
}

function numberAt(value: Value | undefined, field: string): bigint | undefined {
  const word = value?.split(" ")[Number(field)];
  return word !== undefined && /^\d+$/.test(word) ? BigInt(word) : undefined;
}

function tooMuch(
  costs: readonly Cost[],
  memory: bigint,
  reserved: "at-once" | "in-use",
): Warning | undefined {
  const total = costs.reduce((sum, { bytes }) => sum + bytes, 0n);
  if (total <= memory || !costs.some(({ raised, bytes }) => raised && bytes * 20n > memory)) return undefined;
  const greatest = [...costs]
    .sort((a, b) => (a.bytes < b.bytes ? 1 : -1))
    .filter(({ bytes }) => bytes * 20n > total);
  return {
    code: "more-than-memory",
    bytes: String(total),
    memory: String(memory),
    reserved,
    parts: greatest.map(({ key, value, bytes }) => ({ key, value, bytes: String(bytes) })),
  };
}
