/** Texts that nobody would write by hand, and some that nearly anybody might. */
import fc from "fast-check";

/** `size`: how many times a short input the longest one is. */
export type Grammar = {
  /** Valid texts, which are then spoilt. */
  readonly seeds: readonly string[];
  /** Words that mean something to the parser, put in where they do not belong. */
  readonly words: readonly string[];
  readonly size: number;
};

export type Input = Buffer | string;

export const textInputs = (grammar: Grammar): fc.Arbitrary<Input> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
    { weight: 2, arbitrary: madeOf(grammar) },
    { weight: 2, arbitrary: repeated(grammar) },
    { weight: 5, arbitrary: spoilt(grammar) },
    { weight: 1, arbitrary: spoilt(grammar).map(flipped) },
  );

/** Words in any order. */
const madeOf = ({ words, size }: Grammar): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...words), { maxLength: 20 * size }).map((parts) => parts.join(""));

/** A line, or a nesting, again and again. */
const repeated = ({ words, size }: Grammar): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "\n", ",", " ", "\n  "),
      fc.integer({ min: 1, max: 300 * size }),
    )
    .map(([parts, between, count]) => (parts.join("") + between).repeat(count));

type Edit = {
  readonly kind: "cut" | "double" | "put" | "move";
  readonly from: number;
  readonly length: number;
  readonly word: string;
  readonly times: number;
};

const edits = (words: readonly string[], size: number): fc.Arbitrary<readonly Edit[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom("cut", "double", "put", "move"),
      from: fc.nat(100_000),
      length: fc.nat(60),
      word: fc.constantFrom(...words),
      times: fc.oneof(
        { weight: 4, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 * size }) },
      ),
    }),
    { minLength: 1, maxLength: 8 },
  );

/** A valid text with pieces cut out, doubled, moved, and words put in. */
const spoilt = ({ seeds, words, size }: Grammar): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...seeds), edits(words, size))
    .map(([seed, all]) => all.reduce((text, edit) => edited(text, edit), seed));

function edited(text: string, { kind, from, length, word, times }: Edit): string {
  const at = from % (text.length + 1);
  const [before, piece, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (kind) {
    case "cut":
      return before + after;
    case "double":
      return before + piece.repeat(times + 1) + after;
    case "put":
      return before + word.repeat(times) + piece + after;
    case "move":
      return piece + before + after;
  }
}

/** One bit of it. */
function flipped(text: string): Buffer {
  const bytes = Buffer.from(text);
  const at = (text.length * 7919) % Math.max(1, bytes.length);
  if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << (text.length % 8));
  return bytes;
}

const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    [],
    {},
    -1,
    1e308,
    1e-320,
    2 ** 53,
    "9".repeat(400),
    "\u001b[2J",
    "a\nb",
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant(JSON.parse('{"__proto__": {"version": 1}, "constructor": 1, "toString": []}')),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** JSON that is no file of ours at all. */
export const anyJson: fc.Arbitrary<string> = oddJson.map((value) => JSON.stringify(value));

/** A valid file as JSON with one value, or more, of another kind in it. */
export const jsonOfAnotherForm = (seeds: readonly object[]): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(100_000), oddJson), { minLength: 1, maxLength: 3 }),
    )
    .map(([seed, changes]) => changes.reduce((file, [at, value]) => withValue(file, at, value), seed));

/** `at` counts the places of the file, and chooses one. */
function withValue(file: object, at: number, value: unknown): object {
  const copy = structuredClone(file);
  const places = placesIn(copy);
  const [holder, name] = places[at % Math.max(1, places.length)] ?? [];
  if (holder && name !== undefined) Object.defineProperty(holder, name, { value, enumerable: true });
  return copy;
}

const placesIn = (value: unknown): readonly (readonly [object, string])[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [[value, name] as const, ...placesIn(inner)])
    : [];

/** The text with the first name of some object in it a second time. */
export const withNameTwice = (text: string): string =>
  text.replace(/\{\s*("[^"\\]*")\s*:/, (whole, name: string) => `{${name}:null,${whole.slice(1)}`);
