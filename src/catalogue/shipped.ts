/** The catalogue that ships with this program; read once, when first asked for. */
import { catalogueText } from "../generated/catalogue.js";
import { type Catalogue, makeCatalogue } from "./catalogue.js";
import type { Tunable } from "./tunable.js";

let loaded: Catalogue | undefined;

export function shippedCatalogue(): Catalogue {
  loaded ??= makeCatalogue(JSON.parse(catalogueText) as Tunable[]);
  return loaded;
}
