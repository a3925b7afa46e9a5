/**
 * What a loader stumbles over. `fails` says whether it makes the loader exit with 1, which systemd shows as a
 * failed unit; everything applicable has been applied all the same. `blocked` is the exception: there nothing
 * is applied.
 */
export type BootFault = BootFileFault | BootLineFault;

/** A file the loader cannot take (S7, P3). `blocked`: a fifo or device, which it reads for ever. */
export type BootFileFault = {
  readonly code: "unreadable-file" | "dangling-file" | "folder-as-file" | "blocked";
  readonly file: string;
  readonly fails: boolean;
  readonly reason?: string;
};

/**
 * A line the loader cannot take; `text` is the line or key, shortened if it is very long.
 * - `not-an-assignment`: no `=` and no leading `-` (S15, P5)
 * - `line-too-long`: this line and the rest of the file are lost (S12)
 * - `bad-key`: empty, or leads out of /proc/sys (S19, P7)
 * - `unusable-key`: literal so that the loader never finds it, and does not say so: `- key`, a trailing
 *   separator (P6, P7)
 * - `not-a-key`: names a folder of keys, or something below a key (S35, P10)
 * - `glob-too-large`: more than we expand (systemd crashes on some of these); what the line does is not known
 */
export type BootLineFault = {
  readonly code:
    | "not-an-assignment"
    | "line-too-long"
    | "bad-key"
    | "unusable-key"
    | "not-a-key"
    | "glob-too-large";
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly fails: boolean;
};

/** A fault of one line. */
export function lineFault(
  code: BootLineFault["code"],
  place: { readonly file: string; readonly line: number },
  text: string,
  fails: boolean,
): BootLineFault {
  return {
    code,
    file: place.file,
    line: place.line,
    text: text.length > 200 ? `${text.slice(0, 199)}…` : text,
    fails,
  };
}
