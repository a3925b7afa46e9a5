/** Every command with its flags. */
import { type Command, Option } from "commander";
import type { ExitCode } from "./exit-code.js";
import { bootCheckNote, bootNote, rootNote, whyNote } from "./help.js";
import { against, allow, collect, format, loader, planFlags, root, set, wait } from "./options.js";
import type { ProcessContext } from "./process-context.js";

type Answer = (code: ExitCode) => void;
type CommandEntry = {
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  /** For tunectl itself. */
  readonly isHidden?: true;
  readonly configure: (command: Command, context: ProcessContext, answer: Answer) => void;
};

export const commands: readonly CommandEntry[] = [
  {
    name: "rehearse",
    operands: "<profiles...>",
    summary:
      "apply, verify and roll back for real in a throw-away namespace; nothing on this host is touched",
    configure: (command, context, answer) =>
      command
        .addOption(set())
        .addOption(allow())
        .addOption(format("text", "json"))
        .addOption(new Option("--inside <folder>").hideHelp())
        .action(async (names, options) =>
          answer(await (await import("./commands/rehearse.js")).rehearse(context, names, options)),
        ),
  },
  {
    name: "list",
    operands: "",
    summary: "profiles found in ./profiles, in /etc/tunectl/profiles, and shipped ones",
    configure: (command, context, answer) =>
      command
        .addOption(format("text", "json"))
        .action(async (options) => answer(await (await import("./commands/list.js")).list(context, options))),
  },
  {
    name: "show",
    operands: "<profile>",
    summary: "one profile, resolved for this host: where each setting comes from, and why",
    configure: (command, context, answer) =>
      command
        .addOption(set())
        .addOption(against())
        .addOption(format("text", "json"))
        .action(async (name, options) =>
          answer(await (await import("./commands/show.js")).show(context, name, options)),
        ),
  },
  {
    name: "validate",
    operands: "[profiles...]",
    summary: "report all that is wrong with profiles, with line and column; needs no host and no root",
    configure: (command, context, answer) =>
      command
        .addOption(set())
        .addOption(allow())
        .option(
          "--kernel <version>",
          "the kernel it is for, such as 5.14 or '>=5.10'; default: 4.18 and later",
        )
        .option("--each", "check every profile by itself, not all as one set")
        .addOption(format("text", "json"))
        .action(async (names, options) =>
          answer(await (await import("./commands/validate.js")).validate(context, names, options)),
        ),
  },
  {
    name: "diff",
    operands: "<profiles...>",
    summary: "what apply would do: live now, after apply, after the next boot",
    configure: (command, context, answer) =>
      planFlags(command)
        .option("--all", "show settings that stay as they are, too")
        .option("--exit-code", "end with 2 where changes are pending")
        .addOption(format("text", "patch", "markdown", "json"))
        .action(async (names, options) =>
          answer(await (await import("./commands/diff.js")).diff(context, names, options)),
        ),
  },
  {
    name: "verify",
    operands: "",
    summary: "is what was applied still in effect, live and at the next boot",
    configure: (command, context, answer) =>
      command
        .addOption(root())
        .addOption(format("text", "json"))
        .action(async (options) =>
          answer(await (await import("./commands/verify.js")).verify(context, options)),
        ),
  },
  {
    name: "status",
    operands: "",
    summary: "what is applied, since when, by whom, what drifted, what was interrupted",
    configure: (command, context, answer) =>
      command
        .addOption(root())
        .addOption(format("text", "json"))
        .action(async (options) =>
          answer(await (await import("./commands/status.js")).status(context, options)),
        ),
  },
  {
    name: "boot",
    operands: "",
    summary:
      "what the next boot sets, line by line: the files in order, who wins, who comes before and after",
    configure: (command, context, answer) =>
      command
        .addOption(loader())
        .addOption(root())
        .addOption(against())
        .addOption(format("text", "json"))
        .addHelpText("after", bootNote)
        .action(async (options) => answer(await (await import("./commands/boot.js")).boot(context, options))),
  },
  {
    name: "boot-check",
    operands: "",
    summary: "has this boot set what is applied; keeps the result, which verify and status then tell",
    configure: (command, context, answer) =>
      command
        .option("--install", "have systemd run it at the end of each boot; nothing does unless you ask")
        .option("--remove", "end that; the results stay")
        .addOption(wait())
        .addOption(root())
        .addOption(format("text", "json"))
        .addHelpText("after", bootCheckNote)
        .action(async (options) =>
          answer(await (await import("./commands/boot-check.js")).bootCheck(context, options)),
        ),
  },
  {
    name: "explain",
    operands: "[words...]",
    summary: "the catalogue: a key's meaning, unit, range, default, cost, danger; or all entries with a word",
    configure: (command, context, answer) =>
      command
        .option("--all", "every tunable")
        .addOption(format("text", "json"))
        .action(async (words, options) =>
          answer(await (await import("./commands/explain.js")).explain(context, words, options)),
        ),
  },
  {
    name: "why",
    operands: "<key>",
    summary: "why a key has the value it has: each line and program that sets it at boot, and who wins",
    configure: (command, context, answer) =>
      command
        .addOption(loader())
        .addOption(root())
        .addOption(against())
        .addOption(format("text", "json"))
        .addHelpText("after", whyNote)
        .action(async (key, options) =>
          answer(await (await import("./commands/why.js")).why(context, key, options)),
        ),
  },
  {
    name: "capture",
    operands: "[file]",
    summary: "this host's facts as one JSON file (standard output without FILE), for --against elsewhere",
    configure: (command, context, answer) =>
      command.action(async (file) =>
        answer(await (await import("./commands/capture.js")).capture(context, file)),
      ),
  },
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
