/** JSON files with a checksum of themselves, which finds one that is torn or was edited. */
import { createHash } from "node:crypto";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The text of a file, with its checksum as the last field. */
export function sealed(file: object): string {
  const body = JSON.stringify(file, null, 1);
  return `${body.slice(0, -2)},\n "sha256": "${digest(body)}"\n}\n`;
}

/** What a parsed file holds besides its checksum, and whether that matches. */
export function unsealed(parsed: object): { readonly body: object; readonly isWhole: boolean } {
  const { sha256, ...body } = parsed as { readonly sha256?: string };
  return { body, isWhole: sha256 === digest(JSON.stringify(body, null, 1)) };
}
