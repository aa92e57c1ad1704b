import { counted } from '../text/duration.ts';

/** Says in how many places of an exported file a secret is masked. */
export function maskedText(places: number): string {
  return places === 0 ? 'no secret was found in it' : `secrets are masked at ${counted(places, 'place')} of it`;
}
