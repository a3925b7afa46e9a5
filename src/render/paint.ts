/** Colours, as data: a renderer is told whether it may. */
import pc from "picocolors";

export type Paint = {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
};

export const paint = (colour: boolean): Paint => pc.createColors(colour);
