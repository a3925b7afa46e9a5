/**
 * Whether one name (no slashes) matches a pattern, as fnmatch(3) with FNM_PERIOD has it: `*`, `?`, `[a-c]`,
 * `[!a]`, `\*`.
 */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const tokens = tokenise([...pattern]);
  return (name) =>
    (!name.startsWith(".") || pattern.startsWith(".") || pattern.startsWith("\\.")) &&
    matches(tokens, [...name]);
}

type Token = "star" | ((char: string) => boolean);

function tokenise(chars: readonly string[]): readonly Token[] {
  const tokens: Token[] = [];
  const lastClosing = chars.lastIndexOf("]");
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? "";
    const set = char === "[" && at < lastClosing ? bracket(chars, at + 1) : undefined;
    if (set !== undefined) {
      tokens.push(set.accepts);
      at = set.end;
    } else if (char === "*") {
      if (tokens.at(-1) !== "star") tokens.push("star");
    } else if (char === "?") tokens.push(() => true);
    // A backslash that quotes nothing matches nothing.
    else tokens.push(literal(char === "\\" ? (chars[++at] ?? "") : char));
  }
  return tokens;
}

// One remembered star is enough: what an earlier star could give up, the later one can take. So no more than
// name × name steps, whatever the pattern; a regular expression would backtrack exponentially on `*a*a*a*b`.
function matches(tokens: readonly Token[], chars: readonly string[]): boolean {
  let token = 0;
  let char = 0;
  let star = -1;
  let resume = 0;
  while (char < chars.length) {
    const expected = tokens[token];
    if (expected === "star") {
      star = token++;
      resume = char;
    } else if (expected?.(chars[char] ?? "")) {
      token++;
      char++;
    } else if (star >= 0) {
      token = star + 1;
      char = ++resume;
    } else return false;
  }
  while (tokens[token] === "star") token++;
  return token === tokens.length;
}

/**
 * The set that starts after a `[`, or undefined if nothing closes it: then `[` is a letter like any other.
 */
function bracket(
  chars: readonly string[],
  start: number,
): { accepts: (char: string) => boolean; end: number } | undefined {
  const negated = chars[start] === "!" || chars[start] === "^";
  const first = negated ? start + 1 : start;
  const tests: ((char: string) => boolean)[] = [];
  for (let at = first; at < chars.length; at++) {
    if (chars[at] === "]" && at > first)
      return { accepts: (char) => tests.some((test) => test(char)) !== negated, end: at };
    const named = className(chars, at);
    if (named !== undefined) {
      tests.push(classTest(named));
      at += named.length + 3;
      continue;
    }
    if (chars[at] === "\\" && at + 1 < chars.length) at++;
    const low = chars[at] ?? "";
    const isRange = chars[at + 1] === "-" && at + 2 < chars.length && chars[at + 2] !== "]";
    if (isRange) at += chars[at + 2] === "\\" ? 3 : 2;
    tests.push(isRange ? range(low, chars[at] ?? "") : literal(low));
  }
  return undefined;
}

const classes: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /^[0-9A-Za-z]$/],
  ["alpha", /^[A-Za-z]$/],
  ["blank", /^[ \t]$/],
  ["digit", /^[0-9]$/],
  ["lower", /^[a-z]$/],
  ["punct", /^[!-/:-@[-`{-~]$/],
  ["upper", /^[A-Z]$/],
  ["xdigit", /^[0-9A-Fa-f]$/],
]);

function className(chars: readonly string[], at: number): string | undefined {
  if (chars[at] !== "[" || chars[at + 1] !== ":") return undefined;
  return /^\[:([a-z]{1,6}):\]/.exec(chars.slice(at, at + 10).join(""))?.[1];
}

function classTest(name: string): (char: string) => boolean {
  return (char) => classes.get(name)?.test(char) ?? false;
}

function literal(wanted: string): (char: string) => boolean {
  return (char) => char === wanted;
}

function range(low: string, high: string): (char: string) => boolean {
  return (char) => char >= low && char <= high;
}
