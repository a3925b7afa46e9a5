/** A problem or a warning, whichever it is. */
import type { Problem, Warning } from "../problem.js";
import { isWarningCode } from "./messages/warnings.js";

export const isWarning = (finding: Problem | Warning): finding is Warning => isWarningCode(finding.code);

/** What stands in brackets behind a message: of a relation, its own id. */
export function tagOf(finding: Problem | Warning): string {
  switch (finding.code) {
    case "broken-relation":
    case "relation":
      return finding.id;
    case "contradicting-values":
      return finding.relation;
    default:
      return finding.code;
  }
}
