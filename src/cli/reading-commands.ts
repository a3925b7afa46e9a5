/** The commands that look at a host, with their flags. boot-check alone keeps what it finds. */
import { Option } from "commander";
import type { CommandEntry } from "./command-entry.js";
import { bootCodeWords } from "./exit-code.js";
import { bootCheckNote, bootNote, whyNote } from "./help.js";
import { against, allow, format, loader, planFlags, root, set, wait } from "./options.js";

export const readingCommands: readonly CommandEntry[] = [
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
    exits: bootCodeWords,
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
    exits: bootCodeWords,
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
];
