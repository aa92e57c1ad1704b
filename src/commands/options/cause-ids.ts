import type { CauseId } from '../../model/cause.ts';
import { LIST } from '../../model/causes/index.ts';
import { UsageError } from '../../process/usage-error.ts';
import { nearNames } from '../../text/near-names.ts';

/** The cause that somebody named. @throws UsageError where there is none of that name: with the one that was meant, perhaps. */
export function causeIdOf(text: string): CauseId {
  const ids = LIST.map(({ id }) => id);
  const found = ids.find((id) => id === text.trim().toLowerCase());
  if (found !== undefined) return found;
  const near = nearNames(text, ids);
  const meant = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `use one of ${ids.join(', ')}`;
  throw new UsageError(`there is no cause ${JSON.stringify(text)}: ${meant}`);
}
