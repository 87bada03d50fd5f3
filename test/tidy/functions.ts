// Where functions begin and end in a source file, found by following brackets: TypeScript 7 has no
// parser to ask. It knows functions with a body in braces (declarations, methods, arrows), and
// nothing of what they mean.
import { lineAt, type SourceFile, viewsOf } from './source.js';

interface FunctionSpan {
  readonly line: number;
  readonly lineCount: number;
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
const NOT_A_FUNCTION = /\b(?:if|for|while|switch|catch|with|await)\s*$/;
const TYPE_GOES_ON = /^(?:[|&.?:]|is|keyof|typeof|readonly|asserts|infer|extends|new|unique)$/;

/** The offset after the bracket that closes the one at `open`; the end of the text if none does. */
function afterClosing(code: string, open: number): number {
  const opener = code[open] ?? '';
  const closer = CLOSERS[opener];
  let depth = 0;
  for (let index = open; index < code.length; index += 1) {
    const char = code[index];
    if (char === opener) depth += 1;
    // The arrow of a function type closes no angle bracket.
    else if (char === closer && !(char === '>' && code[index - 1] === '=')) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return code.length;
}

/** Where the body opens after a parameter list that ends before `from`, or -1 if there is none. */
function bodyAfter(code: string, from: number): number {
  const token = /\s*(=>|[\w$]+|[^\s])/y;
  let expectsType = false;
  for (let index = from; index < code.length; ) {
    token.lastIndex = index;
    const match = token.exec(code);
    const sign = match?.[1] ?? '';
    const begin = token.lastIndex - sign.length;
    if (index === from && sign !== ':' && sign !== '=>' && sign !== '{') return -1;
    if (sign === '=>') {
      const body = /\s*\{/y;
      body.lastIndex = token.lastIndex;
      return body.test(code) ? body.lastIndex - 1 : -1;
    }
    if (sign === '{' && !expectsType) return begin;
    if (/^[;,)}=\]]?$/.test(sign)) return -1;
    if (sign in CLOSERS) {
      index = afterClosing(code, begin);
      expectsType = false;
    } else {
      index = token.lastIndex;
      expectsType = TYPE_GOES_ON.test(sign);
    }
  }
  return -1;
}

export function functionsOf(file: SourceFile): FunctionSpan[] {
  const { code } = viewsOf(file);
  const spans: FunctionSpan[] = [];
  for (let open = code.indexOf('('); open >= 0; open = code.indexOf('(', open + 1)) {
    if (NOT_A_FUNCTION.test(code.slice(Math.max(0, open - 16), open))) continue;
    const body = bodyAfter(code, afterClosing(code, open));
    if (body < 0) continue;
    const line = lineAt(code, open);
    spans.push({ line, lineCount: lineAt(code, afterClosing(code, body) - 1) - line + 1 });
  }
  return spans;
}
