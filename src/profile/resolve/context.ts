/** What the reading of one set of profiles carries along, and where it puts what it finds. */
import type { Catalogue } from "../../catalogue/catalogue.js";
import type { Expressions, HostView } from "../../expression/host-view.js";
import type { Problem, Warning } from "../../problem.js";
import type { LeftOut } from "../profile.js";

export type ResolveContext = {
  readonly catalogue: Catalogue;
  readonly host: HostView | undefined;
  readonly purpose: "check" | "plan";
  readonly problems: Problem[];
  readonly warnings: Warning[];
  readonly leftOut: LeftOut[];
  expressions: Expressions;
};
