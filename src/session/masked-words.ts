import { counted } from '../text/duration.ts';

/** What to say of a file that is handed on: at how many of its places a secret is masked. */
export function maskedText(places: number): string {
  return places === 0 ? 'no secret was found in it' : `secrets are masked at ${counted(places, 'place')} of it`;
}
