/** Which relations a set of values breaks. */
import { interfaceOf, type Key, withInterface } from "../catalogue/key.js";
import { overlaps, parseKernels, type Target } from "../catalogue/target.js";
import type { Value } from "../catalogue/value.js";
import { listed } from "./listed.js";
import { type HostAnswers, offeredFunctions, type Relation, Unknown, type ValueOf } from "./relation.js";

export type RelationRequest = {
  readonly relations: readonly Relation[];
  /** The keys that are set; a relation between others is none of this plan's. */
  readonly isSet: (key: Key) => boolean;
  /** Whether the host has another value of a set key, or it is not known what it has. */
  readonly isChanged: (key: Key) => boolean;
  /**
   * What a key is then: as wanted, else what the host has; null where its kernel lacks the key, undefined
   * where nothing is known of it.
   */
  readonly value: (key: Key) => Value | null | undefined;
  /** The host's, without `all` and `default`. */
  readonly interfaces: readonly string[];
  readonly target: Target;
  readonly host: HostAnswers;
};

export type BrokenRelation = {
  readonly relation: Relation;
  /** The keys of it that are set. */
  readonly keys: readonly Key[];
  readonly message: string;
};

/** `unknown`: relations that could not be judged, as a value is not known. */
export type JudgedRelations = {
  readonly broken: readonly BrokenRelation[];
  readonly unknown: readonly Relation[];
};

export function judgeRelations(request: RelationRequest): JudgedRelations {
  const broken: BrokenRelation[] = [];
  const unknown: Relation[] = [];
  for (const relation of request.relations) {
    if (!isForTarget(relation, request.target)) continue;
    const results = placesOf(relation, request).map((place) => judge(relation, place, request));
    const failing = results.filter(({ verdict }) => verdict === "broken").map(({ place }) => place);
    if (failing.length > 0) broken.push(describe(relation, failing, request));
    else if (results.some(({ verdict }) => verdict === "unknown")) unknown.push(relation);
  }
  return { broken, unknown };
}

function isForTarget({ kernels }: Relation, target: Target): boolean {
  const meant =
    kernels === undefined
      ? undefined
      : parseKernels(kernels.startsWith("<") ? `>=2.6.12 ${kernels}` : kernels);
  return (
    meant === undefined ||
    overlaps(target, { since: meant.from, ...(meant.to && { before: `${meant.to}.1` }) })
  );
}

/** The interface that a relation is judged for; undefined where it is not about interfaces. */
type PlaceOf = string | undefined;

/** Those where one of its keys is set to what the host has not. */
function placesOf(relation: Relation, { interfaces, isSet, isChanged }: RelationRequest): readonly PlaceOf[] {
  const names = Object.values(relation.keys).map(({ key }) => key as Key);
  const places: readonly PlaceOf[] = names.some((key) => interfaceOf(key) === "*") ? interfaces : [undefined];
  // What a host has already is no finding about a plan that leaves it so.
  return places.filter((place) =>
    names.map((key) => keyAt(key, place)).some((key) => isSet(key) && isChanged(key)),
  );
}

const keyAt = (key: Key, place: PlaceOf): Key =>
  place !== undefined && interfaceOf(key) === "*" ? withInterface(key, place) : key;

/** The kernel does not have a key. One for all: an error of its own for each interface costs a stack each. */
const absent = new Error("absent");

type Verdict = { readonly place: PlaceOf; readonly verdict: "kept" | "broken" | "unknown" };

function judge(relation: Relation, place: PlaceOf, request: RelationRequest): Verdict {
  const value = namedValue(relation, place, request);
  try {
    const { when, holds } = relation;
    if (when && !when(value, request.host, offeredFunctions)) return { place, verdict: "kept" };
    return { place, verdict: holds(value, request.host, offeredFunctions) ? "kept" : "broken" };
  } catch (error) {
    // A key that the kernel lacks is in relation to nothing. Otherwise something is not known, or a number
    // cannot be worked out: either way nothing can be said.
    return { place, verdict: error === absent ? "kept" : "unknown" };
  }
}

const namedValue =
  ({ keys }: Relation, place: PlaceOf, request: RelationRequest): ValueOf =>
  (name) => {
    const { key, field, text } = keys[name] ?? { key: "" };
    const whole = request.value(keyAt(key as Key, place));
    if (whole === null) throw absent;
    const part = field === undefined ? whole : whole?.split(" ")[field];
    if (part === undefined || (!text && !/^-?\d+$/.test(part))) throw new Unknown();
    return (text ? part : BigInt(part)) as never;
  };

function describe(relation: Relation, places: readonly PlaceOf[], request: RelationRequest): BrokenRelation {
  const [first] = places;
  const value = namedValue(relation, first, request);
  const named = listed(places.filter((place) => place !== undefined));
  const message = relation.message.replace(/\$\{([^}]*)\}/g, (_, name: string) =>
    name === "interfaces" ? named : textOf(value, name),
  );
  const keys = Object.values(relation.keys).flatMap(({ key }) =>
    places.map((place) => keyAt(key as Key, place)),
  );
  return { relation, keys: [...new Set(keys)].filter(request.isSet), message };
}

function textOf(value: ValueOf, name: string): string {
  try {
    return String(value(name));
  } catch {
    return "unknown";
  }
}
