/** What counts on an interface: its own value and that of `all`, together. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { interfaceOf, isPattern, type Key, withInterface } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Combination, Warning } from "../problem.js";
import type { SetValue } from "./judge-values.js";

type Request = {
  readonly catalogue: Catalogue;
  readonly settings: readonly SetValue[];
  readonly value: (key: Key) => Value | null | undefined;
  readonly interfaces: readonly string[];
};

/** With the keys that are set. */
type Judged = Request & { readonly set: ReadonlySet<Key> };

/** Where a setting of `all`, or of one interface, does not become what counts there. */
export function effectiveWarnings(request: Request): readonly Warning[] {
  const set = new Set(request.settings.map(({ key }) => key));
  return request.settings.flatMap((setting) => warningsOf(setting, { ...request, set }));
}

function warningsOf(setting: SetValue, request: Judged): readonly Warning[] {
  const { key } = setting;
  const name = interfaceOf(key);
  const combines = findTunable(request.catalogue, key)?.combines;
  if (combines === undefined || name === undefined || name === "default" || isPattern(key)) return [];
  // Nothing of these reaches the loopback interface.
  const reached = name === "all" ? request.interfaces.filter((one) => one !== "lo") : [name];
  const byValue = new Map<string, string[]>();
  for (const one of reached) {
    const effective = effectiveOn(one, setting, combines, request);
    if (effective === undefined || effective === setting.value) continue;
    const others = byValue.get(effective);
    if (others) others.push(one);
    else byValue.set(effective, [one]);
  }
  return [...byValue].map(([effective, interfaces]) => ({
    code: "other-effective-value",
    key,
    wanted: setting.value,
    effective,
    interfaces,
    combines,
    place: setting.place,
  }));
}

/** Undefined where the other value is not known. An interface that has a setting of its own is judged by that. */
function effectiveOn(
  name: string,
  { key, value }: SetValue,
  combines: Combination,
  request: Judged,
): string | undefined {
  const isAll = interfaceOf(key) === "all";
  const otherKey = withInterface(key, isAll ? name : "all");
  const other = request.value(otherKey);
  if (other === undefined || other === null || (isAll && request.set.has(otherKey))) return undefined;
  if (combines === "interface") return isAll ? other : value;
  if (combines !== "or-unless-forwarding") return combined(value, other, combines);
  const forwarding = request.value(withInterface(forwardingKey, name));
  return forwarding ? combined(value, other, forwarding === "0" ? "or" : "and") : undefined;
}

const forwardingKey = "net.ipv4.conf.*.forwarding" as Key;

function combined(a: string, b: string, combines: "max" | "or" | "and"): string | undefined {
  if (!/^-?\d+$/.test(a) || !/^-?\d+$/.test(b)) return undefined;
  const [one, two] = [BigInt(a), BigInt(b)];
  switch (combines) {
    case "max":
      return String(one > two ? one : two);
    case "or":
      return one !== 0n || two !== 0n ? (one !== 0n ? a : b) : "0";
    case "and":
      return one !== 0n && two !== 0n ? a : "0";
  }
}
