import { expect, test } from '@playwright/test';
import { parseSpec, replaceSecrets, secretsIn } from './index.js';

function read(body: string, secrets = '[PIN, API_KEY]') {
  const source = `---\nsecrets: ${secrets}\n---\n${body}`;
  const { spec, problems } = parseSpec({ file: 'a.spec.md', source });
  return {
    spec,
    problems: problems.map(
      ({ code, position, message }) => `${code} ${position.line}:${position.column} ${message}`,
    ),
  };
}

test('keeps secrets as they are written', () => {
  const { spec, problems } = read(
    [
      '## T',
      '- Type "{{secret API_KEY}}" into **"Key"**, then {{secret PIN}}',
      '  - expect: "{{secret PIN}}" is not shown',
      '  - `clipboard: is "a {{secret PIN}}"`',
      '  - `command: "echo {{secret PIN}}" contains "{{secret API_KEY}}"`',
    ].join('\n'),
  );
  expect(problems).toEqual([]);
  const [step] = spec.tests[0]?.steps ?? [];
  expect([step?.text, ...(step?.expectations.map(({ text }) => text) ?? [])]).toEqual([
    'Type "{{secret API_KEY}}" into "Key", then {{secret PIN}}',
    '"{{secret PIN}}" is not shown',
    'clipboard: is "a {{secret PIN}}"',
    'command: "echo {{secret PIN}}" contains "{{secret API_KEY}}"',
  ]);
});

const ending = '\n  - expect: x';
for (const [body, problem] of [
  [
    `## T\n- Type "{{secret PINN}}"${ending}`,
    /^bad-secret 5:9 .*"PINN" is not listed.* Did you mean "PIN"\?$/,
  ],
  [
    `## T\n- Type "{{secret TOKEN}}"${ending}`,
    /^bad-secret 5:9 .* Add "secrets: \[PIN, API_KEY, TOKEN\]"\.$/,
  ],
  [
    `## T\n- Type {{secret pin}}${ending}`,
    /^bad-secret 5:8 "\{\{secret pin\}\}" is no secret\. Write \{\{secret NAME/,
  ],
  [`## T\n- Type {{ secret PIN }}${ending}`, /^bad-secret 5:8 "\{\{ secret PIN \}\}" is no secret/],
  [`## T\n- Type {{secret}}${ending}`, /^bad-secret 5:8 "\{\{secret\}\}" is no secret/],
  [`## T\n- Type {{secret PIN}${ending}`, /^bad-secret 5:8 "\{\{secret PIN\}" is no secret/],
  [`## T\n- Go\n  - expect: {{secret PIN}} is shown`, /^bad-secret 6:13 .*stands in quotes/],
  [`## T\n- Go\n  - expect: "{{secret PIX}}" is shown`, /^bad-secret 6:14 .*Did you mean "PIN"/],
  [`## T\n- \`text: "{{secret PIX}}"\``, /^bad-secret 5:11 .*Did you mean "PIN"/],
  [`## T\n- \`text: matches /{{secret PIN}}/\``, /^bad-secret 5:19 .*a path or a pattern/],
  [`## T\n- \`file: "~/{{secret PIN}}.txt"\``, /^bad-secret 5:13 .*not in a name, a path/],
  [`## T\n- \`value: "{{secret PIN}}" is "{{secret PIN}}"\``, /^bad-secret 5:12 .*not in a name/],
  [`## T\n- \`screenshot: a mask="{{secret PIN}}"\``, /^bad-secret 5:24 .*not in a name/],
  [`## T\n- \`screenshot: {{secret PIN}}\``, /^bad-check 5:16/],
  [`## T {{secret PIN}}\n- Go${ending}`, /^bad-secret 4:1 A secret may not stand in a heading/],
  [`# {{secret PIN}}\n## T\n- Go${ending}`, /^bad-secret 4:1 A secret may not stand in a heading/],
  [`## T\n- use: a.spec.md#{{secret PIN}}${ending}`, /^bad-secret 5:3 A secret may not stand in a "use"/],
] as const) {
  test(`refuses ${JSON.stringify(body)}`, () =>
    expect(read(body).problems).toEqual([expect.stringMatching(problem)]));
}

test('a spec that lists none has none', () => {
  const { problems } = read(`## T\n- Type "{{secret PIN}}"${ending}`, '[]');
  expect(problems).toEqual([
    'bad-secret 5:9 The secret "PIN" is not listed in the front matter. Add "secrets: [PIN]".',
  ]);
});

test('names and replaces the secrets of a text', () => {
  const text = 'a {{secret PIN}} b {{secret API_KEY}}{{secret PIN}} {{secret x}}';
  expect(secretsIn(text)).toEqual(['PIN', 'API_KEY', 'PIN']);
  expect(replaceSecrets(text, (name) => `<$&${name}>`)).toBe('a <$&PIN> b <$&API_KEY><$&PIN> {{secret x}}');
});
