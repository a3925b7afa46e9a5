import { describe, expect, it } from "vitest";

// Imported by the package's own name, as a program that depends on it would: through `exports`, from what was
// built.
const library = async (): Promise<typeof import("../src/index.js")> => import("tunectl" as string);

const web = `name: web
summary: Web servers
settings:
  net.core.somaxconn: { at_least: 16384, why: A burst waits }
`;

describe("the library", () => {
  it("parses, resolves and plans without a host, as the command line does", async () => {
    const { parseProfile, planSettings, resolveProfiles, shippedCatalogue, planJson } = await library();
    const catalogue = shippedCatalogue();
    const resolved = await resolveProfiles({
      names: ["web"],
      load: async () => parseProfile("web.yaml", web),
      catalogue,
      parameters: new Map(),
      purpose: "check",
    });
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
    const made = planSettings({
      catalogue,
      ...resolved.value,
      parameters: {},
      facts: {
        read: () => ({ status: "present", value: "4096" as never, writable: true }),
        kernel: "6.18.0",
        interfaces: [],
        modules: [],
        loadableModules: [],
        boot: { entries: [] },
        loader: { name: "systemd", init: "systemd" },
      },
    });
    expect(made.keys.map(({ key, action, after }) => [key, action, after])).toEqual([
      ["net.core.somaxconn", "set", "16384"],
    ]);
    expect(planJson(made)).toMatchObject({ profiles: ["web"], changes: true });
  });

  it("tells what is wrong with a profile as data, and in words", async () => {
    const { parseProfile, problemWords } = await library();
    const parsed = parseProfile("web.yaml", "name: web\nsumary: Web servers\n");
    expect(parsed.ok ? [] : parsed.problems.map(({ code }) => code)).toContain("unknown-field");
    expect(parsed.ok ? [] : parsed.problems.map(problemWords)).toContain(
      "unknown field `sumary` in a profile; did you mean `summary`?",
    );
  });
});
