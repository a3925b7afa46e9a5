/**
 * Values that protect something: never printed, never captured. Held against the catalogue's `secret` entries
 * by a test.
 */

/** The last parts of the keys whose values are secrets. */
export const secretNames: readonly string[] = ["tcp_fastopen_key", "stable_secret"];

export const isSecret = (key: string): boolean => namesSecret(key);

/**
 * A text of sysctl.d lines with the values of secrets taken out, however their keys are written: with dots,
 * slashes or patterns.
 */
export const withoutSecrets = (text: string): string =>
  text.replace(
    /^([ \t]*[-#;]*[ \t]*)([^=\n]*)(=?).*$/gm,
    (line, lead: string, name: string, equals: string) => {
      if (equals !== "") return namesSecret(name.trim()) ? `${lead}${name}= withheld` : line;
      return name.split(/\s+/).some(namesSecret) ? `${lead}withheld` : line;
    },
  );

function namesSecret(key: string): boolean {
  // What stands within brackets or braces may hold dots and slashes of its own, and glob(3) takes a backslash
  // away.
  const flat = key.replaceAll("\\", "").replace(/([[{]).*[\]}]/, "$1");
  const last = flat.split(/[./]/).at(-1) ?? "";
  if (!/[*?[{]/.test(last)) return secretNames.includes(last);
  // A pattern may mean a secret: better too many than one.
  const source = last
    .replace(/[.+^$()|\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".")
    .replace(/[[{].*$/, ".*");
  return last !== "*" && secretNames.some((name) => new RegExp(`^${source}$`).test(name));
}
