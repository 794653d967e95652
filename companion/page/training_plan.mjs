// What a training shows, and what its reader may choose: all of it, or what a chapter asks for.

export const FIRST = { vae: true, latentDim: 2, hidden: [128, 64], rate: 0.004, batch: 64, beta: 1, seed: 0 };
export const MODELS = ["VAE", "autoencoder"];
const PANELS = ["beta", "map", "pictures", "samples", "losses"];

/**
 * Complete a plan.
 *
 * @param plan {first, models, show, claims}, as live_training.py writes it: settings to begin with,
 *     names of `MODELS` to choose from, of `PANELS` to show, and claims as for `makeClaims`; or
 *     nothing, for all there is
 * @returns the same, with all settings, and `whole`, which says that nothing is left out
 */
export function completed(plan) {
  if (!plan) return { first: FIRST, models: MODELS, show: PANELS, claims: [], whole: true };
  return { ...plan, first: { ...FIRST, ...plan.first }, whole: false };
}
