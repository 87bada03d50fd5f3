// Rules about sizes: what does not fit a screen is not read. Tests may be a little longer, because
// a table of cases reads well. Pure functions.
import { functionsOf } from './functions.js';
import type { Rule } from './source.js';

const FILE_LINES_MAX = 250;
const TEST_FILE_LINES_MAX = 300;
const COLUMNS_MAX = 110;
const FUNCTION_LINES_MAX = 70;

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

export const fileLength: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const max = path.startsWith('test/') ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
    const count = linesOf(text).length;
    return count <= max ? [] : [{ path, line: max + 1, message: `${count} lines, over ${max}` }];
  });

export const lineLength: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    linesOf(text).flatMap((content, index) => {
      const columns = [...content].length;
      const message = `${columns} columns, over ${COLUMNS_MAX}`;
      return columns <= COLUMNS_MAX ? [] : [{ path, line: index + 1, message }];
    }),
  );

export const functionLength: Rule = (files) =>
  files.flatMap((file) =>
    functionsOf(file).flatMap(({ line, lineCount }) => {
      const message = `a function of ${lineCount} lines, over ${FUNCTION_LINES_MAX}`;
      return lineCount <= FUNCTION_LINES_MAX ? [] : [{ path: file.path, line, message }];
    }),
  );
