/** What a sweep finds and is not mended yet. `results.md` counts it; the quick part passes over it. */
import { isBad, isBetween, isUntrue, type Point } from "./judge.js";

/** `recover` put all back, could not save the record that says so, and ends with 1, as if nothing was done. */
const recoversUnrecorded = (point: Point): boolean =>
  point.command.startsWith("recover") && point.code === 1 && point.state === "new" && isUntrue(point);

/** A rollback could not put back the list of modules, ends with 3, and `status` looks for no drift there. */
const leavesModules = (point: Point): boolean =>
  point.command === "rollback" && point.code === 3 && /modules-load|sysctl\.d/.test(point.call);

export const unknownBad = (points: readonly Point[]): readonly Point[] =>
  points.filter(
    (point) => isBad(point) && (isBetween(point) || !(recoversUnrecorded(point) || leavesModules(point))),
  );
