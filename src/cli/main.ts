/** The command line: commands, flags, help. What a command does is in its own file, which is loaded when it is called. */
import { Command, CommanderError, Option } from "commander";
import { version } from "../generated/version.js";
import { type Exit, exit } from "./exit.js";
import { exitCodes, overview, rootNote } from "./help.js";
import type { World } from "./world.js";

/** Runs one command line; never throws for a user's mistake. */
export async function main(argv: readonly string[], world: World): Promise<Exit> {
  let code: Exit = exit.done;
  const program = commandLine(world, (answer) => {
    code = answer;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exit.done : exit.problem;
  }
  return code;
}

type Answer = (code: Exit) => void;

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];
const format = (...names: readonly string[]): Option =>
  new Option("--format <format>", "how to print").choices(names).default(names[0]);
const set = (): Option =>
  new Option("--set <name=value>", "a parameter of the profiles; may be given more than once").argParser(collect);
const root = (): Option => new Option("--root <dir>", "work on the files of an image below DIR; no kernel is read or written");
const against = (): Option =>
  new Option("--against <facts>", "a host that is not here: a file that `tunectl capture` wrote on it");
const accept = (): Option =>
  new Option(
    "--accept <key>",
    "take a key that cannot be taken back or can stop the host; may be given more than once",
  ).argParser(collect);
const allowOverride = (): Option => new Option("--allow-override", "go on though another file wins at the next boot");
const skipMissing = (): Option => new Option("--skip-missing", "leave out keys that this kernel does not have");

function commandLine(world: World, answer: Answer): Command {
  const program = new Command("tunectl")
    .description("Declarative sysctl tuning profiles for Linux: validated, reviewed, applied, verified, rolled back.")
    .version(version, "-V, --version")
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .exitOverride()
    .showHelpAfterError("(tunectl --help shows all commands and flags)")
    .addHelpText("after", overview + exitCodes);
  const command = (usage: string, summary: string): Command => {
    const made = program.command(usage).description(summary).addHelpText("after", exitCodes);
    return made;
  };
  reading(command, world, answer);
  changing(command, world, answer);
  return program;
}

type Make = (usage: string, summary: string) => Command;

/** Commands that need no root and change nothing. */
function reading(command: Make, world: World, answer: Answer): void {
  command(
    "rehearse <profiles...>",
    "apply, verify and roll back for real in a throw-away namespace; nothing on this host is touched",
  )
    .addOption(set())
    .addOption(format("text", "json"))
    .addOption(new Option("--inside <folder>").hideHelp())
    .action(async (names, options) => answer(await (await import("./commands/rehearse.js")).rehearse(world, names, options)));
  command("list", "profiles found: in ./profiles, in /etc/tunectl/profiles, shipped")
    .addOption(format("text", "json"))
    .action(async (options) => answer(await (await import("./commands/list.js")).list(world, options)));
  command("show <profile>", "one profile, resolved for this host: where each setting comes from, and why")
    .addOption(set())
    .addOption(against())
    .addOption(format("text", "json"))
    .action(async (name, options) => answer(await (await import("./commands/show.js")).show(world, name, options)));
  command("validate [profiles...]", "all that is wrong with profiles, with line and column; needs no host and no root")
    .addOption(set())
    .option("--each", "check every profile by itself, not all as one set")
    .addOption(format("text", "json"))
    .action(async (names, options) => answer(await (await import("./commands/validate.js")).validate(world, names, options)));
  command("diff <profiles...>", "what apply would do: live now, after apply, after the next boot")
    .addOption(set())
    .addOption(against())
    .addOption(root())
    .addOption(accept())
    .addOption(allowOverride())
    .addOption(skipMissing())
    .option("--all", "show settings that stay as they are, too")
    .option("--exit-code", "end with 2 where changes are pending")
    .addOption(format("text", "patch", "markdown", "json"))
    .action(async (names, options) => answer(await (await import("./commands/diff.js")).diff(world, names, options)));
  command("verify", "is what was applied still in force, live and at the next boot")
    .addOption(root())
    .addOption(format("text", "json"))
    .action(async (options) => answer(await (await import("./commands/verify.js")).verify(world, options)));
  command("status", "what is applied, since when, by whom, what drifted, what was interrupted")
    .addOption(root())
    .addOption(format("text", "json"))
    .action(async (options) => answer(await (await import("./commands/status.js")).status(world, options)));
  command("explain [words...]", "the catalogue: a key's meaning, unit, range, default, cost, danger; or all that speak of a word")
    .option("--all", "every tunable")
    .addOption(format("text", "json"))
    .action(async (words, options) => answer(await (await import("./commands/explain.js")).explain(world, words, options)));
  command("capture [file]", "this host's facts as one JSON file (standard output without FILE), for --against elsewhere").action(
    async (file) => answer(await (await import("./commands/capture.js")).capture(world, file)),
  );
}

/** Commands that change the host, and so need root; `snapshots` does with `--keep` alone. */
function changing(command: Make, world: World, answer: Answer): void {
  command("apply <profiles...>", "make exactly these profiles the host's tuning, live and at every boot")
    .addOption(set())
    .addOption(root())
    .addOption(against())
    .addOption(accept())
    .addOption(allowOverride())
    .addOption(skipMissing())
    .addOption(format("text", "json"))
    .addHelpText("after", rootNote)
    .action(async (names, options) => answer(await (await import("./commands/apply.js")).apply(world, names, options)));
  command("rollback [id]", "go back to before a change: the newest one in force, or the one of this snapshot")
    .option("--force", "put back also what somebody else has changed since")
    .option("--keep-changed", "leave what somebody else has changed since, and put back the rest")
    .addOption(root())
    .addOption(format("text", "json"))
    .addHelpText("after", rootNote)
    .action(async (id, options) => answer(await (await import("./commands/rollback.js")).rollback(world, id, options)));
  command("snapshots [id]", "the changes tunectl made here, or one of them; all are kept until you prune them")
    .option("--keep <n>", "remove all but the newest N")
    .addOption(root())
    .addOption(format("text", "json"))
    .action(async (id, options) => answer(await (await import("./commands/snapshots.js")).snapshots(world, id, options)));
}
