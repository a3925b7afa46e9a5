/**
 * tunectl as a library. The command line is one of its users: what `diff`, `apply`, `rollback`, `verify`,
 * `capture` and `rehearse` do are the functions of `operations/`, over a `Host`. Everything from `problem` to
 * `plan` is pure.
 */

export type { Outcome, SideEffect } from "./apply/outcome.js";
export { type DropIn, type DropInLine, printDropIn, readDropIn } from "./boot/drop-in.js";
export type { BootFault } from "./boot/fault.js";
export {
  type Init,
  knownVersion,
  type Loader,
  type LoaderName,
  type LoaderTraits,
  traitsOf,
  usualLoader,
} from "./boot/loader.js";
export { filesMet, type MetFile } from "./boot/met-files.js";
export { type BootLine, parseProcps, parseSystemd } from "./boot/parse.js";
export { type BootResult, type Overridden, simulate, type Winner } from "./boot/simulate.js";
export {
  type BootContent,
  type BootEntry,
  type BootFile,
  type BootStack,
  bootFolders,
  filesInOrder,
} from "./boot/stack.js";
export { type LineEffect, type TracedLine, type TraceRequest, traceLines } from "./boot/trace.js";
export { type NewText, withTexts } from "./boot/with-texts.js";
export {
  type Catalogue,
  defaultOf,
  findTunable,
  makeCatalogue,
  nearestKey,
  searchTunables,
} from "./catalogue/catalogue.js";
export { type CheckedValue, checkValue } from "./catalogue/check-value.js";
export { expand, type Key, keyPath, parseKey, pathKey } from "./catalogue/key.js";
export { interpretReading, type RawReading, type Reading } from "./catalogue/reading.js";
export { shippedCatalogue } from "./catalogue/shipped.js";
export type { Guard, Scope, Tunable, ValueType } from "./catalogue/tunable.js";
export { canonicalReading, type Value } from "./catalogue/value.js";
export { type ProfileLibrary, profileLibrary } from "./disk/profiles.js";
export type { HostView } from "./expression/host-view.js";
export { type CapturedFacts, type FactsFile, factsFromFile, factsToFile } from "./format/facts-file.js";
export { type PlanFile, planFromFile, planToFile } from "./format/plan-file.js";
export { type RecordFile, recordFromFile, recordToFile } from "./format/record-file.js";
export type { Decoded } from "./format/stored.js";
export type {
  Host,
  HostFacts,
  Kernel,
  ModuleLoader,
  OwnFiles,
  RecordStore,
  RecordWriter,
  StagedFile,
  WriteResult,
} from "./host.js";
export { capturedHost } from "./hosts/captured.js";
export { imageHost } from "./hosts/image.js";
export { type HostOptions, liveHost } from "./hosts/live.js";
export { type ApplyOptions, type ApplyResult, applyProfiles } from "./operations/apply.js";
export { type BootOptions, type ForetoldBoot, foretellBoot } from "./operations/boot.js";
export { captureFacts } from "./operations/capture.js";
export type { RollbackOptions, RollbackTarget } from "./operations/find-rollback.js";
export { type Inspection, inspect } from "./operations/inspect.js";
export type { Run } from "./operations/locked-host.js";
export { type Planned, type PlanOptions, planProfiles } from "./operations/plan.js";
export { type Pruned, type PruneOptions, pruneRecords } from "./operations/prune.js";
export { type RecoverOptions, type RecoverResult, recoverHost } from "./operations/recover.js";
export { type Rehearsal, type RehearsalRequest, rehearse } from "./operations/rehearse.js";
export {
  previewRollback,
  type RollbackResult,
  rollBack,
} from "./operations/rollback.js";
export { type KeyEvent, type KeyStory, tellKeys, type WhyOptions } from "./operations/why.js";
export type { Acceptance } from "./plan/acceptance.js";
export { type Drift, driftOf } from "./plan/drift.js";
export {
  type BootValue,
  type FileChange,
  hasNoChanges,
  isUpToDate,
  type Plan,
  type PlanFacts,
  type PlannedKey,
  type PlanRequest,
  type SkipReason,
} from "./plan/plan.js";
export { planRecovery, type RecoveryRequest } from "./plan/plan-recovery.js";
export { planRollback, type RollbackRequest } from "./plan/plan-rollback.js";
export { planSettings } from "./plan/plan-settings.js";
export { type Step, type Transaction, transactionOf } from "./plan/transaction.js";
export type {
  Checked,
  HostProblem,
  PartlyChecked,
  Place,
  Problem,
  TextProblem,
  ValueFault,
  Warning,
} from "./problem.js";
export type {
  LeftOut,
  Setting,
  Wanted,
  Written,
  WrittenParameter,
  WrittenProfile,
  WrittenSetting,
} from "./profile/profile.js";
export { parseProfile } from "./profile/read/parse.js";
export type { LoadProfile } from "./profile/resolve/load.js";
export { type Resolved, type ResolveRequest, resolveProfiles } from "./profile/resolve/resolve.js";
export type { Applied } from "./record/applied.js";
export type { TransactionRecord } from "./record/transaction.js";
export { bootJson } from "./render/boot-json.js";
export { planJson } from "./render/json.js";
export { warningWords } from "./render/messages/warnings.js";
export { type Paint, paint } from "./render/paint.js";
export { planMarkdown } from "./render/plan-markdown.js";
export { planPatch } from "./render/plan-patch.js";
export { type PlanTextOptions, planText } from "./render/plan-text.js";
export { problemWords, renderProblems } from "./render/problems.js";
export { whyJson } from "./render/why-json.js";
