// The content security policy of a page that needs nothing else: nothing is loaded, and only its
// own style and script act, whatever stands in what it shows. Pure.

import { createHash } from 'node:crypto';

export function policyOf(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const own = `style-src ${hash(style)}; script-src ${hash(script)}`;
  return `default-src 'none'; ${own}; base-uri 'none'; form-action 'none'`;
}
