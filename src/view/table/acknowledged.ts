import type { TableEntry } from '../../diagnosis/entry.ts';
import { describeAcknowledged } from '../../wording/acknowledgements.ts';
import { type Group, type Row, type Table, type TableRequest, tableOf } from './table.ts';

// A workload may have rows above and below; this prefix distinguishes the lower ones.
const BELOW = 'acknowledged:';

/**
 * The table with acknowledged entries below it: one line that counts them and, if `isShown`, their
 * rows by name.
 * @param request that of the table above, whose folds also apply to these rows.
 */
export function withAcknowledged(
  table: Table,
  acknowledged: readonly TableEntry[],
  request: TableRequest,
  isShown: boolean,
): Table {
  if (acknowledged.length === 0) return table;
  const note = `${describeAcknowledged(acknowledged)} · X ${isShown ? 'hides' : 'shows'} them`;
  const heading: Row = { type: 'section', key: 'section:acknowledged', section: 'acknowledged', note };
  if (!isShown) return { ...table, rows: [...table.rows, heading] };
  const folds = new Map(
    [...request.folds].filter(([key]) => key.startsWith(BELOW)).map(([key, isOpen]) => [key.slice(BELOW.length), isOpen]),
  );
  const below = tableOf({
    ...request,
    ...{ entries: acknowledged, sort: 'name', grouping: 'workload', nodeTroubles: [], height: 0, folds, before: null },
  });
  return {
    ...table,
    rows: [...table.rows, heading, ...below.rows.map(belowRow)],
    groups: [...table.groups, ...below.groups.map(belowGroup)],
    groupOf: new Map([...[...below.groupOf].map(([entry, group]) => [BELOW + entry, BELOW + group] as const), ...table.groupOf]),
  };
}

function belowRow(row: Row): Row {
  return row.type === 'section' ? row : { ...row, key: BELOW + row.key, group: belowGroup(row.group) };
}

function belowGroup(group: Group): Group {
  return { ...group, key: BELOW + group.key, section: 'acknowledged' };
}
