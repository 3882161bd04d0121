/** How the table of sets is filled. */
export interface Filling {
  /** Of a running Apache, or of a live neighbour. */
  readonly living: number;
  /** Left behind. */
  readonly leaked: number;
  readonly limit: number;
}

/** What the signs of {@link tableBar} mean. */
export const BAR_LEGEND = '█ alive   ▒ leaked   · free';

/** The table of sets as a picture, one sign a set. */
export function tableBar({ living, leaked, limit }: Filling): string {
  const free = Math.max(0, limit - living - leaked);
  return `${'▒'.repeat(leaked)}${'█'.repeat(living)}${'·'.repeat(free)} ${living + leaked} of ${limit}`;
}
