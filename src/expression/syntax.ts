/** The form of an expression: its parts. */
import type { ASTNode } from "@marcbachmann/cel-js";

export type { ASTNode };

/** A part, and all parts inside of it. */
export const withAllInside = (part: ASTNode): readonly ASTNode[] => [part, ...allInside(part)];

export const allInside = (part: ASTNode): readonly ASTNode[] => partsOf(part).flatMap(withAllInside);

function partsOf(part: ASTNode): readonly ASTNode[] {
  switch (part.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [part.args[0]];
    case "call":
      return part.args[1];
    case "rcall":
      return [part.args[1], ...part.args[2]];
    case "map":
      return part.args.flat();
    case "!_":
    case "-_":
      return [part.args];
    default:
      return part.args;
  }
}
