/** One line of the table: a figure beside the floor that was taken in the same run. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number | null;
  readonly ratio: number | null;
  /** The goal in words, such as `≤ 1.3 ×`. */
  readonly goal: string;
  readonly ok: boolean;
}

/** A goal on the ratio to the floor, or on the value where there is no floor. */
export type Goal =
  | { readonly kind: 'ratioAtMost'; readonly limit: number }
  | { readonly kind: 'ratioAtLeast'; readonly limit: number }
  | { readonly kind: 'valueAtMost'; readonly limit: number };

/** Judges a figure by its goal. */
export function makeRow(figure: { name: string; value: number; unit: string; floor?: number }, goal: Goal): Row {
  const floor = figure.floor ?? null;
  const ratio = floor === null || floor === 0 ? null : figure.value / floor;
  const { name, value, unit } = figure;
  switch (goal.kind) {
    case 'ratioAtMost':
      return { name, value, unit, floor, ratio, goal: `≤ ${goal.limit} ×`, ok: ratio !== null && ratio <= goal.limit };
    case 'ratioAtLeast':
      return { name, value, unit, floor, ratio, goal: `≥ ${goal.limit} ×`, ok: ratio !== null && ratio >= goal.limit };
    case 'valueAtMost':
      return { name, value, unit, floor, ratio, goal: `≤ ${goal.limit} ${unit}`, ok: value <= goal.limit };
  }
}

/** The table as text, one row a line. */
export function printTable(rows: readonly Row[]): string {
  const number = (value: number | null): string =>
    value === null ? '—' : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
  const cells = rows.map((row) => [
    row.name,
    `${number(row.value)} ${row.unit}`,
    row.floor === null ? '—' : `${number(row.floor)} ${row.unit}`,
    row.ratio === null ? '—' : `${row.ratio.toFixed(2)} ×`,
    row.goal,
    row.ok ? 'ok' : 'MISSED',
  ]);
  const table = [['figure', 'measured', 'floor', 'ratio', 'goal', ''], ...cells];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value that a share of all values does not exceed: `percentile(times, 0.95)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** A measurement with the floor that was taken right before or after it. */
export interface Sample {
  readonly value: number;
  readonly floor: number;
}

/** A row of the medians. */
export function medianRow(name: string, unit: string, samples: readonly Sample[], goal: Goal): Row {
  const value = median(samples.map((sample) => sample.value));
  const floor = median(samples.map((sample) => sample.floor));
  return makeRow({ name, value, floor, unit }, goal);
}
