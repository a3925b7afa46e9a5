/** What a boot is made from: cases that do not disturb each other, each with its own keys. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { usualWords } from "../guest/machine.js";

/** By path; a text, or where a link leads to. A character is a byte. */
export type Files = Readonly<Record<string, string | { readonly link: string }>>;

export type Case = {
  readonly title: string;
  /** What a profile of ours wants. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What others have put there, after our apply. */
  readonly files?: Files;
  /** Keys that are looked at besides those of the settings. */
  readonly also?: readonly string[];
  /** Why nobody can know a value, by key. */
  readonly unknown?: Readonly<Record<string, string>>;
};

export type Boot = {
  readonly title: string;
  readonly cases: readonly Case[];
  /** More of the kernel's command line; an image has it in /etc/default/grub. */
  readonly append?: string;
  readonly enable?: readonly string[];
  /** A command of the guest that ends when all is done that nothing else waits for. */
  readonly wait?: string;
};

export const settingsOf = ({ cases }: Boot): Readonly<Record<string, string>> =>
  Object.assign({}, ...cases.map(({ settings }) => settings)) as Readonly<Record<string, string>>;

export function putFiles(tree: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const at = Buffer.from(`${tree}${path}`, "latin1");
    mkdirSync(dirname(`${tree}${path}`), { recursive: true });
    rmSync(at, { force: true });
    if (typeof content === "string") writeFileSync(at, content, "latin1");
    else symlinkSync(content.link, at);
  }
}

/** What grub-mkconfig(8) would make the command line of. */
export const grubFile = ({ append = "" }: Boot): Files => ({
  "/etc/default/grub": `GRUB_CMDLINE_LINUX="${usualWords} ${append}"\n`,
});
