/** The kernels that a plan is for. */
import { everyKernel, exactly, type Target } from "../catalogue/target.js";
import type { PlanFacts } from "./plan.js";

export const targetOf = ({ view, kernel, installedKernel }: PlanFacts): Target =>
  view
    ? {
        ...exactly(view.kernel),
        arch: view.arch,
        pageSize: view.pageSize,
        ...(view.hz !== undefined && { hz: view.hz }),
      }
    : ([kernel, installedKernel].filter((release) => release !== undefined).map(exactly)[0] ?? everyKernel);
