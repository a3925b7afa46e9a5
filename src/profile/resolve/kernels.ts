/** The kernels that a profile's values are judged for. */
import { everyKernel, exactly, intersect, parseKernels, type Target } from "../../catalogue/target.js";
import type { HostView } from "../../expression/host-view.js";
import type { WrittenProfile } from "../profile.js";
import type { ResolveContext } from "./context.js";

export type KernelRequest = {
  readonly host?: HostView;
  /** `--kernel`, or the newest one in an image. */
  readonly kernel?: Target;
};

/** The host's own kernel; else those of `--kernel` or of an image; else those that the profile is for. */
export function setTarget(
  profile: WrittenProfile,
  { host, kernel }: KernelRequest,
  context: ResolveContext,
): void {
  const meant = meantFor(profile, context);
  const asked = host ? targetOf(host) : kernel;
  context.isTargetNamed = asked !== undefined || meant !== undefined;
  context.target = asked === undefined ? (meant ?? everyKernel) : (withinMeant(asked, meant) ?? asked);
  if (asked && meant && profile.kernels && !intersect(asked, meant))
    context.warnings.push({
      code: "other-kernel",
      profile: profile.name,
      kernels: profile.kernels.text,
      kernel: asked.from,
      place: profile.kernels.place,
    });
}

const withinMeant = (asked: Target, meant: Target | undefined): Target | undefined =>
  meant && intersect(asked, meant);

const targetOf = ({ kernel, arch, pageSize, hz }: HostView): Target => ({
  ...exactly(kernel),
  arch,
  pageSize,
  ...(hz !== undefined && { hz }),
});

function meantFor({ kernels }: WrittenProfile, context: ResolveContext): Target | undefined {
  if (!kernels) return undefined;
  const meant = parseKernels(kernels.text);
  if (!meant) context.problems.push({ code: "bad-kernels", text: kernels.text, place: kernels.place });
  return meant;
}
