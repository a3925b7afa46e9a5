/** Of keys that guard a host against its users and its network: which value guards it less. */
import type { Tunable } from "./tunable.js";
import type { Value } from "./value.js";

const rankOf = ({ protects = [] }: Tunable, value: string): number =>
  protects.findIndex((one) => (typeof one === "string" ? one === value : one.includes(value)));

/** Whether one value guards less than another; never where the catalogue does not compare them. */
export function isWeaker(tunable: Tunable, value: Value, than: Value): boolean {
  const [ours, other] = [rankOf(tunable, value), rankOf(tunable, than)];
  return ours >= 0 && ours < other;
}
