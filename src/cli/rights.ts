import type { Problem } from "../problem.js";
import type { World } from "./world.js";

/** Root is asked for before anything is touched. An image may be anyone's who can write it. */
export const rightsProblem = (world: World, command: string, root: string | undefined): readonly Problem[] =>
  world.uid === 0 || root !== undefined ? [] : [{ code: "not-root", command }];
