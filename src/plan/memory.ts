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
  const memory = facts.view?.memoryBytes ?? 0n;
  if (memory === 0n) return [];
  const counted = new Set<string>();
  const costs = keys.flatMap((one) => {
    const tunable = findTunable(catalogue, one.key);
    // Two names of one value are paid for once.
    if (!tunable || !one.setting || counted.has(tunable.same_as ?? "")) return [];
    counted.add(one.key);
    return costOf(tunable, one, facts) ?? [];
  });
  const atOnce = tooMuch(
    costs.filter(({ reserved }) => reserved === "at-once"),
    memory,
    "at-once",
  );
  return atOnce ? [atOnce] : [tooMuch(costs, memory, "in-use")].filter((one) => one !== undefined);
}

function costOf(
  tunable: Tunable,
  { key, after, now }: PlannedKey,
  facts: PlanRequest["facts"],
): Cost | undefined {
  const memory = after === undefined ? undefined : memoryOf(tunable, after, facts);
  const live = presentValue(now);
  const before = live === undefined ? undefined : memoryOf(tunable, live, facts);
  return after === undefined || memory === undefined
    ? undefined
    : { key, value: after, ...memory, raised: memory.bytes > (before?.bytes ?? 0n) };
}

/** What a value costs on this host; undefined where the catalogue has no formula, or the host is not known. */
export function memoryOf(
  { memory_cost: cost }: Tunable,
  value: Value,
  { view, use }: PlanRequest["facts"],
): { readonly bytes: bigint; readonly reserved: "at-once" | "in-use" } | undefined {
  if (cost?.bytes === undefined || cost.reserved === undefined || !view) return undefined;
  const amount = numberAt(value, cost.field ?? "0");
  const unit =
    cost.bytes === "page_size"
      ? view.pageSize
      : cost.bytes === "huge_page_size"
        ? use?.()?.hugePageBytes
        : BigInt(cost.bytes);
  return amount === undefined || unit === undefined
    ? undefined
    : { bytes: amount * unit, reserved: cost.reserved };
}

function numberAt(value: Value, field: string): bigint | undefined {
  const word = value.split(" ")[Number(field)];
  return word !== undefined && /^\d+$/.test(word) ? BigInt(word) : undefined;
}

/** What is a twentieth of the whole is named. */
const share = 20n;

function tooMuch(
  costs: readonly Cost[],
  memory: bigint,
  reserved: "at-once" | "in-use",
): Warning | undefined {
  const total = costs.reduce((sum, { bytes }) => sum + bytes, 0n);
  const isRaised = costs.some(({ raised, bytes }) => raised && bytes * share > memory);
  if (total <= memory || !isRaised) return undefined;
  const greatest = [...costs]
    .sort((a, b) => (a.bytes < b.bytes ? 1 : -1))
    .filter(({ bytes }) => bytes * share > total);
  return {
    code: "more-than-memory",
    bytes: String(total),
    memory: String(memory),
    reserved,
    parts: greatest.map(({ key, value, bytes }) => ({ key, value, bytes: String(bytes) })),
  };
}
