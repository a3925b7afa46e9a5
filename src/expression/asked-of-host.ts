/** What an expression asks of a host, read from its form alone: architectures, keys, and kernels. */
import type { Versions } from "../problem.js";
import type { AskedOfHost } from "./host-view.js";
import { type ASTNode, withAllInside } from "./syntax.js";

export const nothingAsked: AskedOfHost = { architectures: [], keys: [], kernels: {} };

export function askedOf(whole: ASTNode): AskedOfHost {
  const parts = withAllInside(whole);
  return {
    architectures: parts.flatMap(architecturesIn),
    keys: parts.flatMap(keysIn),
    kernels: Object.assign({}, ...conditionsOf(whole).map(kernelsOf)),
  };
}

/** What must all hold: the sides of `&&`. */
const conditionsOf = (part: ASTNode): readonly ASTNode[] =>
  part.op === "&&" ? part.args.flatMap(conditionsOf) : [part];

/** `kernel_at_least('5.8')`, or its opposite. */
function kernelsOf(part: ASTNode): Versions {
  if (part.op === "!_") {
    const { since } = kernelsOf(part.args);
    return since === undefined ? {} : { before: since };
  }
  const [version] = part.op === "call" && part.args[0] === "kernel_at_least" ? textsIn(part) : [];
  return version === undefined ? {} : { since: version };
}

const textsIn = (part: ASTNode): readonly string[] =>
  withAllInside(part).flatMap(({ op, args }) => (op === "value" && typeof args === "string" ? [args] : []));

const isArchitecture = (part: ASTNode): boolean =>
  part.op === "." && part.args[1] === "arch" && part.args[0].op === "id" && part.args[0].args === "host";

/** `host.arch == 'x86_64'`, `host.arch in ['x86_64', 'aarch64']`. */
function architecturesIn(part: ASTNode): readonly string[] {
  if (part.op !== "==" && part.op !== "!=" && part.op !== "in") return [];
  const [left, right] = part.args;
  if (isArchitecture(left)) return textsIn(right);
  return isArchitecture(right) ? textsIn(left) : [];
}

const keysIn = (part: ASTNode): readonly string[] =>
  part.op === "call" && part.args[0] === "has_tunable" ? part.args[1].flatMap(textsIn) : [];
