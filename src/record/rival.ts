/** A file of the administrator whose lines could be taken over. */
import type { TakeOverObstacle } from "../problem.js";
import type { FileAttributes } from "./transaction.js";

/** `path`: the file itself, where the one that was asked for is a link; or what on the way to it is unfit. */
export type Rival =
  | {
      readonly ok: true;
      readonly path: string;
      readonly text: string;
      readonly attributes?: FileAttributes;
    }
  | { readonly ok: false; readonly why: TakeOverObstacle; readonly path?: string };
