/** What the reading of one set of profiles carries along, and where it puts what it finds. */
import type { Catalogue } from "../../catalogue/catalogue.js";
import type { Target } from "../../catalogue/target.js";
import type { Expressions, HostView } from "../../expression/host-view.js";
import type { Problem, Warning } from "../../problem.js";
import type { LeftOut } from "../profile.js";

export type ResolveContext = {
  readonly catalogue: Catalogue;
  readonly host: HostView | undefined;
  readonly purpose: "check" | "plan";
  /** Whether a key that the host lacks is left out. */
  readonly skipMissing: boolean;
  readonly problems: Problem[];
  readonly warnings: Warning[];
  readonly leftOut: LeftOut[];
  readonly refused: Problem[];
  /** The kernels that the values are for. */
  target: Target;
  /** Whether the profile, or the command line, names them. */
  isTargetNamed: boolean;
  expressions: Expressions;
};
