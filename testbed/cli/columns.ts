export interface Column {
  title: string;
  align?: 'left' | 'right';
}

/** Lays out rows under titles, two blanks between columns, no blanks at line ends; ends with a newline. */
export function columns(titles: Column[], rows: string[][]): string {
  const widths = titles.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: string[]): string =>
    titles
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const width = widths[index] ?? 0;
        return column.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return `${[titles.map((column) => column.title), ...rows].map(line).join('\n')}\n`;
}

/** Titles from one string: `Unit Workload >Rev`; `>` aligns right, `_` stands for a blank inside a title. */
export function titles(text: string): Column[] {
  return text.split(' ').map((word) => ({
    title: word.replace(/^>/, '').replaceAll('_', ' '),
    align: word.startsWith('>') ? 'right' : 'left',
  }));
}
