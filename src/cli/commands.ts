/** Every command, in the order of --help. */
import { changingCommands } from "./changing-commands.js";
import type { CommandEntry } from "./command-entry.js";
import { readingCommands } from "./reading-commands.js";

export const commands: readonly CommandEntry[] = [...readingCommands, ...changingCommands];
