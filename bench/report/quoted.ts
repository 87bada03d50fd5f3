// Measured figures in the project's pages, which quote only committed results: between two marks is what a
// section says, or one of its tables. into-docs.ts writes them, and a test compares.
//
// <!-- measured: dispatch says -->        the sentences
// <!-- measured: dispatch table 2 -->     the second table
// <!-- measured: dispatch how -->         how it was measured
// <!-- end -->

import { join } from 'node:path';
import { wrap } from '../../src/present/text.js';
import { escapeMarkdown, formatRows } from './markdown.js';
import type { Section } from './model.js';

const MARKED = /(<!-- measured: ([\w-]+) (says|how|table (\d+)) -->\n)(.*?)(<!-- end -->)/gs;
const COLUMNS = 118;
const TEXT_COLUMNS_MAX = 4_000;

/** The page with every marked part renewed from the sections. @throws Error with the mark */
export function quoted(page: string, sections: readonly Section[]): string {
  return page.replace(MARKED, (_, begin: string, ...found: string[]) => {
    const [name = '', what = '', table, , end = ''] = found;
    const mark = `<!-- measured: ${name} ${what} -->`;
    const section = sections.find(({ scenario }) => scenario === name);
    if (section === undefined) throw new Error(`${mark}: there is no such scenario in the results`);
    const lines = formatPart(section, what, table);
    if (lines === undefined) throw new Error(`${mark}: it has ${section.tables.length} tables`);
    return [begin.trimEnd(), '', ...lines, '', end].join('\n');
  });
}

function formatPart(section: Section, what: string, table: string | undefined) {
  if (what === 'how') return wrapped(section.how);
  if (what === 'says') {
    return section.says.flatMap((text, at) => [...(at === 0 ? [] : ['']), ...wrapped(text)]);
  }
  const found = section.tables[Number(table) - 1];
  return found && formatRows(found);
}

function wrapped(text: string): string[] {
  return wrap(escapeMarkdown(text, TEXT_COLUMNS_MAX), COLUMNS);
}

// The committed results, from dist/bench/report.
export const ROOT = join(import.meta.dirname, '..', '..', '..');
export const RESULTS = join(ROOT, 'bench', 'results', 'full.ndjson');
export const PAGE = join(ROOT, 'bench', 'results', 'full.html');
export const SEED = 1;
