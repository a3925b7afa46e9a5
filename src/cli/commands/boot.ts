/** `tunectl boot`: what the next boot sets, line by line. */
import type { LoaderName } from "../../boot/loader.js";
import { type ForetoldBoot, foretellBoot } from "../../operations/boot.js";
import { isError } from "../../operations/boot-findings.js";
import type { AskedLoader } from "../../operations/boot-view.js";
import { type Checked, failed, ok } from "../../problem.js";
import { findingsText } from "../../render/boot-findings.js";
import { bootJson } from "../../render/boot-json.js";
import { bootText } from "../../render/boot-text.js";
import { loaderWords } from "../../render/boot-words.js";
import { paint } from "../../render/paint.js";
import { hostHeading } from "../../render/plan-words.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";

export type BootFlags = HostOptions & { readonly format: "text" | "json"; readonly loader?: string };

export async function boot(context: ProcessContext, flags: BootFlags): Promise<ExitCode> {
  const loader = loaderFrom(flags.loader);
  if (!loader.ok) return fail(context, loader, flags);
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const { host, reference } = opened.value;
  const foretold = foretellBoot(host, {
    ...(loader.value && { loader: loader.value }),
    ...(reference && { reference }),
  });
  if (flags.format === "json") context.out(bootJson(foretold));
  else {
    context.out(bootText(foretold, heading(foretold, context.now()), paint(context.colour.out)));
    context.err(
      findingsText(foretold.findings, loaderWords({ name: foretold.loader.name }), paint(context.colour.err)),
    );
  }
  return foretold.findings.some(isError) ? exitCode.problem : exitCode.done;
}

const names: readonly LoaderName[] = ["systemd", "procps", "busybox"];

/** `--loader NAME[:VERSION]` */
export function loaderFrom(text: string | undefined): Checked<AskedLoader | undefined> {
  if (text === undefined) return ok(undefined);
  const [, word, version] = /^([a-z]+)(?::(\d[\w.+~-]*))?$/.exec(text) ?? [];
  const name = names.find((known) => known === word);
  if (name === undefined)
    return failed([{ code: "bad-option-value", option: "--loader", value: text, expected: "loader" }]);
  return ok({ name, ...(version !== undefined && { version }) });
}

function heading(foretold: ForetoldBoot, now: Date): readonly string[] {
  const patterns = foretold.isExpanded
    ? "A pattern stands for the keys that are there now."
    : "Without a kernel patterns stay patterns, and whether a key exists is not known.";
  return [
    `The next boot of ${hostHeading(foretold, now)}, as ${loaderWords(foretold.loader)} carries it out.`,
    patterns,
  ];
}
