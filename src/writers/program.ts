/** A program that sets keys at boot: a row of the table. */
import type { Reader } from "./about.js";
import type { Files } from "./sources.js";

export type Program = {
  readonly name: string;
  readonly when: "before" | "after";
  /** Of which one is there where it is installed; none for what is part of every boot. */
  readonly installed?: readonly string[];
  /** It sets no keys but those of its own work; others set what they are told. */
  readonly keys?: "its-own";
  /** Of which one starts it; `NAME@` stands for all its instances. */
  readonly units?: readonly string[];
  /** Files it is read from, for people. */
  readonly reads?: readonly string[];
  readonly source: readonly string[];
  readonly read?: Reader;
  /**
   * Its names in `writers` of the catalogue, where its files do not tell all: it may write those keys, and
   * what, nobody knows.
   */
  readonly writers?: readonly string[];
  /** Where that is so on some hosts alone. */
  readonly isUnknown?: (files: Files) => boolean;
};
