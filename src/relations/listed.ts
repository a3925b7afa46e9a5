const mostNames = 8;

/** The first names of a list, and how many more there are: a router has hundreds of interfaces. */
export const listed = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(", ")
    : `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`;
