import type { CauseId } from '../../model/cause.ts';
import { LIST } from '../../model/causes/index.ts';
import { UsageError } from '../../process/usage-error.ts';
import { nearNames } from '../../text/near-names.ts';

/** The cause with that ID. @throws UsageError if there is none, with a suggestion if possible. */
export function causeIdOf(text: string): CauseId {
  const ids = LIST.map(({ id }) => id);
  const found = ids.find((id) => id === text.trim().toLowerCase());
  if (found !== undefined) return found;
  const near = nearNames(text, ids);
  const meant = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `use one of ${ids.join(', ')}`;
  throw new UsageError(`no cause is named ${JSON.stringify(text)}: ${meant}`);
}
