import { expect, test } from '@playwright/test';
import {
  MAX_STRING,
  onScreen,
  toBox,
  toCacheItems,
  toDescription,
  toInterfaces,
  toLabels,
  toName,
  toRef,
  toRefs,
  toRole,
  toStates,
  toValue,
} from './atspi.js';

const ref = [':1.2', '/org/a11y/atspi/accessible/7'];
const parent = [':1.2', '/org/a11y/atspi/accessible/root'];
const none = ['', '/org/a11y/atspi/null'];
const facts = [
  ['org.a11y.atspi.Accessible', 'org.a11y.atspi.Text'],
  ' Save As...  ',
  35,
  'description',
  [0x2000000, 1],
];
const item = {
  ref: { bus: ':1.2', path: '/org/a11y/atspi/accessible/7' },
  parent: { bus: ':1.2', path: '/org/a11y/atspi/accessible/root' },
  facts: {
    role: 'menu item',
    name: 'Save As...',
    description: 'description',
    states: ['showing', 'indeterminate'],
    interfaces: ['Accessible', 'Text'],
  },
};

test('reads both forms of a cache', () => {
  expect(toCacheItems([[ref, parent, parent, 3, 0, ...facts]])).toEqual([
    { ...item, index: 3, childCount: 0, children: undefined },
  ]);
  expect(toCacheItems([[ref, parent, parent, [ref, none], ...facts]])).toEqual([
    { ...item, index: -1, childCount: 1, children: [item.ref] },
  ]);
});

test('makes nothing of answers of the wrong type', () => {
  for (const wrong of [undefined, null, 7, 'text', {}, [], [[]], [[[1, 2]]], [[null, 5, 'x']], 10n]) {
    expect({
      items: toCacheItems(wrong),
      interfaces: toInterfaces(wrong),
      labels: toLabels(wrong),
      refs: toRefs(wrong),
      states: toStates(wrong),
      ref: toRef(wrong),
      box: toBox(wrong),
    }).toEqual({
      items: [],
      interfaces: [],
      labels: [],
      refs: [],
      states: [],
      ref: undefined,
      box: undefined,
    });
  }
  expect(toCacheItems([[ref]])).toEqual([
    {
      ref: item.ref,
      parent: undefined,
      facts: { role: 'unknown', name: '', description: '', states: [], interfaces: [] },
      index: -1,
      childCount: -1,
      children: undefined,
    },
  ]);
});

test('refuses addresses that the bus would not take', () => {
  for (const wrong of [['org.example.App', '/a'], [':1.2', 'a'], [':1.2', '/a/'], [':1.2\n', '/a'], none]) {
    expect(toRef(wrong)).toBeUndefined();
  }
  expect(toRef([':1.2', '/a/b_c'])).toEqual({ bus: ':1.2', path: '/a/b_c' });
});

test('cuts long strings and knows no roles beyond its list', () => {
  expect(toName('x'.repeat(MAX_STRING + 1))).toHaveLength(MAX_STRING);
  expect(toName('\u001B[31mred\u0007\u009B2J\r\none')).toBe('\uFFFD[31mred\uFFFD\uFFFD2J \none');
  expect([toRole(43), toRole(130), toRole(-1), toRole(1.5), toRole('43')]).toEqual([
    'push button',
    'unknown',
    'unknown',
    'unknown',
    'unknown',
  ]);
});

test('takes the labels out of all relations', () => {
  expect(
    toLabels([
      [1, [parent]],
      [2, [ref, none]],
    ]),
  ).toEqual([item.ref]);
});

test('keeps the part of a box that is on the screen', () => {
  const screen = { width: 100, height: 50 };
  expect(onScreen({ x: -10, y: 10, width: 30, height: 100 }, screen)).toEqual({
    x: 0,
    y: 10,
    width: 20,
    height: 40,
  });
  for (const off of [
    { x: -2147483648, y: -2147483648, width: 1, height: 1 },
    { x: 0, y: 0, width: 0, height: 0 },
    { x: 100, y: 0, width: 10, height: 10 },
    { x: 5, y: 5, width: -1, height: -1 },
  ]) {
    expect(onScreen(off, screen)).toBeUndefined();
  }
});

test('a description is plain text, and says more than a number', () => {
  expect(
    ["<p style='x'>Window frame\nis <b>excluded</b>.</p>", ' Close  Document ', '5', '-3.5 %', '', 7].map(
      toDescription,
    ),
  ).toEqual(['Window frame is excluded.', 'Close Document', '', '', '', '']);
});

test('a value has all its three numbers', () => {
  expect([
    toValue(5, 0, 100),
    toValue(5, 0, Number.POSITIVE_INFINITY),
    toValue('5', 0, 1),
    toValue(1, 2, undefined),
  ]).toEqual([{ current: 5, minimum: 0, maximum: 100 }, undefined, undefined, undefined]);
});
