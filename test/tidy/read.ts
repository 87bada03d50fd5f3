// Reads the repository: TypeScript for most rules and figures, every published text for the rule of
// words. The only file in this folder that reads the disk.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { SourceFile } from './source.js';

const PUBLISHED = ['src', 'bench', 'test', 'docs', 'README.md', 'DEVELOPMENT.md', 'CHANGELOG.md', '.ci'];
const CODE = ['src', 'bench', 'test'];

function listPaths(root: string, place: string): string[] {
  const path = join(root, place);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function read(root: string, places: readonly string[]): SourceFile[] {
  return places
    .flatMap((place) => listPaths(root, place))
    .map((path) => ({
      path: relative(root, path).split(sep).join('/'),
      text: readFileSync(path, 'utf8'),
    }))
    .filter(({ text }) => !text.includes('\0'));
}

export function readCode(root: string): SourceFile[] {
  return read(root, CODE).filter(({ path }) => /\.c?ts$/.test(path));
}

export function readPublished(root: string): SourceFile[] {
  return read(root, PUBLISHED);
}
