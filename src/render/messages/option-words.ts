/** The words for options that do not fit. */

export const expectedWords = {
  "name=value": "write name=value, such as --set connections_per_second=5000",
  "whole-number": "must be a whole number, at least 1",
  "drop-in-name":
    "write a name in /etc/sysctl.d that ends in .conf, such as 99-tunectl.conf: letters, digits and . _ - alone",
  duration: "write a time from 1s to 366d, such as 30s, 5m, 2h or 7d",
  loader: "write systemd, procps or busybox, or one of them with a version, such as systemd:252",
  kernels: "write a version, such as 5.14, or >=5.10; the oldest that is supported is 4.18",
};

export const conflictWords: Readonly<Record<string, string>> = {
  "--force --keep-changed": "they say opposite things",
  "ID --keep": "give an ID to show one snapshot, or --keep to remove old ones",
  "ID --older-than": "give an ID to show one snapshot, or --older-than to remove old ones",
  "--keep --older-than": "they choose by different rules",
  "ID --to": "ID goes back to before a change, --to to how a change left the host",
  "--only --to": "--only takes settings of one change back",
  "ID --to-defaults": "--to-defaults goes by no change",
  "--only --to-defaults": "--to-defaults takes every setting back",
  "--to --to-defaults": "--to-defaults goes by no change",
  "--drop-in --live-only": "--live-only writes no file",
  "--on-override take-over --live-only": "--live-only writes no file",
  "--on-override --allow-override": "--allow-override is another word for --on-override yield",
  "--against apply":
    "--against names another host, and apply writes here: use `tunectl diff --against`, or add --root for that host's image",
};
