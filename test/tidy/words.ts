// Rule about words that mean something only in the place where this was written: absolute paths of
// that machine, hosts it installs from. They would mislead everybody else. Pure; reads every kind
// of text.
import { lineAt, type Rule } from './source.js';

const PLACES: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.-])\/(?:work|root)\//g, 'an absolute path of one machine'],
  [/https?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[\w.-]*/g, 'the host of a registry'],
  [
    /(?<![\w@.-])(?:registry|npm|nexus|artifactory)\.[\w-]+\.[a-z]{2,}\b/g,
    'the host of a registry',
  ],
];

export const workplaceWords: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    PLACES.flatMap(([pattern, what]) =>
      [...text.matchAll(pattern)].map(({ index, 0: word }) => {
        return { path, line: lineAt(text, index), message: `${what}: ${word}` };
      }),
    ),
  );
