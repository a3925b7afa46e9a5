/** Profiles as a person writes them, for tests where only keys and values matter. */

/** A setting as YAML has it: a text is one value, else bounds. */
type Written = string | { readonly [bound in "at_least" | "at_most"]?: string };

export function profileText(name: string, settings: Readonly<Record<string, Written>>): string {
  const lines = Object.entries(settings).map(([key, wanted]) => {
    const fields = Object.entries(typeof wanted === "string" ? { value: wanted } : wanted);
    return `  ${key}: { ${fields.map(([field, value]) => `${field}: "${value}"`).join(", ")}, why: Wanted by a test }`;
  });
  return `name: ${name}\nsummary: Of a test\nsettings:\n${lines.join("\n")}\n`;
}
