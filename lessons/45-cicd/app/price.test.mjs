import assert from 'node:assert/strict';
import { test } from 'node:test';
import { price } from './price.mjs';

test('one packet costs 12', () => assert.equal(price(1), 12));
test('nothing costs nothing', () => assert.equal(price(0), 0));
test('more never costs more apiece', () => assert.ok(price(20) / 20 <= price(2) / 2));
