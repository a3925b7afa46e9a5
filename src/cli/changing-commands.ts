/** The commands that change a host, or tell of the changes, with their flags. */
import { Option } from "commander";
import type { CommandEntry } from "./command-entry.js";
import { rootNote } from "./help.js";
import { collect, format, planFlags, root, wait } from "./options.js";

export const changingCommands: readonly CommandEntry[] = [
  {
    name: "apply",
    operands: "<profiles...>",
    summary: "make exactly these profiles the host's tuning, live and at every boot",
    configure: (command, context, answer) =>
      planFlags(command)
        .option("--live-only", "the running kernel only: no file is written, and the next boot ends it")
        .option(
          "--trial <time>",
          "live for this long (5m), then taken back by itself unless `tunectl confirm` keeps it",
        )
        .addOption(
          new Option(
            "--watch [counter]",
            "with --trial: take it back at once when COUNTER[:MARGIN] gets worse; without a name, the evidence of the profiles",
          ).argParser(collect),
        )
        .option("--ask", "with --trial, on a terminal: wait, and keep it when Enter is pressed")
        .addOption(wait())
        .addOption(format("text", "json"))
        .addHelpText("after", rootNote)
        .action(async (names, options) =>
          answer(await (await import("./commands/apply.js")).apply(context, names, options)),
        ),
  },
  {
    name: "confirm",
    operands: "[id]",
    summary: "keep what `apply --trial` made: write it for the next boot",
    configure: (command, context, answer) =>
      command
        .option("--extend <time>", "give the trial this much time from now, and do not confirm it yet")
        .addOption(wait())
        .addOption(format("text", "json"))
        .addHelpText("after", rootNote)
        .action(async (id, options) =>
          answer(await (await import("./commands/confirm.js")).confirm(context, id, options)),
        ),
  },
  {
    name: "guard",
    operands: "<id>",
    summary: "",
    isHidden: true,
    configure: (command, context, answer) =>
      command.action(async (id) => answer(await (await import("./commands/guard.js")).guard(context, id))),
  },
  {
    name: "rollback",
    operands: "[id]",
    summary: "go back to before a change: the newest one in effect, or the one with this ID",
    configure: (command, context, answer) =>
      command
        .option("--to <id>", "go back to how the change ID left the host, any number of steps")
        .addOption(
          new Option(
            "--only <key>",
            "take back this setting alone, or those that a pattern with * matches; may be given more than once",
          ).argParser(collect),
        )
        .option(
          "--to-defaults",
          "without a snapshot: set each applied key to what the next boot gives without tunectl",
        )
        .option("--dry-run", "show what would be restored, and change nothing")
        .option("--force", "restore also what something else has changed since")
        .option("--keep-changed", "leave what something else has changed since, and restore the rest")
        .addOption(wait())
        .addOption(root())
        .addOption(format("text", "patch", "markdown", "json"))
        .addHelpText("after", rootNote)
        .action(async (id, options) =>
          answer(await (await import("./commands/rollback.js")).rollback(context, id, options)),
        ),
  },
  {
    name: "recover",
    operands: "",
    summary: "take back a change that was interrupted, and nothing else",
    configure: (command, context, answer) =>
      command
        .addOption(
          new Option(
            "--abandon <key>",
            "leave this key or file as it is, and put that on record; may be given more than once",
          ).argParser(collect),
        )
        .addOption(wait())
        .addOption(root())
        .addOption(format("text", "json"))
        .addHelpText("after", rootNote)
        .action(async (options) =>
          answer(await (await import("./commands/recover.js")).recover(context, options)),
        ),
  },
  {
    name: "snapshots",
    operands: "[id]",
    summary: "the changes tunectl made here, or one of them; all are kept until you prune them",
    configure: (command, context, answer) =>
      command
        .option("--keep <n>", "remove all but the newest N and those that a rollback needs; needs root")
        .option("--older-than <time>", "remove what is older than this (30d), but for those; needs root")
        .addOption(wait())
        .addOption(root())
        .addOption(format("text", "json"))
        .action(async (id, options) =>
          answer(await (await import("./commands/snapshots.js")).snapshots(context, id, options)),
        ),
  },
];
