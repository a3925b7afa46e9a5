/** Profiles from texts, resolved for a host in memory. */
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import type { HostView } from "../../src/expression/host-view.js";
import type { Checked, Problem } from "../../src/problem.js";
import { parseProfile } from "../../src/profile/read/parse.js";
import type { LoadProfile } from "../../src/profile/resolve/load.js";
import { type Resolved, resolveProfiles } from "../../src/profile/resolve/resolve.js";
import { wantedText } from "../../src/profile/wanted.js";
import { placeText } from "../../src/render/frame.js";

export const host: HostView = {
  kernel: "6.18.0",
  arch: "x86_64",
  memoryBytes: 24n * 1024n ** 3n,
  cpus: 8n,
  pageSize: 4096n,
  modules: ["nf_conntrack"],
  interfaces: ["all", "default", "lo", "eth0"],
  has: (key) => !key.includes("missing"),
  value: () => undefined,
};

/** A profile of these settings, one a line: `net.core.somaxconn: { value: 1 }`; the why is added. */
export const profileText = (name: string, settings: readonly string[], head = ""): string =>
  [
    `name: ${name}`,
    "summary: For a test",
    ...(head === "" ? [] : [head]),
    "settings:",
    ...settings.map((line) => `  ${line.replace(/ }$/, ", why: because }")}`),
    "",
  ].join("\n");

export const loadFrom =
  (texts: Readonly<Record<string, string>>): LoadProfile =>
  async (name, place) => {
    const text = texts[name];
    if (text !== undefined) return parseProfile(`${name}.yaml`, text);
    const problem: Problem = { code: "unknown-profile", name, searched: ["here"], ...(place && { place }) };
    return { ok: false, problems: [problem], warnings: [] };
  };

export type Asked = {
  readonly names?: readonly string[];
  readonly set?: Readonly<Record<string, string>>;
  readonly host?: HostView | "unknown";
  readonly purpose?: "check" | "plan";
};

/** Resolves the profiles that are named, or all. */
export function resolved(
  texts: Readonly<Record<string, string>>,
  asked: Asked = {},
): Promise<Checked<Resolved>> {
  return resolveProfiles({
    names: asked.names ?? Object.keys(texts),
    load: loadFrom(texts),
    catalogue: shippedCatalogue(),
    parameters: new Map(Object.entries(asked.set ?? {})),
    purpose: asked.purpose ?? "plan",
    ...(asked.host !== "unknown" && { host: asked.host ?? host }),
  });
}

/** `key: what is wanted`, or every problem with its place. */
export async function answer(
  texts: Readonly<Record<string, string>>,
  asked?: Asked,
): Promise<readonly string[]> {
  const result = await resolved(texts, asked);
  if (result.ok) return result.value.settings.map(({ key, wanted }) => `${key}: ${wantedText(wanted)}`);
  return result.problems.map(said);
}

/** A problem as `file:line:column code`; its words are the renderer's, and tested there. */
export function said(problem: Problem): string {
  const place = "place" in problem ? problem.place : undefined;
  return place ? `${placeText(place)} ${problem.code}` : problem.code;
}
