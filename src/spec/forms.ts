/** Shorter encodings would be found in texts that have nothing to do with the value. */
const shortestEncoding = 5;

/** The other forms that a value is often written in; without regard to case, so hexadecimal stands here once. */
export function otherForms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  const lines = value.split(/\r?\n/);
  const forms = [
    ...(lines.length > 1 ? lines : []),
    ...[json, JSON.stringify(json).slice(1, -1)],
    ...[url, encodeURI(value), encodeURIComponent(url), url.replaceAll(/[!'()*]/g, percent)],
    // As forms are sent.
    url.replaceAll(/[!'()~]/g, percent).replaceAll('%20', '+'),
    ...htmlForms(value),
    ...[
      value.replaceAll("'", String.raw`'\''`),
      value.replaceAll(/[^\p{L}\p{N}_@%+=:,./-]/gu, String.raw`\$&`),
    ],
    value.replaceAll(/["\\$`]/g, String.raw`\$&`),
    ...[bytes.toString('hex'), Buffer.from(value, 'utf16le').toString('hex')],
    // UTF-16 that was read byte by byte.
    value.split('').join('\0'),
    ...base64Forms(bytes),
    ...base64Forms(Buffer.from(value, 'utf16le')),
  ];
  const long = forms.filter((form) => form.length >= shortestEncoding && form !== value);
  return [...new Set(long.map((form) => form.toLowerCase()))];
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}

function htmlForms(value: string): readonly string[] {
  const escaped = (quotes: Readonly<Record<string, string>>): string => {
    const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', ...quotes };
    return value.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
  };
  return [
    escaped({}),
    escaped({ '"': '&quot;' }),
    escaped({ '"': '&quot;', "'": '&#39;' }),
    escaped({ '"': '&quot;', "'": '&#x27;' }),
    escaped({ '"': '&quot;', "'": '&apos;' }),
    escaped({ '"': '&#34;', "'": '&#39;' }),
  ];
}

/** In base64 three bytes become four characters, so a value inside of other bytes has three forms; each in both alphabets. */
function base64Forms(bytes: Buffer): readonly string[] {
  const aligned = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Characters at both ends depend on the bytes beside the value as well.
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(start, end);
  });
  const whole = bytes.toString('base64');
  return [whole, whole.replace(/=+$/, ''), ...aligned].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}
