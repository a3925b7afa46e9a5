/** Which files are ours on a host, and what files hold now. */
import { dropInPath, modulesPath } from "../boot/drop-in.js";
import { isReadAfter } from "../boot/stack.js";
import { withTexts } from "../boot/with-texts.js";
import type { PlanFacts, PlanRequest } from "./plan.js";

type OfRequest = Pick<PlanRequest, "facts" | "dropInPath">;

/** Where our drop-in is, or would be. */
export const currentPath = ({ dropInPath: known = dropInPath }: PlanFacts): string => known;

/** Where it will be. */
export const targetPath = ({ facts, dropInPath: asked }: OfRequest): string => asked ?? currentPath(facts);

/** Whether this is our drop-in, where it is or where it will be. */
export const isOurPath = (request: OfRequest, path: string): boolean =>
  path === currentPath(request.facts) || path === targetPath(request);

/** Whether the boot comes to a file after it has come to ours, which may not be there yet. */
export function isReadAfterOurs(request: OfRequest, file: string): boolean {
  const { boot, loader } = request.facts;
  const path = targetPath(request);
  return isReadAfter(withTexts(boot, [{ path, after: "" }]), loader, file, path);
}

/** What a file of a change holds now. */
export function textOf(facts: PlanFacts, path: string): string | undefined {
  if (path === currentPath(facts)) return facts.dropIn;
  return path === modulesPath ? facts.modulesFile : facts.fileAt?.(path).text;
}

export const obstacleOf = ({ obstacles = {}, fileAt }: PlanFacts, path: string): FileObstacle | undefined =>
  obstacles[path] ?? fileAt?.(path).obstacle;

type FileObstacle = NonNullable<PlanFacts["obstacles"]>[string];
