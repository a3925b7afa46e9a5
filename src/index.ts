/** tunectl as a library: profiles, the catalogue, plans and the boot simulation, all pure. The command line is one of its users. */

export { printDropIn } from "./boot/print.js";
export { type BootOutcome, simulate, type Winner } from "./boot/simulate.js";
export {
  type BootContent,
  type BootEntry,
  type BootFile,
  type BootStack,
  bootFolders,
  filesInOrder,
  type Loader,
  withFile,
} from "./boot/stack.js";
export {
  type Catalogue,
  defaultOf,
  findTunable,
  makeCatalogue,
  nearestKey,
  searchTunables,
} from "./catalogue/catalogue.js";
export { expand, type Key, keyPath, parseKey, pathKey } from "./catalogue/key.js";
export { shippedCatalogue } from "./catalogue/shipped.js";
export type { Scope, Tunable, ValueType } from "./catalogue/tunable.js";
export { type CheckedValue, checkValue, readValue, type Value } from "./catalogue/value.js";
export { type Drift, driftOf } from "./plan/drift.js";
export { plan } from "./plan/make.js";
export {
  type Applied,
  type BootValue,
  type FileChange,
  isEmpty,
  type Plan,
  type PlanFacts,
  type PlannedKey,
  type PlanRequest,
} from "./plan/plan.js";
export type { Reading } from "./plan/reading.js";
export type { Checked, Place, Problem, ValueFault, Warning } from "./problem.js";
export type { HostView } from "./profile/host-view.js";
export type { LoadProfile } from "./profile/load.js";
export { parseProfile } from "./profile/parse.js";
export type {
  LeftOut,
  Setting,
  Wanted,
  WrittenParameter,
  WrittenProfile,
  WrittenSetting,
} from "./profile/profile.js";
export { type Resolved, type ResolveRequest, resolveProfiles } from "./profile/resolve.js";
export { planJson } from "./render/json.js";
export { type Paint, paint } from "./render/paint.js";
export { planMarkdown } from "./render/plan-markdown.js";
export { planPatch } from "./render/plan-patch.js";
export { planText } from "./render/plan-text.js";
export { problemWords } from "./render/problems.js";
