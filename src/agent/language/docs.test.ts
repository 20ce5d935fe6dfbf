import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parseExpectation } from './claim.js';
import { readSentence } from './sentence.js';
import { parseStep } from './step.js';
import { parseTarget } from './target.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/spec-language.md'), 'utf8');

/** The code spans of a section of the page. */
function spansOf(heading: string): readonly string[] {
  const section = page.split(`\n${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';
  return [...section.matchAll(/`([^`]+)`/g)].map(([, span]) => span!);
}

/** Those of the right column of a section's table. */
function formsOf(heading: string): readonly string[] {
  const rows =
    (page.split(`\n${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '').match(/^\|(?! to | about |--).+$/gm) ?? [];
  return rows.flatMap((row) =>
    [
      ...row
        .split(' | ')
        .slice(1)
        .join(' | ')
        .matchAll(/`([^`]+)`/g),
    ].map(([, span]) => span!),
  );
}

test('every step that the page shows is understood', () => {
  const steps = formsOf('### Steps');
  expect(steps.length).toBeGreaterThan(60);
  expect(steps.filter((step) => parseStep(step) === undefined)).toEqual([]);
});

test('every sentence that the page shows can be judged', () => {
  const sentences = formsOf('### Sentences that are judged');
  expect(sentences.length).toBeGreaterThan(30);
  expect(sentences.filter((sentence) => parseExpectation(sentence) === undefined)).toEqual([]);
});

test('every kind and target that the page shows is one', () => {
  const words = spansOf('### Targets').filter(
    (span) => !/^(?:the (?:second|3rd|last)|next to|(?:left|right) of|under|above|in)$/.test(span),
  );
  expect(words.length).toBeGreaterThan(25);
  const isTarget = (span: string) => {
    const sentence = readSentence(/^(?:the |")/.test(span) ? span : `the "x" ${span}`);
    return parseTarget(sentence, sentence.words) !== undefined;
  };
  expect(words.filter((span) => !isTarget(span))).toEqual([]);
});
