/** What a condition asks for that no host has: it would leave its setting out everywhere, or nowhere. */
import { findTunable, nearest, nearestKey } from "../../catalogue/catalogue.js";
import { parseKey } from "../../catalogue/key.js";
import type { Place, Warning } from "../../problem.js";
import type { ResolveContext } from "./context.js";

/** What `uname -m` prints on Linux. */
const architectures = (
  "aarch64 alpha arc armv4l armv5tel armv5tejl armv6l armv7l armv7hl armv8b armv8l csky hexagon i386 i486 i586 " +
  "i686 ia64 loongarch32 loongarch64 m68k microblaze mips mips64 nios2 openrisc parisc parisc64 ppc ppc64 ppc64le " +
  "ppcle riscv32 riscv64 s390 s390x sh4 sparc sparc64 x86_64 xtensa"
).split(" ");

/** Other systems' names of an architecture. */
const otherNames: Readonly<Record<string, string>> = {
  x64: "x86_64",
  amd64: "x86_64",
  x32: "x86_64",
  ia32: "i686",
  x86: "i686",
  arm64: "aarch64",
  arm: "armv7l",
  ppc64el: "ppc64le",
};

export function conditionWarnings(
  source: string,
  place: Place,
  { expressions, catalogue }: Pick<ResolveContext, "expressions" | "catalogue">,
): readonly Warning[] {
  const asked = expressions.asked(source);
  const unknownKeys = asked.keys.filter((text) => {
    const key = parseKey(text);
    const tunable = key && findTunable(catalogue, key);
    return tunable === undefined || tunable.never === true;
  });
  return [
    ...asked.architectures
      .filter((name) => !architectures.includes(name))
      .map((text) => doubt("architecture", text, otherNames[text] ?? nearest(text, architectures), place)),
    ...unknownKeys.map((text) => doubt("key", text, nearestKey(catalogue, text), place)),
  ];
}

const doubt = (
  asked: "architecture" | "key",
  text: string,
  guess: string | undefined,
  place: Place,
): Warning => ({
  code: "doubtful-condition",
  asked,
  text,
  ...(guess !== undefined && { nearest: guess }),
  place,
});
