import type { INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import {
	asNodeError,
	errorItem,
	markFailed,
	problemError,
	redact,
	redactProblem,
} from '../../../nodes/shared/errors';
import { asObject, asText, defined, isObject } from '../../../nodes/shared/objects';

const node = { name: 'Dify', type: 'dify', typeVersion: 1 } as INode;

describe('the error of a problem', () => {
	it('says what happened and what to do, with the details and the item', () => {
		const problem = {
			message: 'The app is not available',
			description: 'Publish it',
			httpCode: '400',
			details: { code: 'app_unavailable' },
			failure: { cause: 'configuration-invalid' as const },
		};
		const error = problemError(node, problem, 2);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			message: 'The app is not available',
			description: 'Publish it',
			httpCode: '400',
			context: { itemIndex: 2, data: { code: 'app_unavailable' } },
			failure: { cause: 'configuration-invalid' },
		});
	});

	it.each(['404', '429', '500', 'ECONNREFUSED', 'ENOTFOUND'])(
		'keeps our words where n8n has general ones for %s',
		(httpCode) => {
			const error = problemError(node, { message: 'Our words', description: 'Do this', httpCode });
			expect(error).toMatchObject({ message: 'Our words', description: 'Do this' });
		},
	);
});

describe('any thrown value', () => {
	it('becomes an error of its item', () => {
		const error = asNodeError(node, new Error('odd'), 1);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'odd', context: { itemIndex: 1 } });
		expect(asNodeError(node, 'only a text', 0).message).toBe('only a text');
	});

	it('stays itself when it is one already, and keeps its item', () => {
		const error = problemError(node, { message: 'x' }, 4);
		expect(asNodeError(node, error, 1)).toBe(error);
		expect(error.context.itemIndex).toBe(4);
		const without = problemError(node, { message: 'x' });
		expect(asNodeError(node, without, 1).context.itemIndex).toBe(1);
	});
});

describe('the item of a failure', () => {
	it('has only the keys that the error output knows', () => {
		const problem = { message: 'What', description: 'Do', details: { answer: 'so far' } };
		expect(errorItem(problemError(node, problem, 0), 0)).toEqual({
			json: { error: 'What', message: 'Do', details: { answer: 'so far' } },
			pairedItem: { item: 0 },
		});
	});

	it('carries its error where there is an error output, but no copy does (n8n 1.x)', () => {
		const error = problemError(node, { message: 'What', details: { answer: 'so far' } }, 0);
		const item = markFailed(errorItem(error, 0), error);
		expect(item.error).toBe(error);
		expect({ ...item }).toEqual({
			json: { error: 'What', details: { answer: 'so far' } },
			pairedItem: { item: 0 },
		});
	});
});

describe('secrets', () => {
	const secret = 'app-s+cr/t=';

	it.each([
		['as they are', `Bearer ${secret}!`, 'Bearer ***!'],
		['encoded in a URL', `?key=${encodeURIComponent(secret)}`, '?key=***'],
		['again and again', `${secret} ${secret}`, '*** ***'],
		['encoded twice', encodeURIComponent(encodeURIComponent(secret)), '***'],
		['in JSON inside of a text', String.raw`{"k":"app-s+cr\/t="}`, '{"k":"***"}'],
		['escaped in JSON inside of a text', String.raw`app-s\u002Bcr\\u002ft\u003d`, '***'],
		['in a web page', 'app-s&#43;cr&#x2F;t&#x3d;', '***'],
	])('are blanked %s', (_case, text, clean) => {
		expect(redact(text, [secret])).toBe(clean);
	});

	it('that are too short to be one leave the text alone', () => {
		expect(redact('a cat', ['a', ''])).toBe('a cat');
	});

	it('are blanked in every corner of a problem', () => {
		const problem = {
			message: `m ${secret}`,
			description: `d ${secret}`,
			details: { list: [{ deep: secret }], count: 1, nothing: null },
		};
		const clean = redactProblem(problem, [secret]);
		expect(JSON.stringify(clean)).not.toContain(secret);
		expect(clean).toEqual({
			message: 'm ***',
			description: 'd ***',
			details: { list: [{ deep: '***' }], count: 1, nothing: null },
		});
		expect(problem.message).toContain(secret);
	});
});

describe('values of any shape', () => {
	it.each([[null], [undefined], [1], ['x'], [[1]]])('%j is no object', (value) => {
		expect(isObject(value)).toBe(false);
		expect(asObject(value)).toEqual({});
	});

	it('takes texts and numbers as texts, and nothing for nothing', () => {
		expect([asText('a'), asText(7), asText(0)]).toEqual(['a', '7', '0']);
		expect([asText(''), asText(null), asText({}), asText(true)]).toEqual(Array(4).fill(undefined));
	});

	it('leaves out what is not defined, but keeps null', () => {
		expect(defined({ a: undefined, b: null, c: 0 })).toEqual({ b: null, c: 0 });
	});
});
