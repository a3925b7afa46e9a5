/** What a sweep finds and is not mended yet. `results.md` counts it; the quick part passes over it. */
import { isBad, isBetween, isUntrue, type Point } from "./judge.js";

/** `recover` hears no signal: it dies half way with the code of one that was undone. `status` names it. */
const diesOfSignal = (point: Point): boolean =>
  point.command.startsWith("recover") &&
  /^SIG(TERM|INT)$/.test(point.fault) &&
  isUntrue(point) &&
  !isBetween(point);

/** Stopped in the middle, `recover` leaves what its own writes moved: the next one takes it for somebody else's. */
const leavesMoved = (point: Point): boolean =>
  point.command.startsWith("recover") &&
  point.nextCode === 0 &&
  point.differing.includes("base_reachable_time");

export const unknownBad = (points: readonly Point[]): readonly Point[] =>
  points.filter((point) => isBad(point) && !diesOfSignal(point) && !leavesMoved(point));
