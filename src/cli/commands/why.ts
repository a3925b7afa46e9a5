/** `tunectl why KEY`: what sets it, in order, and why it has the value it has. */
import { nearestKey } from "../../catalogue/catalogue.js";
import { type Key, parseKey, recordedKey } from "../../catalogue/key.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import type { Host } from "../../host.js";
import { isError } from "../../operations/boot-findings.js";
import { isUnknown, keysNamed, tellKeys } from "../../operations/why.js";
import { findingsText } from "../../render/boot-findings.js";
import { loaderWords } from "../../render/boot-words.js";
import { paint } from "../../render/paint.js";
import { whyJson } from "../../render/why-json.js";
import { whyText } from "../../render/why-text.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";
import { loaderFrom } from "./boot.js";

export type WhyFlags = HostOptions & { readonly format: "text" | "json"; readonly loader?: string };

export async function why(context: ProcessContext, text: string, flags: WhyFlags): Promise<ExitCode> {
  const loader = loaderFrom(flags.loader);
  if (!loader.ok) return fail(context, loader, flags);
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const { host, reference } = opened.value;
  const keys = keysMeant(host, text, reference);
  const history = await host.records.read();
  if (history && !history.ok) return fail(context, history, flags);
  const stories = tellKeys(host, keys, {
    ...(loader.value && { loader: loader.value }),
    ...(reference && { reference }),
    ...(history && { history: history.value }),
  });
  if (stories.length === 0 || stories.every(isUnknown)) return unknownKey(context, text, flags);
  const [first] = stories;
  if (flags.format === "json") context.out(whyJson(stories));
  else {
    context.out(stories.map((story) => whyText(story, paint(context.colour.out))).join("\n"));
    if (first)
      context.err(
        findingsText(first.findings, loaderWords({ name: first.loader.name }), paint(context.colour.err)),
      );
  }
  return first?.findings.some(isError) ? exitCode.problem : exitCode.done;
}

/** People copy the path of a file, too. */
function keysMeant(host: Host, text: string, reference: Host | undefined): readonly Key[] {
  const bare = text.replace(/^\/proc\/sys\//, "");
  const key = parseKey(bare) ?? recordedKey(bare);
  return key === undefined ? [] : keysNamed(host, key, reference);
}

function unknownKey(context: ProcessContext, text: string, flags: WhyFlags): ExitCode {
  const nearest = nearestKey(shippedCatalogue(), text.replace(/^\/proc\/sys\//, "").replace(/\//g, "."));
  const problem = { code: "unknown-key" as const, key: text, ...(nearest !== undefined && { nearest }) };
  return fail(context, { problems: [problem] }, flags);
}
