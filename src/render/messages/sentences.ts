/** How messages are made. */
import { shownPath } from "../escape.js";

/** One message for each code: the compiler asks for the words of a new one. */
export type Messages<Item extends { readonly code: string }> = {
  readonly [Code in Item["code"]]: (item: Extract<Item, { readonly code: Code }>) => string;
};

export const messageOf = <Item extends { readonly code: string }>(
  messages: Messages<Item>,
  item: Item,
): string => (messages[item.code as Item["code"]] as (item: Item) => string)(withShownPaths(item));

const pathFields: readonly string[] = ["file", "behind", "path", "folder"];

/** With the names of files as they are to be read. */
const withShownPaths = <Item extends object>(item: Item): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === "string" && pathFields.includes(name) ? shownPath(value) : value,
    ]),
  ) as Item;

/** Sentences, or parts of a long one, with a space between them. */
export const sentences = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== "").join(" ");

/** The end of a sentence about an unknown name. */
export const didYouMean = (nearest: string | undefined): string =>
  nearest === undefined ? "." : `; did you mean \`${nearest}\`?`;

const sizes = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** `3.5 GiB`. */
export function sizeWords(bytes: string): string {
  const power = Math.max(
    0,
    Math.min(sizes.length - 1, Math.floor((BigInt(bytes).toString(2).length - 1) / 10)),
  );
  const amount = Number(BigInt(bytes)) / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${sizes[power]}`;
}

/** With one full stop at its end. */
export const ended = (text: string): string => `${text.replace(/\.$/, "")}.`;

export const nothingChanged = "Nothing was changed.";
