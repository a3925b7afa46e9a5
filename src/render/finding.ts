/** A problem or a warning, whichever it is. */
import type { Problem, Warning } from "../problem.js";
import { isWarningCode } from "./messages/warnings.js";

export const isWarning = (finding: Problem | Warning): finding is Warning => isWarningCode(finding.code);
