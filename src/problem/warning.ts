import type { At, MaybeAt, OnKey } from "./parts.js";

/** It is reported, and nothing stops for it. */
export type Warning =
  | ({
      readonly code: "below-default";
      readonly wanted: string;
      readonly default: string;
      readonly since?: string;
    } & OnKey &
      At)
  | ({ readonly code: "image-default-unknown"; readonly value: string } & OnKey)
  | ({ readonly code: "no-effect"; readonly since: string } & OnKey & At)
  | ({ readonly code: "locked-until-reboot"; readonly live: string; readonly wanted: string } & OnKey &
      MaybeAt)
  | ({
      readonly code: "more-than-memory";
      readonly wanted: string;
      readonly unit: string;
      readonly bytes: string;
      readonly memory: string;
    } & OnKey &
      At)
  | ({
      readonly code: "other-loader-differs";
      readonly loader: "systemd" | "procps";
      readonly value: string;
      readonly file: string;
      readonly line: number;
    } & OnKey)
  | { readonly code: "boot-file-unreadable"; readonly file: string; readonly errno: string };
