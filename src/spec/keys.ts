import { longestDuration, parseDuration } from './duration.js';
import * as environment from './environment.js';
import { destinationForm, readNetwork } from './network.js';
import { secretName } from './secret.js';
import { type FrontMatter, type Reading, defaultSettings, listOf, refuse } from './settings.js';
import { levelList, screenshotLevels } from './screenshot.js';
import { didYouMean } from './suggest.js';
import { leastProcesses, mostProcesses, readLimits, sizeText } from './limits.js';
import { parseReference } from './use.js';

/** A JSON Schema, as far as this table needs it. */
export type Schema = Readonly<Record<string, unknown>>;

/** One key of the front matter: how it is read, and the same as a schema for editors. */
export interface Key {
  readonly read: (value: unknown) => Reading;
  readonly schema: Schema;
}

const localeName = /^[A-Za-z]{1,8}(?:[_-][A-Za-z0-9]+)*(?:\.[A-Za-z0-9-]+)?(?:@[a-z]+)?$/;
const tagName = /^@?[\p{L}\p{N}_-]+$/u;
const scales = [100, 125, 150, 175, 200] as const;
const text: Schema = { type: 'string', pattern: String.raw`\S` };

/** Every key of the front matter, in the order of the reference. */
export const keys: { readonly [Name in keyof FrontMatter]: Key } = {
  kind: {
    read: readKind,
    schema: { description: 'What the spec is.', default: 'gui', enum: ['gui'] },
  },
  app: {
    read: (value) =>
      typeof value === 'string' && value.trim() !== ''
        ? { app: value.trim() }
        : refuse('app', value, 'Write a command line such as "mousepad notes.txt", or none.'),
    schema: {
      ...{ description: 'Command line started before the first step, or none.', default: 'none' },
      ...text,
    },
  },
  files: {
    read: readFiles,
    schema: {
      ...{ description: 'Files copied into the home before the test, relative to the spec.', default: [] },
      ...listSchema({ ...text, not: { pattern: String.raw`^[/\\~]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)` } }),
    },
  },
  network: {
    read: readNetwork,
    schema: {
      ...{ description: 'What the application reaches beyond its sandbox.', default: 'offline' },
      anyOf: [{ enum: ['offline', 'online'] }, networkSchema()],
    },
  },
  level: choice('level', ['elevated', 'unelevated', 'any'], 'How strongly the sandbox isolates.'),
  display: {
    read: readDisplay,
    schema: {
      ...{ description: 'Size of the screen in pixels, 320x200 to 7680x4320.', default: '1280x800' },
      ...{ type: 'string', pattern: String.raw`^\d{3,4}x\d{3,4}$` },
    },
  },
  scale: {
    read: readScale,
    schema: {
      ...{ description: 'Scale of the interface in percent.', default: 100 },
      enum: scales.flatMap((scale) => [scale, `${scale}%`, `${scale} %`, `${scale}`]),
    },
  },
  theme: choice('theme', ['light', 'dark'], 'Which theme the desktop asks applications for.'),
  locale: {
    read: (value) =>
      typeof value === 'string' && localeName.test(value)
        ? { locale: value }
        : refuse('locale', value, 'Write a locale such as C.UTF-8 or de_DE.UTF-8.'),
    schema: {
      ...{ description: 'Value of LANG in the sandbox.', default: 'C.UTF-8' },
      ...{ type: 'string', pattern: localeName.source },
    },
  },
  timezone: {
    read: environment.readTimezone,
    schema: {
      ...{ description: 'IANA time zone such as Europe/Berlin, or UTC.', default: 'UTC' },
      ...{ type: 'string', pattern: environment.zoneName.source },
    },
  },
  keyboard: {
    read: environment.readKeyboard,
    schema: {
      ...{ description: 'Layout of the keyboard, such as us, de or de(nodeadkeys).', default: 'us' },
      ...{ type: 'string', pattern: environment.layoutName.source },
    },
  },
  env: {
    read: environment.readEnv,
    schema: {
      ...{ description: 'Variables set in the sandbox.', default: {}, type: 'object' },
      propertyNames: {
        ...{ pattern: environment.variableName.source, not: { enum: environment.takenVariables } },
      },
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    },
  },
  secrets: {
    read: environment.readSecrets,
    schema: {
      ...{ description: 'Names of the secrets that steps may use as {{secret NAME}}.', default: [] },
      ...listSchema({ type: 'string', pattern: secretName.source }),
    },
  },
  setup: {
    read: environment.readSetup,
    schema: {
      ...{ description: 'What is done before the application starts.', default: 'none' },
      anyOf: [text, setupSchema()],
    },
  },
  screenshots: {
    read: readScreenshots,
    schema: {
      ...{ description: 'How strictly screens are compared with their baselines.', default: 'strict' },
      anyOf: [{ enum: screenshotLevels }, screenshotsSchema()],
    },
  },
  nested: choice(
    'nested',
    [true, false, 'browsers'],
    'Whether programs may make namespaces of their own; browsers: where the app is one.',
  ),
  limits: {
    read: readLimits,
    schema: {
      ...{ description: 'What all processes may have together.', default: {}, type: 'object' },
      properties: {
        memory: { type: 'string', pattern: sizeText.source },
        processes: { type: 'integer', minimum: leastProcesses, maximum: mostProcesses },
      },
      additionalProperties: false,
    },
  },
  use: {
    read: readUses,
    schema: {
      ...{ description: 'Tests whose steps come before those of every test.', default: [] },
      ...listSchema({ type: 'string', pattern: String.raw`^(?:[^#/\\~][^#\\]*\.[mM][dD])?\s*#\s*\S` }),
    },
  },
  timeout: {
    read: readTimeout,
    schema: {
      ...{ description: 'Time limit of one test: 30 s, 500 ms, 2 min or milliseconds.', default: '60 s' },
      anyOf: [
        { type: 'integer', minimum: 1, maximum: longestDuration },
        { type: 'string', pattern: String.raw`^\s*\d+(?:\.\d+)?\s*(?:ms|s|min)\s*$` },
      ],
    },
  },
  tags: {
    read: readTags,
    schema: {
      ...{ description: 'Tags of every test, with or without their @.', default: [] },
      ...listSchema({ type: ['string', 'number'], pattern: tagName.source }),
    },
  },
};

function choice<Name extends 'level' | 'theme' | 'nested'>(
  name: Name,
  values: readonly FrontMatter[Name][],
  description: string,
): Key {
  const others = values.slice(0, -1).join(', ');
  return {
    read: (value) =>
      values.some((each) => each === value)
        ? { [name]: value }
        : refuse(name, value, `Write ${others} or ${values.at(-1)}.`),
    schema: { description, default: defaultSettings[name], enum: values },
  };
}

function listSchema(items: Schema): Schema {
  return { anyOf: [items, { type: 'array', items }] };
}

function networkSchema(): Schema {
  const destinations = listSchema({ type: 'string', pattern: destinationForm.source });
  const port = { type: 'integer', minimum: 1, maximum: 65_535 };
  return {
    type: 'object',
    properties: { allow: destinations, deny: destinations, localhost: listSchema(port) },
    additionalProperties: false,
    minProperties: 1,
  };
}

function setupSchema(): Schema {
  const packages = listSchema({ type: 'string', pattern: environment.packageName.source });
  return {
    type: 'object',
    properties: { packages, command: text },
    additionalProperties: false,
    minProperties: 1,
  };
}

function screenshotsSchema(): Schema {
  return {
    type: 'object',
    properties: { level: { enum: screenshotLevels } },
    additionalProperties: false,
    minProperties: 1,
  };
}

function readScreenshots(value: unknown): Reading {
  const map = value instanceof Map ? (value as ReadonlyMap<string, unknown>) : new Map([['level', value]]);
  const unknown = [...map.keys()].find((key) => key !== 'level');
  if (unknown !== undefined) {
    const advice = didYouMean(unknown, ['level']) || ' Only level exists.';
    return { code: 'bad-value', message: `Unknown key "${unknown}" in "screenshots".${advice}` };
  }
  const given = map.get('level');
  const level = screenshotLevels.find((each) => each === given);
  if (level !== undefined) return { screenshots: { level } };
  const advice =
    (typeof given === 'string' && didYouMean(given, screenshotLevels).trim()) || `Write ${levelList}.`;
  return refuse('screenshots', given, advice);
}

function readKind(value: unknown): Reading {
  if (value === 'gui') return { kind: value };
  if (value === 'install' || value === 'bug') {
    return { code: 'unsupported', message: `The kind "${value}" is not supported yet. Only gui is.` };
  }
  return refuse('kind', value, 'Write gui.');
}

function readDisplay(value: unknown): Reading {
  const match = typeof value === 'string' ? /^(\d{3,4})x(\d{3,4})$/.exec(value) : null;
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  return width >= 320 && width <= 7680 && height >= 200 && height <= 4320
    ? { display: { width, height } }
    : refuse('display', value, 'Write width x height, for example 1280x800, from 320x200 to 7680x4320.');
}

function readScale(value: unknown): Reading {
  const percent = typeof value === 'string' ? /^(\d{3}) ?%?$/.exec(value)?.[1] : value;
  const scale = scales.find((each) => each === Number(percent));
  return scale === undefined || typeof percent === 'boolean'
    ? refuse('scale', value, 'Write 100, 125, 150, 175 or 200, with or without %.')
    : { scale };
}

function readFiles(value: unknown): Reading {
  const files = listOf(value);
  const allowed = files?.every(
    (file) =>
      typeof file === 'string' &&
      file.trim() !== '' &&
      !file.includes('\0') &&
      !/^(?:[/\\~]|[A-Za-z]:)/.test(file) &&
      !file.split(/[/\\]/).includes('..'),
  );
  return files && allowed
    ? { files: files.map(String) }
    : refuse('files', value, 'Write a list of paths below the folder of the spec, such as [data/notes.txt].');
}

function readUses(value: unknown): Reading {
  const texts = listOf(value);
  const advice = 'Write other.spec.md#Title, in quotes where it begins with "#".';
  if (!texts?.every((each) => typeof each === 'string')) return refuse('use', value, advice);
  const use = texts.map((each) => parseReference(each));
  const wrong = use.find((each) => typeof each === 'string');
  if (wrong !== undefined) return { code: 'bad-value', message: wrong };
  return { use: use.filter((each) => typeof each !== 'string') };
}

function readTimeout(value: unknown): Reading {
  const milliseconds = typeof value === 'string' ? parseDuration(value) : value;
  return typeof milliseconds === 'number' &&
    Number.isInteger(milliseconds) &&
    milliseconds > 0 &&
    milliseconds <= longestDuration
    ? { timeout: milliseconds }
    : refuse('timeout', value, 'Write for example 30 s, 2 min or a number of milliseconds, at most a day.');
}

function readTags(value: unknown): Reading {
  const tags = listOf(value)?.map(String);
  return tags?.every((tag) => tagName.test(tag))
    ? { tags: tags.map((tag) => `@${tag.replace(/^@/, '')}`) }
    : refuse('tags', value, 'Write a list of words, such as [smoke, slow].');
}
