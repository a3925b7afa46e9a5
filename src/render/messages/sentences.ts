/** How messages are made. */

/** One message for each code: the compiler asks for the words of a new one. */
export type Messages<Item extends { readonly code: string }> = {
  readonly [Code in Item["code"]]: (item: Extract<Item, { readonly code: Code }>) => string;
};

export const messageOf = <Item extends { readonly code: string }>(
  messages: Messages<Item>,
  item: Item,
): string => (messages[item.code as Item["code"]] as (item: Item) => string)(item);

/** Sentences, or parts of a long one, with a space between them. */
export const sentences = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== "").join(" ");

/** The end of a sentence about an unknown name. */
export const didYouMean = (nearest: string | undefined): string =>
  nearest === undefined ? "." : `; did you mean \`${nearest}\`?`;
