/** Whether a value is one that a key's guard is about. */
import type { Tunable } from "../catalogue/tunable.js";
import type { Value } from "../catalogue/value.js";
import { type HostAnswers, offeredFunctions, Unknown } from "./relation.js";
import { guardCondition } from "./shipped.js";

/** Where that cannot be known, as without a host, it is: better to ask once too often. */
export function isGuarded({ key, one_way, guard_when }: Tunable, value: Value, host: HostAnswers): boolean {
  if (one_way !== undefined) return one_way.includes(value);
  const condition = guard_when === undefined ? undefined : guardCondition(key);
  if (condition === undefined) return true;
  try {
    return condition((name) => partOf(value, name) as never, host, offeredFunctions);
  } catch {
    return true;
  }
}

function partOf(value: Value, name: string): bigint | string | readonly bigint[] {
  const words = value.split(" ");
  if (words.every((word) => /^-?\d+$/.test(word)))
    return name === "fields" ? words.map(BigInt) : words.length === 1 ? BigInt(words[0] ?? "0") : value;
  if (name === "fields") throw new Unknown();
  return value;
}
