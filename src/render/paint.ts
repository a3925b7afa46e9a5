/** Colours, as data: a renderer is given whether it may use them. */

type Style = (text: string) => string;

export type Paint = {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly green: Style;
  readonly yellow: Style;
  readonly cyan: Style;
};

/** Select Graphic Rendition of ECMA-48: the code that starts a style, and the one that ends it. */
const sgr =
  (colour: boolean, start: number, end: number): Style =>
  (text) =>
    colour ? `\u001b[${start}m${text}\u001b[${end}m` : text;

/** Every code that `paint` puts into a text, as a regular expression. */
export const styles = "\\u001b\\[(?:1|2|22|31|32|33|36|39)m";

export const paint = (colour: boolean): Paint => ({
  bold: sgr(colour, 1, 22),
  dim: sgr(colour, 2, 22),
  red: sgr(colour, 31, 39),
  green: sgr(colour, 32, 39),
  yellow: sgr(colour, 33, 39),
  cyan: sgr(colour, 36, 39),
});
